"""What a user asks of a compression."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Literal

from aictui.errors import UsageError
from aictui.options import OptionValue
from aictui.printable import shown

PILLOW_NAMES = {"exif": "exif", "icc": "icc_profile", "xmp": "xmp"}
"""What Pillow calls each kind of metadata that a file can keep."""

METADATA = frozenset(PILLOW_NAMES)
"""The kinds of metadata that a file can keep."""

MAX_PLANES = 3
"""Most refinements of precision that a file can have."""

TargetKind = Literal["ratio", "size", "psnr", "quality", "level"]

_UNITS = {"b": 1, "kb": 1000, "mb": 1000**2, "kib": 1024, "mib": 1024**2}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(b|kb|mb|kib|mib)", re.IGNORECASE)
_RANGES: dict[TargetKind, tuple[float, float]] = {
    "ratio": (1, 1e6),
    "size": (1, 1e15),
    "psnr": (1, 100),
    "quality": (1, 100),
    "level": (0, 1e6),
}


def _as_float(number: Real) -> float:
    """A number as a float, infinite where it is larger than any."""
    try:
        return float(number)
    except OverflowError:
        return -math.inf if number < 0 else math.inf


@dataclass(frozen=True)
class Target:
    """The point on the rate–distortion curve that is asked for.

    ``ratio``: raw RGB bytes over file bytes; ``size``: file bytes; ``psnr``: decibels over RGB; ``quality``: 1..100;
    ``level``: the model's own scale, 0 is the coarsest. A ``lenient`` target is a default that nobody asked for:
    where it cannot be reached, the nearest point is taken instead of an error.
    """

    kind: TargetKind
    value: float
    lenient: bool = False

    def __post_init__(self) -> None:
        if self.kind not in tuple(_RANGES):  # a tuple may be asked for what has no hash
            raise UsageError(f"the kind of a target is {', '.join(_RANGES)}, not {shown(self.kind)}")
        low, high = _RANGES[self.kind]
        if not isinstance(self.value, Real) or isinstance(self.value, bool):
            raise UsageError(f"{self.kind} takes a number, not {shown(self.value)}")
        number = _as_float(self.value)
        if not isinstance(self.value, int | float) or math.isinf(number):  # those of NumPy have few bits to reckon in
            object.__setattr__(self, "value", number)
        if not low <= self.value <= high:
            most = "" if self.kind in {"size", "level"} and self.value < low else f" to {high:.16g}"
            raise UsageError(f"{self.kind} takes a number from {low:g}{most}, not {self.value:g}")
        if self.kind == "level" and self.value != int(self.value):
            raise UsageError(f"level takes a whole number, not {self.value:g}")

    @classmethod
    def parse(cls, text: str) -> "Target":
        """The target that people write as ``32x``, ``100kB``, ``35dB`` or ``q80``; raises `UsageError`."""
        word = text.strip().lower()
        try:
            if word.startswith("q"):
                return cls("quality", float(word[1:]))
            if word.startswith("level"):
                return cls("level", float(word[5:]))
            if word.endswith("db"):
                return cls("psnr", float(word[:-2]))
            if word.endswith("x"):
                return cls("ratio", float(word[:-1]))
            return cls("size", parse_size(word))
        except (ValueError, UsageError):
            raise UsageError(
                f"{text!r} is not a target; write a ratio (32x), a size (100kB), a PSNR (35dB) or a quality (q80)"
            ) from None

    def __str__(self) -> str:
        """The target as people write it."""
        if self.kind == "size":
            return spelled_size(self.value)
        forms = {
            "ratio": "{:.12g}x",
            "psnr": "{:.12g}dB",
            "quality": "q{:.12g}",
            "level": "level {:g}",
        }
        return forms[self.kind].format(self.value)


def parse_size(text: str) -> float:
    """Bytes of ``100kB``, ``1.5MB``, ``64KiB``; raises `UsageError`."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a size; write bytes with a unit, such as 100kB, 64KiB or 1.5MB")
    return float(match[1]) * _UNITS[match[2].lower()]


def spelled_size(size: float) -> str:
    """A size as `parse_size` reads it back, in the largest unit that needs at most one decimal."""
    for name, unit in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= unit and size % (unit // 10) == 0:
            return f"{size / unit:.16g}{name}"
    return f"{size:.0f}B"


def parse_planes(text: str) -> int | None:
    """The planes that people write as a number or ``auto``; raises `UsageError`."""
    if text == "auto":
        return None
    if not text.isdecimal() or len(text) > 1:
        raise UsageError(f"planes takes a number from 0 to {MAX_PLANES} or auto, not {text!r}")
    return int(text)


def parse_metadata(text: str) -> frozenset[str]:
    """The kinds of metadata that people write as ``all``, ``none`` or ``exif,icc``; `Settings` checks their names."""
    words = frozenset(word.strip() for word in text.split(","))
    return {"all": METADATA, "none": frozenset[str]()}.get(text, words)


@dataclass(frozen=True)
class Settings:
    """Everything that decides the bytes of a compressed file, besides the image.

    Component fields of ``None`` take the model's default. ``options`` holds settings by ``chunker``, ``quantizer``
    and ``coder``, such as ``{"quantizer": {"zone": 0.1}}``. ``latents`` keeps only that many of the ordered latents;
    a lenient target then stands back for the model's default level. ``planes`` of ``None`` chooses by itself.
    ``effort`` is 1 (fastest) to 3 (closest to the target; a model that can refine its latents does). ``keep`` lists the
    metadata that goes into the file.
    """

    target: Target = Target("ratio", 16, lenient=True)
    model: str = "photo"
    chunker: str | None = None
    quantizer: str | None = None
    coder: str | None = None
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)
    tune: str | None = None
    planes: int | None = None
    effort: int = 2
    latents: int | None = None
    keep: frozenset[str] = METADATA

    def __post_init__(self) -> None:
        for name in ("model", "chunker", "quantizer", "coder", "tune"):
            value = getattr(self, name)
            if not isinstance(value, str) and (value is not None or name == "model"):
                raise UsageError(f"{name} is a name, not {shown(value)}")
        if not (_is_whole(self.effort) and 1 <= self.effort <= 3):
            raise UsageError(f"effort is 1, 2 or 3, not {shown(self.effort)}")
        if self.planes is not None and not (_is_whole(self.planes) and 0 <= self.planes <= MAX_PLANES):
            raise UsageError(f"planes is a whole number from 0 to {MAX_PLANES}, not {shown(self.planes)}")
        if self.latents is not None and not (_is_whole(self.latents) and self.latents >= 1):
            raise UsageError(f"latents is a whole number from 1, not {shown(self.latents)}")
        for name in ("effort", "planes", "latents"):
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, int(number))  # those of NumPy have few bits to reckon in
        if unknown := self.keep - METADATA:
            wrong = ", ".join(sorted(map(repr, unknown)))
            raise UsageError(f"metadata to keep is exif, icc or xmp, all or none, not {wrong}")
        self._check_options()

    def _check_options(self) -> None:
        if not isinstance(self.options, Mapping):
            raise UsageError(
                f"options are those of a chunker, quantizer or coder, by their names, not {shown(self.options)}"
            )
        if strangers := set(self.options) - {"chunker", "quantizer", "coder"}:
            wrong = ", ".join(sorted(map(str, strangers)))
            raise UsageError(f"options belong to a chunker, quantizer or coder, not {wrong}")
        for kind, values in self.options.items():
            if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
                raise UsageError(f"the options of a {kind} are names with values, not {shown(values)}")


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
