"""An `.aic` file as an image of Pillow."""

from typing import Any

from PIL import ImageFile

from aictui.file_type import FORMAT


class AicImageFile(ImageFile.ImageFile):
    """An `.aic` file: size and mode are known once opened, the picture is decoded when first used."""

    format = FORMAT
    format_description = "aictui compressed image"

    def _open(self) -> None:
        from aictui.codec.container import read_container
        from aictui.codec.payloads import unpack_metadata
        from aictui.codec.settings import PILLOW_NAMES
        from aictui.errors import FormatError

        assert self.fp is not None
        self._data: bytes | None = self.fp.read()
        try:
            container = read_container(self._data)
            header = container.header
            for name, record in container.blocks.items():
                if name != "alpha" and record.state == "whole":
                    self.info[PILLOW_NAMES[name]] = unpack_metadata(record.payload)
        except FormatError as error:
            raise SyntaxError(str(error)) from error
        self._size = header.width, header.height
        self._mode = header.mode
        self.tile = []

    def verify(self) -> None:
        """Raises `OSError` where a check sum tells of damage, or the file is cut; decodes nothing."""
        from aictui.codec.inspect import damage

        if self._data is not None and (harm := damage(self._data)):
            raise OSError(f"the file is {harm}")

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
