"""The `.aic` container: a header, then records with a length and a check sum each.

Records are the metadata blocks and the alpha channel, then the parts of the picture in order of importance.
"""

import binascii
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aictui.codec.header import BLOCKS, Header, read_header, write_header
from aictui.codec.info import PartState
from aictui.errors import FormatError
from aictui.varint import LONGEST, read_varint, varint

SHORT_RECORD = 2048
"""Bytes of the longest record that is checked by 16 bits; a longer one is checked by 32."""

EMPTY_RECORD = 3
"""Bytes of a record without payload."""

MOST_RECORDS = 4096
"""Records of a file: thousands of empty ones would take many times the memory of the file."""


@dataclass(frozen=True)
class Record:
    """A record as found: ``offset`` is where it starts, ``length`` what it says its payload has in bytes."""

    offset: int
    length: int
    payload: bytes
    state: PartState


@dataclass(frozen=True)
class Container:
    """A file taken apart: nothing is decompressed yet.

    ``file_bytes`` are there and belong to the file, ``whole_bytes`` would be there had it not been cut.
    """

    header: Header
    header_bytes: int
    blocks: dict[str, Record]
    parts: tuple[Record, ...]
    file_bytes: int
    whole_bytes: int
    trailing_bytes: int


def write_container(header: Header, blocks: Mapping[str, bytes], parts: Sequence[bytes]) -> bytes:
    """The file of a header (``blocks`` and ``body_bytes`` are filled in), metadata blocks and parts."""
    present = tuple(name for name in BLOCKS if name in blocks)
    body = b"".join([write_record(blocks[name]) for name in present] + [write_record(part) for part in parts])
    return write_header(replace(header, blocks=present, body_bytes=len(body))) + body


def read_container(data: bytes) -> Container:
    """Takes a file or a prefix apart; raises `FormatError` where the header cannot be read, or for too many records."""
    header, header_bytes = read_header(data)
    whole = header_bytes + header.body_bytes
    end = min(len(data), whole)
    offset = header_bytes
    records: list[Record] = []
    while offset < end:
        if len(records) == MOST_RECORDS:
            raise FormatError(f"this file has more than {MOST_RECORDS} parts, which no file needs")
        record, offset = _read_record(data, offset, end, whole)
        records.append(record)
    count = len(header.blocks)
    blocks = dict(zip(header.blocks, records, strict=False))
    for name in header.blocks[len(records) :]:
        blocks[name] = Record(whole, 0, b"", "missing")
    return Container(header, header_bytes, blocks, tuple(records[count:]), end, whole, len(data) - end)


def parts_offset(data: bytes) -> int:
    """Where the parts of a file start, or at least its last metadata block of which this prefix tells."""
    container = read_container(data)
    told = [each for each in container.blocks.values() if each.state in {"whole", "cut"}]
    return max((each.offset + record_size(each.length) for each in told), default=container.header_bytes)


def write_record(payload: bytes) -> bytes:
    """A record: length, payload, and a check sum of both."""
    body = varint(len(payload)) + payload
    return body + _check_sum(body, len(payload))


def record_size(length: int) -> int:
    """Bytes of a record whose payload has ``length`` bytes."""
    return len(varint(length)) + length + _check_bytes(length)


def _check_bytes(length: int) -> int:
    return 2 if length <= SHORT_RECORD else 4


def _check_sum(body: bytes, length: int) -> bytes:
    if length <= SHORT_RECORD:
        return struct.pack("<H", binascii.crc_hqx(body, 0xFFFF))
    return struct.pack("<I", zlib.crc32(body))


def _read_record(data: bytes, offset: int, end: int, whole: int) -> tuple[Record, int]:
    """The record at ``offset`` and where the next one starts; what is there ends at ``end``."""
    found = read_varint(data[offset : min(end, offset + LONGEST)], 0)
    if found is None:
        return Record(offset, 0, b"", "cut" if end < whole else "damaged"), end
    length, start = found[0], offset + found[1]
    after = start + length + _check_bytes(length)
    if after > whole:
        return Record(offset, length, b"", "damaged"), end
    payload = data[start : min(start + length, end)]
    if after > end:
        return Record(offset, length, payload, "cut"), end
    intact = _check_sum(data[offset : start + length], length) == data[start + length : after]
    return Record(offset, length, payload, "whole" if intact else "damaged"), after
