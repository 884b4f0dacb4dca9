from fractions import Fraction

import numpy as np
import pytest

from aictui.codec.settings import METADATA, Target, parse_metadata, parse_planes, parse_size, spelled_size
from aictui.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [("7B", 7), ("100kB", 100_000), ("1.5MB", 1_500_000), ("64KiB", 65_536), ("2 mib", 2_097_152), (" 3kb ", 3000)],
)
def test_a_size_is_read_in_every_unit(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "100", "kB", "1,5MB", "-1kB", "1GB", "1e3B"])
def test_what_is_not_a_size_is_refused(text):
    with pytest.raises(UsageError, match="is not a size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(999, "999B"), (1000, "1kB"), (1001, "1001B"), (1100, "1.1kB"), (999_900, "999.9kB"), (1_000_000, "1MB")],
)
def test_a_size_is_spelled_in_the_largest_unit_that_needs_one_decimal(size, text):
    assert spelled_size(size) == text
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("32x", Target("ratio", 32)),
        ("1.5X", Target("ratio", 1.5)),
        ("100kB", Target("size", 100_000)),
        ("35dB", Target("psnr", 35)),
        ("q80", Target("quality", 80)),
        ("level 7", Target("level", 7)),
    ],
)
def test_a_target_is_read_as_it_is_written(text, target):
    assert Target.parse(text) == target
    assert Target.parse(str(target)) == target


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("ratio", 1, 1e6), ("size", 1, 1e15), ("psnr", 1, 100), ("quality", 1, 100), ("level", 0, 1e6)],
)
def test_a_target_has_bounds(kind, least, most):
    assert (Target(kind, least).value, Target(kind, most).value) == (least, most)
    for value in (least - 1, most * 1.01, float("nan")):
        with pytest.raises(UsageError, match=f"{kind} takes a number from {least:g}"):
            Target(kind, value)


def test_planes_and_metadata_are_read_as_they_are_written():
    assert (parse_planes("auto"), parse_planes("0"), parse_planes("3")) == (None, 0, 3)
    with pytest.raises(UsageError, match="from 0 to 3 or auto, not '-1'"):
        parse_planes("-1")
    with pytest.raises(UsageError, match="from 0 to 3 or auto, not '9"):
        parse_planes(5000 * "9")
    assert (parse_metadata("all"), parse_metadata("none")) == (METADATA, frozenset())
    assert parse_metadata("exif, icc") == {"exif", "icc"}


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("size", 0, "size takes a number from 1, not 0"),
        ("size", 1e16, "size takes a number from 1 to 1000000000000000, not 1e+16"),
        ("level", -1, "level takes a number from 0, not -1"),
        ("psnr", 0, "psnr takes a number from 1 to 100, not 0"),
        ("level", 1.5, "level takes a whole number, not 1.5"),
        ("ratio", True, "ratio takes a number, not True"),
        ("ratio", 10**400, "ratio takes a number from 1 to 1000000, not inf"),
        ("size", Fraction(-(10**400)), "size takes a number from 1, not -inf"),
        pytest.param("level", 10**5000, "level takes a number from 0 to 1000000, not inf", id="many digits"),
        ("rate", 3, "the kind of a target is ratio, size, psnr, quality, level, not 'rate'"),
        (["ratio"], 3, "the kind of a target is ratio, size, psnr, quality, level, not ['ratio']"),
        ("psnr", np.eye(2), "psnr takes a number, not array([[1., 0.], [0., 1.]])"),
    ],
)
def test_a_target_that_cannot_be_says_what_can(kind, value, says):
    with pytest.raises(UsageError) as caught:
        Target(kind, value)
    assert str(caught.value) == says
