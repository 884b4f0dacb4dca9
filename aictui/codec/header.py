"""The header of an `.aic` file: everything that is needed before the first symbol can be read.

docs/format.md is the specification; this module is its implementation.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aictui.codec.info import ComponentReference, ModelReference
from aictui.codec.settings import MAX_PLANES
from aictui.errors import FormatError
from aictui.file_type import MAGIC
from aictui.network.base import OperatingPoint
from aictui.options import OptionValue
from aictui.varint import LONGEST, read_varint, varint

VERSION = 1
BLOCKS = ("icc", "exif", "xmp", "alpha")
"""Records that may precede the parts, in this order."""

KINDS = ("chunker", "quantizer", "entropy coder")
BUILT_IN: dict[str, tuple[str, ...]] = {
    "chunker": ("rgb16", "planes16", "ycc16"),
    "quantizer": ("round", "deadzone", "int8"),
    "entropy coder": ("range", "adaptive", "deflate", "raw"),
}
"""Ids with a code of one byte: 1 + their place here. A place is never taken by another id."""

_GREY, _ALPHA, _ICC, _EXIF, _XMP, _BOUNDED, _TRIMMED, _OPTIONS = (1 << bit for bit in range(8))
_BLOCK_FLAGS = {"icc": _ICC, "exif": _EXIF, "xmp": _XMP, "alpha": _ALPHA}
_MAX_HEADER = 1 << 16
_MAX_SIDE = 1 << 31


@dataclass(frozen=True)
class Header:
    """The fields of a header.

    ``blocks`` are the records that precede the parts, in the order of `BLOCKS`; ``plane_parts`` counts the parts
    of the base and of each refinement where there are planes; ``trimmed`` tells that the last part was cut short
    on purpose; ``body_bytes`` is the length of all records together.
    """

    width: int
    height: int
    grey: bool
    model: ModelReference
    chunker: ComponentReference
    quantizer: ComponentReference
    coder: ComponentReference
    point: OperatingPoint
    blocks: tuple[str, ...] = ()
    plane_parts: tuple[int, ...] = ()
    trimmed: bool = False
    body_bytes: int = 0

    @property
    def mode(self) -> str:
        """Pillow's name of the colour mode."""
        return ("L" if self.grey else "RGB") + ("A" if "alpha" in self.blocks else "")

    @property
    def components(self) -> tuple[ComponentReference, ComponentReference, ComponentReference]:
        """Chunker, quantizer and entropy coder."""
        return self.chunker, self.quantizer, self.coder


def write_header(header: Header) -> bytes:
    """The bytes of a header, from the magic to the check sum."""
    body = b"".join(_fields(header))
    head = MAGIC + bytes([VERSION]) + varint(len(body)) + body
    return head + struct.pack("<I", zlib.crc32(head))


def read_header(data: bytes) -> tuple[Header, int]:
    """The header at the start of ``data`` and its length in bytes; raises `FormatError`."""
    if not data:
        raise FormatError("this is not an .aic file: it is empty")
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise FormatError(f"this is not an .aic file: it starts with {data[:4].hex(' ')}, not {MAGIC.hex(' ')}")
    reader = Reader(data, len(MAGIC))
    version = reader.byte()
    length = reader.varint()
    start = reader.offset
    if length > _MAX_HEADER:
        raise FormatError("the header of this .aic file is damaged; get the file again")
    if len(data) < start + length + 4:
        raise FormatError(
            f"this .aic file is cut inside its header ({len(data)} bytes are there); nothing can be shown"
        )
    if zlib.crc32(data[: start + length]) != struct.unpack_from("<I", data, start + length)[0]:
        raise FormatError("the header of this .aic file is damaged (check sum); get the file again")
    if version != VERSION:
        raise FormatError(
            f"this .aic file has format version {version}, and this aictui reads {VERSION}: upgrade aictui"
        )
    body = Reader(data[: start + length], start)
    header = _parse(body)
    if body.offset != start + length:
        raise FormatError("the header of this .aic file holds more than it should; get the file again")
    return header, start + length + 4


