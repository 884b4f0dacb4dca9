"""Cuts a file shorter without decoding it."""

from dataclasses import replace

from aictui.codec.container import EMPTY_RECORD, Container, read_container, record_size, write_container
from aictui.codec.header import write_header
from aictui.codec.settings import Target
from aictui.errors import FormatError, TargetError, UsageError


def trim(data: bytes, target: Target) -> bytes:
    """The file cut to a ``ratio`` or ``size``, never above it; raises `TargetError`, `UsageError`, `FormatError`.

    The last part may be cut in the middle; it decodes as far as its entropy coder can read it.
    """
    if target.kind == "size":
        return cut(data, int(target.value))
    if target.kind == "ratio":
        header = read_container(data).header
        return cut(data, int(header.width * header.height * 3 / target.value))
    raise UsageError(
        f"a file can be trimmed to a ratio, a size or a plane, not to a {target.kind}; compress anew for that"
    )


def trim_to_plane(data: bytes, plane: int) -> bytes:
    """The file without the refinements of precision after the first ``plane``; raises `TargetError`, `FormatError`."""
    container = _intact(data)
    counts = container.header.plane_parts
    if not 0 <= plane < len(counts):
        has = f"planes 0 to {len(counts) - 1}" if counts else "no planes of precision"
        raise TargetError(f"this file has {has}; it cannot be trimmed to plane {plane}")
    kept = sum(counts[: plane + 1])
    payloads = [record.payload for record in container.parts]
    if len(payloads) <= kept:
        return data[: container.file_bytes]
    return _write(container, [*payloads[:kept], b""])


def cut(data: bytes, limit: int) -> bytes:
    """The file in at most ``limit`` bytes, without what follows its end.

    Raises `TargetError` where header and metadata need more, and `FormatError` for a damaged file of any size.
    """
    container = _intact(data)
    if container.file_bytes <= limit:
        return data[: container.file_bytes]
    head = len(write_header(container.header)) + sum(record_size(len(r.payload)) for r in container.blocks.values())
    room = limit - head
    if room < EMPTY_RECORD:
        least = _write(container, [b""])  # whose header is shorter, as it tells of fewer bytes
        if len(least) > limit:
            raise TargetError(f"this file cannot be cut to {limit} bytes; header and metadata alone need {len(least)}")
        return least
    payloads: list[bytes] = []
    for record in container.parts:
        size = record_size(len(record.payload))
        if size + EMPTY_RECORD > room:
            payloads.append(record.payload[: _longest(room, len(record.payload))])
            break
        payloads.append(record.payload)
        room -= size
    return _write(container, payloads)


def _write(container: Container, payloads: list[bytes]) -> bytes:
    blocks = {name: record.payload for name, record in container.blocks.items()}
    return write_container(replace(container.header, trimmed=True), blocks, payloads)


def _longest(room: int, most: int) -> int:
    """The longest payload, at most ``most`` bytes, whose record takes at most ``room``."""
    length = min(room - EMPTY_RECORD, most)
    while record_size(length) > room:
        length -= 1
    return length


def _intact(data: bytes) -> Container:
    container = read_container(data)
    for number, record in enumerate([*container.blocks.values(), *container.parts]):
        if record.state == "damaged" or (number < len(container.blocks) and record.state != "whole"):
            raise FormatError(f"this file is damaged at byte {record.offset} and cannot be trimmed; get it again")
    return container
