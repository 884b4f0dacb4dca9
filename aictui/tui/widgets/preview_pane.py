"""The pane that shows the highlighted image."""

import time
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from aictui.printable import printable
from aictui.tui.folder import ImageFile
from aictui.tui.text import ratio_text, size_text
from aictui.tui.widgets.facts import Fact, Facts
from aictui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from aictui.tui.previews import Preview

_REST = 0.06
"""Seconds that the highlight has to rest before its image is read."""

_LARGEST_PIXELS = 1600
_FACTS_ROWS = 7


class PreviewPane(Vertical):
    """Reads the image in a thread, one at a time, and drops it when another was asked for meanwhile."""

    AREA = "preview"
    DEFAULT_CSS = """
    PreviewPane Facts { height: 6; margin-top: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name that Textual gives it
        super().__init__(id=id)
        self._wanted: ImageFile | None = None
        self._busy = False
        self._timer: Timer | None = None
        self._image_size: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """The picture above the facts."""
        yield Picture()
        yield Facts()

    def show(self, file: ImageFile | None, note: str = "") -> None:
        """Show ``file`` once the highlight rests on it."""
        self._wanted = file
        if self._timer:
            self._timer.stop()
        self.query_one(Facts).show(self._facts(file, ()))
        if file is None:
            self.query_one(Picture).show(None, note)
            return
        self._timer = self.set_timer(_REST, self._load)

    def on_resize(self) -> None:
        """Give the picture the height that its width allows, and read it again if it needs more pixels."""
        self._fit()
        self._load()

    def _fit(self) -> None:
        """Let the facts follow right under the picture."""
        picture = self.query_one(Picture)
        if self._image_size is None:
            return
        from aictui.tui.pictures import rows_needed

        room = max(1, self.size.height - _FACTS_ROWS)
        height = rows_needed(self._image_size, self.size.width, room, picture.terminal)
        if height != picture.size.height:
            picture.styles.height = height

    def _load(self) -> None:
        file = self._wanted
        picture = self.query_one(Picture)
        if self._busy or file is None or not self.size.area:
            return
        from aictui.tui.pictures import pixel_size

        if file.is_compressed:
            picture.show(None, "decoding …")
        self._busy = True
        # Twice the area, so that a pane that grows need not read the file again.
        area = pixel_size(*self.size, picture.terminal)
        width, height = (max(64, min(_LARGEST_PIXELS, side * 2)) for side in area)
        self.run_worker(lambda: self._load_in_thread(file, width, height), thread=True, exit_on_error=False)

    def _load_in_thread(self, file: ImageFile, width: int, height: int) -> None:
        from aictui.tui.previews import Preview, load

        preview = Preview(None, "no preview")
        try:
            preview = load(file, width, height)
        finally:
            self.call_later(self._finish, file, preview)

    def _finish(self, file: ImageFile, preview: "Preview") -> None:
        self._busy = False
        if file is not self._wanted:
            self._load()
            return
        note = f"✗ {printable(preview.error)}" if preview.error else ""
        self._image_size = preview.image.size if preview.image else None
        self._fit()
        self.query_one(Picture).show(preview.image, note)
        self.query_one(Facts).show(self._facts(file, preview.facts))

    def _facts(self, file: ImageFile | None, more: tuple[Fact, ...]) -> list[Fact]:
        if file is None:
            return []
        if file.pixels and not more:
            more = (("Pixels", f"{file.width} × {file.height}"),)
        facts = [("Name", file.name), ("Size", size_text(file.bytes)), *more]
        if file.compressed_bytes and not file.is_compressed:
            facts.append((".aic", f"{size_text(file.compressed_bytes)}  {ratio_text(file.ratio)}"))
        facts.append(("Changed", time.strftime("%Y-%m-%d %H:%M", time.localtime(file.modified))))
        return facts