def _fields(header: Header) -> Iterator[bytes]:
    point = header.point
    flags = _GREY * header.grey | _BOUNDED * point.bounded | _TRIMMED * header.trimmed
    flags |= _OPTIONS * any(component.options for component in header.components)
    for block in header.blocks:
        flags |= _BLOCK_FLAGS[block]
    yield bytes([flags])
    yield varint(header.width - 1) + varint(header.height - 1)
    yield header.model.content_hash + _string(header.model.name)
    for component in header.components:
        yield _component(component)
    yield b"".join(varint(value) for value in (point.level, point.latents, point.tune, point.planes))
    if point.planes:
        yield b"".join(varint(count) for count in header.plane_parts)
    if flags & _OPTIONS:
        for component in header.components:
            yield varint(len(component.options))
            for name in sorted(component.options):
                yield _string(name) + _value(component.options[name])
    yield varint(header.body_bytes)


def _parse(reader: "Reader") -> Header:
    flags = reader.byte()
    width, height = reader.varint() + 1, reader.varint() + 1
    if max(width, height) > _MAX_SIDE:
        raise FormatError(f"the header claims a picture of {width} × {height} pixels; get the file again")
    content_hash = reader.take(8)
    model = ModelReference(reader.string(), content_hash)
    components = [_read_component(reader, kind) for kind in KINDS]
    level, latents, tune, planes = (reader.varint() for _ in range(4))
    if planes > MAX_PLANES or latents < 1:
        raise FormatError("the header of this .aic file names an impossible operating point; get the file again")
    plane_parts = tuple(reader.varint() for _ in range(planes + 1)) if planes else ()
    if flags & _OPTIONS:
        components = [replace(component, options=_read_options(reader)) for component in components]
    chunker, quantizer, coder = components
    return Header(
        width=width,
        height=height,
        grey=bool(flags & _GREY),
        model=model,
        chunker=chunker,
        quantizer=quantizer,
        coder=coder,
        point=OperatingPoint(level, latents, tune, planes, bool(flags & _BOUNDED)),
        blocks=tuple(block for block in BLOCKS if flags & _BLOCK_FLAGS[block]),
        plane_parts=plane_parts,
        trimmed=bool(flags & _TRIMMED),
        body_bytes=reader.varint(),
    )


def _component(component: ComponentReference) -> bytes:
    known = BUILT_IN[component.kind]
    if component.id in known:
        return bytes([1 + known.index(component.id)]) + varint(component.version)
    return b"\0" + _string(component.id) + varint(component.version) + _string(component.package)


def _read_component(reader: "Reader", kind: str) -> ComponentReference:
    code = reader.byte()
    if code == 0:
        name, version, package = reader.string(), reader.varint(), reader.string()
        return ComponentReference(kind, name, version, package, {})
    known = BUILT_IN[kind]
    name = known[code - 1] if code <= len(known) else f"number {code}"
    return ComponentReference(kind, name, reader.varint(), "", {})


def _read_options(reader: "Reader") -> dict[str, OptionValue]:
    return {reader.string(): _read_value(reader) for _ in range(reader.varint())}


def _value(value: OptionValue) -> bytes:
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"i" + varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if isinstance(value, float):
        return b"f" + struct.pack("<d", value)
    return b"s" + _string(value)


def _read_value(reader: "Reader") -> OptionValue:
    tag = reader.take(1)
    if tag in b"TF":
        return tag == b"T"
    if tag == b"i":
        number = reader.varint()
        return -((number + 1) >> 1) if number & 1 else number >> 1
    if tag == b"f":
        return float(struct.unpack("<d", reader.take(8))[0])
    if tag == b"s":
        return reader.string()
    raise FormatError("the header of this .aic file holds an option of unknown type: upgrade aictui")


def _string(text: str) -> bytes:
    encoded = text.encode()
    return varint(len(encoded)) + encoded


class Reader:
    """Reads fields one after the other; raises `FormatError` where the data ends too early."""

    def __init__(self, data: bytes, offset: int) -> None:
        self.data = data
        self.offset = offset

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        if self.offset + count > len(self.data):
            raise FormatError(
                f"this .aic file is cut inside its header ({len(self.data)} bytes are there); nothing can be shown"
            )
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def varint(self) -> int:
        """The next `varint`."""
        found = read_varint(self.data, self.offset)
        if found is not None:
            number, self.offset = found
            return number
        self.take(LONGEST)  # raises where it is cut
        raise FormatError("this .aic file is damaged: a number is too long; get the file again")

    def string(self) -> str:
        """The next string: a varint, then that many bytes of UTF-8."""
        try:
            return self.take(self.varint()).decode()
        except UnicodeDecodeError:
            raise FormatError(
                "the header of this .aic file holds a name that is not text; get the file again"
            ) from None
