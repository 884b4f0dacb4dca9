"""What an `.aic` file says of itself."""

from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Literal

from aictui.network.base import OperatingPoint
from aictui.options import OptionValue

PartState = Literal["whole", "cut", "missing", "damaged"]


@dataclass(frozen=True)
class ComponentReference:
    """A chunker, quantizer or entropy coder as a file names it.

    ``package`` is the distribution that supplies it, such as ``aictui-zstd``; empty for what aictui brings along.
    ``options`` holds the settings that differ from their defaults.
    """

    kind: str
    id: str
    version: int
    package: str
    options: dict[str, OptionValue]


@dataclass(frozen=True)
class ModelReference:
    """A model as a file names it; ``content_hash`` is 8 bytes."""

    name: str
    content_hash: bytes

    def __str__(self) -> str:
        """Such as ``photo@1a2b3c4d``."""
        return f"{self.name}@{self.content_hash[:4].hex()}"


@dataclass(frozen=True)
class PartInfo:
    """A part of a file; ``length`` and ``present`` are bytes of payload, ``offset`` is where its record starts."""

    offset: int
    length: int
    present: int
    state: PartState


@dataclass(frozen=True)
class FileInfo:
    """What can be told of a file without its model.

    ``file_bytes`` are there, ``whole_bytes`` would be there had the file not been cut; ``header_bytes`` counts from
    the magic to the header's check sum. ``metadata`` and ``alpha_bytes`` are compressed bytes. ``trimmed`` tells
    that the file was cut on purpose. ``plane_parts`` counts the parts of the base and of each refinement of precision,
    where there are any. ``missing`` names in a line each what is not installed here. ``tune`` is the name of the
    point's tune, empty where the model has none or is not installed.
    """

    version: int
    width: int
    height: int
    mode: str
    model: ModelReference
    chunker: ComponentReference
    quantizer: ComponentReference
    coder: ComponentReference
    point: OperatingPoint
    trimmed: bool
    header_bytes: int
    file_bytes: int
    whole_bytes: int
    metadata: dict[str, int]
    alpha_bytes: int
    parts: tuple[PartInfo, ...]
    plane_parts: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    tune: str = ""

    @property
    def whole_planes(self) -> int:
        """How many of ``point.planes`` refinements of precision are there, whole."""
        whole = list(takewhile(lambda part: part.state == "whole", self.parts))
        count = len(whole) - (self.trimmed and len(whole) == len(self.parts))  # whose last part was cut
        return sum(needed <= count for needed in list(accumulate(self.plane_parts))[1:])

    @property
    def raw_bytes(self) -> int:
        """Bytes of the picture as raw RGB."""
        return self.width * self.height * 3

    @property
    def ratio(self) -> float:
        """Raw RGB bytes over file bytes."""
        return self.raw_bytes / self.file_bytes

    @property
    def bits_per_pixel(self) -> float:
        """Bits of the file by pixel."""
        return 8 * self.file_bytes / (self.width * self.height)
