import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.codec.container import SHORT_RECORD, parts_offset, read_container, write_container, write_record
from aictui.codec.header import BUILT_IN, KINDS, Header, Reader, read_header, write_header
from aictui.codec.info import ComponentReference, ModelReference
from aictui.errors import FormatError
from aictui.file_type import MAGIC
from aictui.network.base import OperatingPoint
from aictui.varint import varint

names = st.text(min_size=1, max_size=20)
numbers = st.integers(0, 2**40)
options = st.dictionaries(
    names, st.booleans() | st.integers(-(2**50), 2**50) | st.floats(allow_nan=False) | names, max_size=3
)


GOLDEN = (
    "89414943015da8ef2e9f1f00000000000000000570686f746f0101020100047a73746402106169637475692d7a7374643d3d"
    "312e30054001010203000004046661737454046b696e64730161057475726e736905047a6f6e6566000000000000d03f0a4a"
    "b2a34f01653d1203707070dab1"
)
"""A file with every kind of field, as format version 1 writes it."""


def component(kind):
    built_in = st.builds(
        ComponentReference, st.just(kind), st.sampled_from(BUILT_IN[kind]), numbers, st.just(""), options
    )
    other = st.builds(
        ComponentReference, st.just(kind), names.filter(lambda n: n not in BUILT_IN[kind]), numbers, names, options
    )
    return built_in | other


@st.composite
def headers(draw):
    planes = draw(st.integers(0, 3))
    return Header(
        width=draw(st.integers(1, 2**31)),
        height=draw(st.integers(1, 2**31)),
        grey=draw(st.booleans()),
        model=ModelReference(draw(names), draw(st.binary(min_size=8, max_size=8))),
        chunker=draw(component(KINDS[0])),
        quantizer=draw(component(KINDS[1])),
        coder=draw(component(KINDS[2])),
        point=OperatingPoint(draw(numbers), draw(st.integers(1, 2**20)), draw(numbers), planes, draw(st.booleans())),
        plane_parts=tuple(draw(numbers) for _ in range(planes + 1)) if planes else (),
        trimmed=draw(st.booleans()),
        body_bytes=draw(numbers),
    )


def test_a_flood_of_empty_parts_is_refused():
    data = write_container(plain_header(), {}, [b""] * 5000)
    with pytest.raises(FormatError, match="4096 parts"):
        read_container(data)


def test_where_the_parts_start_is_told_step_by_step():
    data = write_container(plain_header(), {"exif": b"e" * 5000, "icc": b"i" * 9000}, [b"part"])
    seen = 200
    for _ in range(4):
        seen = parts_offset(data[: seen + 9])
    assert read_container(data).parts[0].offset == seen


def plain_header():
    kinds = zip(KINDS, ("rgb16", "deadzone", "range"), strict=True)
    chunker, quantizer, coder = (ComponentReference(kind, name, 1, "", {}) for kind, name in kinds)
    model = ModelReference("photo", bytes(8))
    return Header(6000, 4000, False, model, chunker, quantizer, coder, OperatingPoint(3000, 320, 1), body_bytes=10**6)


@given(numbers)
def test_a_number_is_read_as_it_was_written(number):
    assert Reader(varint(number), 0).varint() == number


@given(headers())
@settings(max_examples=60)
def test_a_header_is_read_as_it_was_written(header):
    data = write_header(header)
    assert read_header(data + b"more") == (header, len(data))


def test_the_header_of_a_plain_photo_takes_at_most_48_bytes():
    assert len(write_header(plain_header())) <= 48


@pytest.mark.parametrize("length", range(len(write_header(plain_header()))))
def test_a_header_that_is_cut_anywhere_says_so(length):
    with pytest.raises(FormatError, match=r"cut inside its header|is empty"):
        read_header(write_header(plain_header())[:length])


def test_every_flipped_bit_of_a_header_is_detected():
    data = write_header(plain_header())
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FormatError):
            read_header(bytes(flipped) + bytes(300))


def test_a_newer_format_version_asks_for_an_upgrade():
    data = bytearray(write_header(plain_header())[:-4])
    data[len(MAGIC)] = 9
    with pytest.raises(FormatError, match=r"format version 9.*upgrade"):
        read_header(bytes(data) + zlib.crc32(data).to_bytes(4, "little"))


def test_data_of_another_kind_is_told_by_its_first_bytes():
    with pytest.raises(FormatError, match=r"not an \.aic file.*ff d8 ff e0"):
        read_header(bytes.fromhex("ffd8ffe0") + bytes(100))


@given(
    st.dictionaries(st.sampled_from(["icc", "exif", "xmp", "alpha"]), st.binary(max_size=50)),
    st.lists(st.binary(max_size=300), max_size=4),
)
@settings(max_examples=60)
def test_blocks_and_parts_come_back_in_order(blocks, parts):
    data = write_container(plain_header(), blocks, parts)
    container = read_container(data)
    assert {name: record.payload for name, record in container.blocks.items()} == blocks
    assert [record.payload for record in container.parts] == parts
    assert all(record.state == "whole" for record in [*container.parts, *container.blocks.values()])
    assert container.file_bytes == container.whole_bytes == len(data)


@pytest.fixture(scope="module")
def file():
    return write_container(
        plain_header(), {"exif": b"camera", "alpha": b"\0\x80"}, [b"first part", b"2" * 40, b"", b"4"]
    )


def test_every_flipped_bit_of_the_body_damages_a_record(file):
    start = read_container(file).header_bytes
    for bit in range(8 * start, 8 * len(file)):
        flipped = bytearray(file)
        flipped[bit // 8] ^= 1 << bit % 8
        container = read_container(bytes(flipped))
        records = [*container.blocks.values(), *container.parts]
        assert any(record.state == "damaged" for record in records), bit


def test_every_prefix_knows_what_is_there_and_what_is_missing(file):
    whole = read_container(file)
    for length in range(whole.header_bytes, len(file)):
        container = read_container(file[:length])
        assert container.whole_bytes == len(file)
        assert container.file_bytes == length
        records = [*container.blocks.values(), *container.parts]
        assert "damaged" not in {record.state for record in records}
        intact = [*whole.blocks.values(), *whole.parts]
        for record, original in zip(records, intact, strict=False):
            assert original.payload.startswith(record.payload)


def test_bytes_after_the_end_are_told_apart(file):
    assert read_container(file + b"tail").trailing_bytes == 4


def test_long_records_have_a_longer_check_sum():
    short, long = write_record(bytes(SHORT_RECORD)), write_record(bytes(SHORT_RECORD + 1))
    assert (len(short), len(long)) == (2 + SHORT_RECORD + 2, 2 + SHORT_RECORD + 1 + 4)


def test_the_bytes_of_the_format_never_change():
    options = {"zone": 0.25, "fast": True, "turns": -3, "kind": "a"}
    coder = ComponentReference("entropy coder", "zstd", 2, "aictui-zstd==1.0", options)
    header = replace(plain_header(), coder=coder, point=OperatingPoint(5, 64, 1, 1, True), plane_parts=(2, 3))
    assert write_container(header, {"exif": b"e"}, [b"p" * 3]).hex() == GOLDEN
