"""What metadata blocks and the alpha channel are packed into: Deflate, and a PNG's filtered rows."""

import zlib
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from aictui.codec.image import SourceImage
from aictui.errors import FormatError
from aictui.varint import read_varint, varint

LONGEST_METADATA = 1 << 24
"""The most bytes that a metadata block unpacks to, so that a small file cannot take much memory."""

_CONSTANT, _ROWS = 0, 1
_PNG_SETTINGS = (True, 9, -1, b"")  # of Pillow's encoder: optimize, level, strategy, dictionary


def pack_blocks(source: SourceImage, keep: Collection[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The payloads of the metadata in ``keep`` and of the alpha channel, and a notice for each that is too long."""
    blocks, notices = {}, []
    for name, data in source.metadata.items():
        if name in keep and len(data) > LONGEST_METADATA:
            notices.append(f"the {name} metadata is left out: {len(data)} bytes are more than {LONGEST_METADATA}")
        elif name in keep:
            blocks[name] = pack_metadata(data)
    if source.alpha is not None:
        blocks["alpha"] = pack_alpha(source.alpha)
    return blocks, tuple(notices)


def pack_metadata(data: bytes) -> bytes:
    """The length as a varint, then the bytes through zlib."""
    return varint(len(data)) + zlib.compress(data, 9)


def unpack_metadata(payload: bytes) -> bytes:
    """Undoes `pack_metadata`; raises `FormatError` for a length that is wrong or more than is allowed."""
    found = read_varint(payload, 0)
    if found is None:
        raise FormatError("a metadata block of this file does not say how long it is; get the file again")
    length, start = found
    if length > LONGEST_METADATA:
        raise FormatError(f"a metadata block claims {length} bytes, more than {LONGEST_METADATA}")
    try:
        data = zlib.decompressobj().decompress(payload[start:], length + 1)
    except zlib.error as error:
        raise FormatError(f"a metadata block cannot be read: {error}") from None
    if len(data) != length:
        raise FormatError(f"a metadata block claims {length} bytes and holds {len(data)}")
    return data


def pack_alpha(alpha: NDArray[np.uint8]) -> bytes:
    """(height, width) uint8: one value where it is constant, else the image data of a PNG file (its IDAT)."""
    if alpha.min() == alpha.max():
        return bytes([_CONSTANT, int(alpha.flat[0])])
    from PIL import Image

    return bytes([_ROWS]) + Image.fromarray(alpha).tobytes("zip", "L", *_PNG_SETTINGS)


def unpack_alpha(payload: bytes, height: int, width: int, *, complete: bool = True) -> NDArray[np.uint8]:
    """Undoes `pack_alpha`; rows that a cut took away are opaque. Raises `FormatError`."""
    if len(payload) == 2 and payload[0] == _CONSTANT:
        return np.full((height, width), payload[1], np.uint8)
    if not complete and len(payload) < 2:
        return np.full((height, width), 255, np.uint8)
    if not payload or payload[0] != _ROWS:
        raise FormatError("the alpha channel of this file is of an unknown kind: upgrade aictui")
    return _unpack_rows(payload[1:], height, width, complete)


def _unpack_rows(data: bytes, height: int, width: int, complete: bool) -> NDArray[np.uint8]:
    from PIL import Image

    alpha = np.full((height, width), 255, np.uint8)
    known = height
    try:
        if not complete:
            rows = zlib.decompressobj().decompress(data, height * (width + 1))
            known = len(rows) // (width + 1)
            data = zlib.compress(rows[: known * (width + 1)], 1)
        if known:
            alpha[:known] = np.asarray(Image.frombytes("L", (width, known), data, "zip", "L", 0))
    except (zlib.error, ValueError) as error:
        raise FormatError(f"the alpha channel of this file cannot be read: {error}") from None
    return alpha
