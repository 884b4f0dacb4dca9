import numpy as np
import pytest

from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.info import ModelReference
from aictui.codec.inspect import damage, inspect
from aictui.codec.settings import Settings, Target


@pytest.fixture
def data(linear, photo):
    source = SourceImage(photo, np.zeros(photo.shape[:2], np.uint8), {"icc": b"profile"})
    return encode(source, Settings(target=Target("level", 40), model="linear", tune="visual")).data


def test_a_file_tells_what_it_is_made_of(data, linear):
    info = inspect(data)
    assert (info.width, info.height, info.mode) == (144, 96, "RGBA")
    assert (info.model.name, info.model.content_hash) == ("linear", linear.content_hash)
    assert [info.chunker.id, info.quantizer.id, info.coder.id] == ["planes16", "deadzone", "range"]
    assert (info.point.level, info.point.tune) == (40, 1)
    assert (set(info.metadata), info.alpha_bytes) == ({"icc"}, 2)
    assert info.file_bytes == info.whole_bytes == len(data)
    assert info.ratio == pytest.approx(3 * 144 * 96 / len(data))
    assert info.bits_per_pixel == pytest.approx(24 / info.ratio)
    assert {part.state for part in info.parts} == {"whole"}
    assert not info.missing


def test_a_prefix_tells_what_is_there(data):
    info = inspect(data[: len(data) // 2])
    assert (info.file_bytes, info.whole_bytes) == (len(data) // 2, len(data))
    assert info.parts[-1].state == "cut"


def test_a_file_whose_model_is_missing_is_still_described(data, monkeypatch):
    from aictui.errors import MissingComponentError
    from aictui.network import store

    def find(name, digest=None):
        raise MissingComponentError(f"needs model {name}, which is not installed")

    monkeypatch.setattr(store, "find", find)
    assert inspect(data).missing == ("needs model linear, which is not installed",)


def test_a_model_is_named_with_the_start_of_its_hash():
    assert str(ModelReference("photo", bytes.fromhex("1a2b3c4d5e6f0708"))) == "photo@1a2b3c4d"


def test_what_happened_to_a_file_is_told(data):
    flipped = data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    header = data[:8] + bytes([data[8] ^ 1]) + data[9:]
    assert damage(data) is None
    assert damage(data[:-1]) == "cut"
    assert damage(flipped) == "damaged"
    assert damage(flipped[:-1]) == "cut"  # nothing tells what is wrong with a part whose check sum is gone
    assert damage(header) == "damaged"
    assert damage(b"\x89PNG\r\n\x1a\n") is None
