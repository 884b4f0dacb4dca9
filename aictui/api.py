"""The library: images to bytes and back in one call each. `aictui` exports these names."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO

from numpy.typing import NDArray

from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.files import read_file
from aictui.codec.image import read_image
from aictui.codec.info import FileInfo
from aictui.codec.inspect import inspect as inspect_bytes
from aictui.codec.settings import METADATA, Settings, Target, TargetKind
from aictui.errors import InputError, UsageError, reason_of
from aictui.file_type import MAGIC
from aictui.home import with_home
from aictui.options import OptionValue
from aictui.printable import shown
from aictui.progress import Progress, silent

if TYPE_CHECKING:
    from PIL import Image

    from aictui.network.store import ModelInfo


def compress(
    image: "str | PathLike[str] | BinaryIO | Image.Image | NDArray[Any]",
    *,
    model: str | None = None,
    ratio: float | None = None,
    size: float | None = None,
    psnr: float | None = None,
    quality: float | None = None,
    level: int | None = None,
    chunker: str | None = None,
    quantizer: str | None = None,
    coder: str | None = None,
    tune: str | None = None,
    planes: int | None = None,
    effort: int = 2,
    latents: int | None = None,
    options: Mapping[str, Mapping[str, OptionValue]] | None = None,
    keep: Collection[str] = METADATA,
    progress: Progress = silent,
) -> bytes:
    """The `.aic` file of an image: a path, an open file, a Pillow image or a uint8 array.

    At most one of ``ratio`` (16 where none is given), ``size`` in bytes, ``psnr`` in dB, ``quality`` (1..100) and
    ``level`` says how far to go; the other arguments are the fields of `aictui.codec.settings.Settings`. ``progress``
    hears the fraction done and a word for the phase, and may raise to stop the work. Raises the errors of
    `aictui.errors`.
    """
    asked: dict[TargetKind, float | None] = {
        "ratio": ratio,
        "size": size,
        "psnr": psnr,
        "quality": quality,
        "level": level,
    }
    given = [Target(kind, value) for kind, value in asked.items() if value is not None]
    if len(given) > 1:
        raise UsageError(f"only one target can be met, not {' and '.join(target.kind for target in given)}")
    settings = Settings(
        target=given[0] if given else Settings.target,
        model=Settings.model if model is None else model,
        chunker=chunker,
        quantizer=quantizer,
        coder=coder,
        options={} if options is None else options,
        tune=tune,
        planes=planes,
        effort=effort,
        latents=latents,
        keep=_words(keep),
    )
    return encode(read_image(image), settings, progress).data


def decompress(
    data: "bytes | bytearray | memoryview", *, keep_damaged: bool = False, progress: Progress = silent
) -> "Image.Image":
    """The image of an `.aic` file, or of the first bytes of one.

    A damaged file raises `aictui.errors.FormatError`; ``keep_damaged`` shows what does not depend on the damage.
    ``progress`` hears the fraction done and a word for the phase, and may raise to stop the work.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        kind = type(data).__name__
        raise UsageError(f"decompress takes the bytes of a file, not {kind}; aictui.open takes its path")
    return decode(bytes(data), progress, keep_damaged=keep_damaged).image


def open_image(file: "str | PathLike[str] | BinaryIO") -> "Image.Image":
    """The image of an `.aic` file on disk or open for reading."""
    return decode(_bytes_of(file)).image


def inspect(data: "bytes | bytearray | memoryview | str | PathLike[str] | BinaryIO") -> FileInfo:
    """What an `.aic` file, given as bytes, as a path or open for reading, says of itself; needs no model."""
    return inspect_bytes(bytes(data) if isinstance(data, bytes | bytearray | memoryview) else _bytes_of(data))


def models() -> "list[ModelInfo]":
    """The models that are installed."""
    from aictui.network import store

    return store.available()


def _words(keep: Collection[str]) -> frozenset[str]:
    with suppress(TypeError):  # of what has no members, or members that can be in no set
        words = frozenset(keep)
        if not isinstance(keep, str) and all(isinstance(word, str) for word in words):
            return words
    raise UsageError(f"keep lists metadata, such as ['exif', 'icc']; it cannot be {shown(keep)}")


def _bytes_of(file: "str | PathLike[str] | BinaryIO") -> bytes:
    if isinstance(file, str | PathLike):
        return read_file(with_home(file), MAGIC)
    if not hasattr(file, "read"):
        raise UsageError(f"a file is given by its path or open for reading, not as {type(file).__name__}")
    try:
        data = file.read()
    except (OSError, ValueError) as error:  # closed, or open for writing
        raise InputError(f"the file cannot be read: {reason_of(error)}") from error
    if not isinstance(data, bytes):
        raise UsageError(f"a file is open for reading bytes ('rb'); this one gives {type(data).__name__}")
    return data
