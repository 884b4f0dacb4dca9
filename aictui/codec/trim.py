"""Cuts a file shorter without decoding it."""

from aictui.codec.settings import Target


def trim(data: bytes, target: Target) -> bytes:
    """The file cut to a ``ratio`` or ``size``, never above it; raises `TargetError`, `UsageError`, `FormatError`."""
    raise NotImplementedError


def trim_to_plane(data: bytes, plane: int) -> bytes:
    """The file without the refinements of precision after the first ``plane``; raises `TargetError`, `FormatError`."""
    raise NotImplementedError
