"""`.aic` for Pillow: after ``import aictui``, `PIL.Image.open` reads it and `PIL.Image.Image.save` writes it."""

from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageFile

FORMAT = "AIC"
EXTENSION = ".aic"
MAGIC = b"\x89AIC"
MIME = "image/x-aic"

SAVE_ARGUMENTS = frozenset(
    {"model", "ratio", "size", "psnr", "quality", "level", "chunker", "quantizer", "coder", "tune", "planes", "effort"}
    | {"latents", "options"}
)
"""What `Image.save` passes on to `aictui.compress`."""


class AicImageFile(ImageFile.ImageFile):
    """An `.aic` file: size and mode are known once opened, the picture is decoded when first used."""

    format = FORMAT
    format_description = "aictui compressed image"

    def _open(self) -> None:
        from aictui.codec.container import read_container
        from aictui.codec.payloads import unpack_metadata
        from aictui.errors import FormatError

        assert self.fp is not None
        self._data: bytes | None = self.fp.read()
        try:
            container = read_container(self._data)
            header = container.header
            for name, record in container.blocks.items():
                if name != "alpha" and record.state == "whole":
                    self.info["icc_profile" if name == "icc" else name] = unpack_metadata(record.payload)
        except FormatError as error:
            raise SyntaxError(str(error)) from error
        self._size = header.width, header.height
        self._mode = header.mode
        self.tile = []

    def load(self) -> Any:
        """Decodes the picture; raises `OSError` where that is not possible."""
        if self._data is not None:
            from aictui.codec.decode import decode
            from aictui.errors import AictuiError

            try:
                picture = decode(self._data).image
            except AictuiError as error:
                raise OSError(str(error)) from error
            self.im = picture.im
            self._data = None
            if self.fp is not None and self._exclusive_fp:
                self.fp.close()
            self.fp = None
        return super().load()


def accept(prefix: bytes) -> bool:
    """Whether a file starts like an `.aic` file."""
    return prefix.startswith(MAGIC)


def save(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    """Writes an image; the keyword arguments of `Image.save` are those of `aictui.compress`."""
    from aictui.api import compress
    from aictui.errors import AictuiError

    asked: dict[str, Any] = {key: value for key, value in image.encoderinfo.items() if key in SAVE_ARGUMENTS}
    try:
        file.write(compress(image, **asked))
    except AictuiError as error:
        name = filename.decode(errors="replace") if isinstance(filename, bytes) else filename
        raise OSError(f"cannot write {Path(name).name or 'the image'} as {FORMAT}: {error}") from error


def register() -> None:
    """Tells Pillow of the format."""
    Image.register_open(FORMAT, AicImageFile, accept)
    Image.register_save(FORMAT, save)
    Image.register_extension(FORMAT, EXTENSION)
    Image.register_mime(FORMAT, MIME)
