"""What is in an `.aic` file, told without its model."""

from aictui.codec.components import tune_name
from aictui.codec.container import Container, Record, read_container
from aictui.codec.header import VERSION
from aictui.codec.info import FileInfo, PartInfo
from aictui.codec.needs import missing
from aictui.errors import FormatError
from aictui.file_type import MAGIC


def inspect(data: bytes) -> FileInfo:
    """What the file, or a prefix that holds the header, says of itself; raises `FormatError`."""
    return describe(read_container(data))


def damage(data: bytes) -> str | None:
    """What happened to an ``.aic`` file, ``damaged`` or ``cut``; ``None`` where it is whole, or none at all."""
    try:
        found = read_container(data)
    except FormatError:
        return "damaged" if data.startswith(MAGIC) else None
    if any(record.state == "damaged" for record in (*found.blocks.values(), *found.parts)):
        return "damaged"
    return "cut" if found.whole_bytes > found.file_bytes else None


def describe(container: Container) -> FileInfo:
    """What a file that was taken apart says of itself."""
    header = container.header
    metadata = {name: len(record.payload) for name, record in container.blocks.items() if name != "alpha"}
    alpha = container.blocks.get("alpha")
    return FileInfo(
        version=VERSION,
        width=header.width,
        height=header.height,
        mode=header.mode,
        model=header.model,
        chunker=header.chunker,
        quantizer=header.quantizer,
        coder=header.coder,
        point=header.point,
        trimmed=header.trimmed,
        header_bytes=container.header_bytes,
        file_bytes=container.file_bytes,
        whole_bytes=container.whole_bytes,
        metadata=metadata,
        alpha_bytes=len(alpha.payload) if alpha else 0,
        parts=tuple(_part(record) for record in container.parts),
        plane_parts=header.plane_parts,
        missing=tuple(missing(header)),
        tune=tune_name(header),
    )


def _part(record: Record) -> PartInfo:
    return PartInfo(record.offset, record.length, len(record.payload), record.state)
