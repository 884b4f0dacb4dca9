"""The pane that shows the highlighted image."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from aictui.errors import Cancelled
from aictui.printable import printable
from aictui.tui.folder import ImageFile
from aictui.tui.text import date_text, ratio_text, size_text
from aictui.tui.widgets.facts import Fact, Facts
from aictui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from aictui.tui.previews import Preview
    from aictui.tui.terminal import Terminal

_REST = 0.06
"""Seconds that the highlight has to rest before its image is read."""

_LARGEST_PIXELS = 1600
_FACTS_ROWS = 7


class PreviewPane(Vertical):
    """Reads the image in a thread, and drops it when another was asked for meanwhile.

    One image is read at a time, beside one ``.aic`` file at most: decoding may take long, and stops only now and then.
    """

    AREA = "preview"
    DEFAULT_CSS = """
    PreviewPane Facts { height: 6; margin-top: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name that Textual gives it
        super().__init__(id=id)
        self._wanted: ImageFile | None = None
        self._busy: set[bool] = set()
        """Whether an image is being read (``False``), and whether an ``.aic`` file is (``True``)."""
        self._timer: Timer | None = None
        self._image_size: tuple[int, int] | None = None
        self._read_facts: tuple[Fact, ...] = ()

    def compose(self) -> ComposeResult:
        """The picture above the facts."""
        yield Picture()
        yield Facts()

    def show(self, file: ImageFile | None, note: str = "") -> None:
        """Show ``file`` once the highlight rests on it."""
        self._wanted = file
        if self._timer:
            self._timer.stop()
        self._read_facts = ()
        self.show_facts()
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

    def reload(self) -> None:
        """Read the image again, after the graphics protocol has changed."""
        self._load()

    def _load(self) -> None:
        file = self._wanted
        if file is None or file.is_compressed in self._busy or not self.size.area:
            return
        terminal = self.query_one(Picture).terminal
        size = None if terminal.protocol == "off" else self._pixels(terminal)
        if file.is_compressed and size:
            self.query_one(Picture).show(None, "decoding …")
        self._busy.add(file.is_compressed)
        self.run_worker(lambda: self._load_in_thread(file, size), thread=True, exit_on_error=False)

    def _pixels(self, terminal: "Terminal") -> tuple[int, int]:
        """Width and height to read: twice those of the pane, so that one that grows need not read the file again."""
        from aictui.tui.pictures import pixel_size

        width, height = pixel_size(*self.size, terminal)
        return max(64, min(_LARGEST_PIXELS, 2 * width)), max(64, min(_LARGEST_PIXELS, 2 * height))

    def _load_in_thread(self, file: ImageFile, size: tuple[int, int] | None) -> None:
        from aictui.tui.previews import Preview, load

        def progress(_fraction: float, _phase: str) -> None:
            if file is not self._wanted:
                raise Cancelled("another image is wanted")

        preview = Preview(None, "no preview")
        try:
            preview = load(file, size, progress)
        finally:
            self.call_later(self._finish, file, preview)

    def _finish(self, file: ImageFile, preview: "Preview") -> None:
        self._busy.discard(file.is_compressed)
        if file is not self._wanted:
            if self._wanted is not None and self._wanted.is_compressed == file.is_compressed:
                self._load()  # which had to wait
            return
        is_off = self.query_one(Picture).terminal.protocol == "off"
        note = "pictures are off (settings)" if is_off else ""
        note = f"✗ {printable(preview.error)}" if preview.error else note
        self._image_size = preview.image.size if preview.image else None
        self._fit()
        self.query_one(Picture).show(preview.image, note)
        self._read_facts = preview.facts
        self.show_facts()

    def show_facts(self) -> None:
        """Show what is known by now."""
        self.query_one(Facts).show(self._facts())

    def _facts(self) -> list[Fact]:
        file, more = self._wanted, self._read_facts
        if file is None:
            return []
        if file.pixels and not more:
            more = (("Pixels", f"{file.width} × {file.height}"),)
        facts = [("Name", file.name), ("Size", size_text(file.bytes)), *more]
        if file.compressed_bytes and not file.is_compressed:
            ratio = "cut" if file.is_cut else ratio_text(file.ratio)
            facts.append((".aic", f"{size_text(file.compressed_bytes)}  {ratio}"))
        elif file.is_cut and file.whole_bytes:
            share = file.bytes / file.whole_bytes
            facts.append(("Cut to", f"{share:.0%} of {size_text(file.whole_bytes)}"))
        facts.append(("Changed", date_text(file.modified)))
        return facts
