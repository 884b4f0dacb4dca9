import numpy as np
import pytest

from aictui.codec.container import read_container
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.inspect import inspect
from aictui.codec.settings import Settings, Target
from aictui.codec.trim import cut, trim, trim_to_plane
from aictui.errors import FormatError, TargetError, UsageError
from aictui.metrics.psnr import psnr

pytestmark = pytest.mark.usefixtures("linear")


@pytest.fixture
def source(photo):
    return SourceImage(photo, np.full(photo.shape[:2], 9, np.uint8), {"exif": b"camera"})


def compressed(source, planes=0, coder="range"):
    target = Target("level", 70)
    return encode(source, Settings(target=target, model="linear", planes=planes, coder=coder)).data


@pytest.mark.parametrize("coder", ["range", "raw"])
def test_every_size_down_to_the_header_is_hit_exactly(source, coder):
    data = compressed(source, coder=coder)
    with pytest.raises(TargetError, match=r"alone need (\d+)") as told:
        trim(data, Target("size", 1))
    smallest = int(str(told.value).split()[-1])
    for size in [*range(smallest, smallest + 40), *range(smallest + 40, len(data), 211), len(data) - 1]:
        shorter = trim(data, Target("size", size))
        assert size - 3 <= len(shorter) <= size
        info = inspect(shorter)
        assert info.trimmed
        assert info.file_bytes == info.whole_bytes
        assert {part.state for part in info.parts} <= {"whole"}


def test_a_trimmed_file_decodes_without_complaint_and_better_the_longer_it_is(source):
    data = compressed(source)
    qualities = []
    for ratio in (200, 40, 20, 8):
        shorter = trim(data, Target("ratio", ratio))
        assert source.raw_bytes / len(shorter) >= ratio
        decoded = decode(shorter)
        assert decoded.notices == ()
        assert decoded.metadata == source.metadata
        assert (decoded.alpha == 9).all()
        qualities.append(psnr(source.pixels, decoded.pixels))
    assert qualities == sorted(qualities)


def test_trimming_shows_at_least_what_the_cut_file_shows(source):
    data = compressed(source)
    shorter = trim(data, Target("size", len(data) // 2))
    assert np.abs(decode(shorter).pixels.astype(int) - decode(data[: len(data) // 2]).pixels).mean() < 2


def test_a_trimmed_file_can_be_trimmed_again(source):
    data = compressed(source)
    twice = trim(trim(data, Target("size", 1500)), Target("size", 700))
    assert twice == trim(data, Target("size", 700))


def test_a_file_that_is_small_enough_stays_as_it_is(source):
    data = compressed(source)
    assert trim(data, Target("size", len(data))) is data


def test_planes_of_precision_are_cut_off(source):
    data = compressed(source, planes=2)
    sizes, qualities = [], []
    for plane in (0, 1, 2):
        shorter = trim_to_plane(data, plane)
        sizes.append(len(shorter))
        qualities.append(psnr(source.pixels, decode(shorter).pixels))
    assert sizes == sorted(set(sizes))
    assert qualities == sorted(set(qualities))
    assert trim_to_plane(data, 2) is data


def test_what_cannot_be_trimmed_says_why(source):
    data = compressed(source)
    with pytest.raises(TargetError, match=r"cannot be cut to 20 bytes.* need \d+"):
        trim(data, Target("size", 20))
    with pytest.raises(TargetError, match="no planes of precision"):
        trim_to_plane(data, 0)
    with pytest.raises(TargetError, match="planes 0 to 1"):
        trim_to_plane(compressed(source, planes=1), 2)
    with pytest.raises(UsageError, match="not to a psnr"):
        trim(data, Target("psnr", 30))


def test_a_damaged_file_is_not_trimmed(source):
    data = bytearray(compressed(source))
    data[read_container(bytes(data)).parts[1].offset + 4] ^= 8
    for limit in (900, len(data), 10 * len(data)):
        with pytest.raises(FormatError, match="damaged at byte"):
            cut(bytes(data), limit)
    with pytest.raises(FormatError):
        cut(b"no such file", 1000)


def test_what_follows_the_end_of_a_file_is_left_out(source):
    data = compressed(source, planes=1)
    assert cut(data + b"more", len(data) + 4) == data
    assert trim_to_plane(data + b"more", 1) == data
