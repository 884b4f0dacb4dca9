"""What is in an `.aic` file, told without its model."""

from aictui.codec.info import FileInfo


def inspect(data: bytes) -> FileInfo:
    """What the file, or a prefix that holds the header, says of itself; raises `FormatError`."""
    raise NotImplementedError
