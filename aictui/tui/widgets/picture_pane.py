"""The pane of the compare view with the two pictures, and the line above them that names the sides."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from aictui.codec.peers import Peer
from aictui.tui.comparison import Comparison
from aictui.tui.compositing import HEAT_RANGE
from aictui.tui.sides import left_title, right_title
from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.caption import Caption
from aictui.tui.widgets.standings import ORIGINAL


class PicturePane(Vertical):
    """Shows the pictures of ``comparison``: on the right the compressed one, on the left the original or a peer's."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(id="stage", classes="pane")
        self._comparison = comparison
        self._left = ORIGINAL
        self._peers: Mapping[str, Peer] = {}

    def compose(self) -> ComposeResult:
        """The line above the picture."""
        yield Caption()
        yield Canvas()

    @property
    def canvas(self) -> Canvas:
        """The picture."""
        return self.query_one(Canvas)

    def show(self, left: str, peers: Mapping[str, Peer]) -> None:
        """Show the pictures as they are now; ``left`` is ``original`` or the id of one of ``peers``."""
        self._left, self._peers = left, peers
        comparison = self._comparison
        if comparison.original is None:
            return
        peer = comparison.peers.get(left)
        left_picture = comparison.original if peer is None else peer.pixels
        right_picture = comparison.original if comparison.picture is None else comparison.picture
        assert comparison.source is not None
        self.canvas.show_pair(left_picture, right_picture, comparison.source.alpha)
        self.show_caption()

    def clear(self, note: str) -> None:
        """Show a note, and no picture any more."""
        self.canvas.disabled = True
        self.canvas.clear(note)

    @on(Canvas.Changed)
    def show_caption(self) -> None:
        """Say what is on either side."""
        caption, canvas, comparison = self.query_one(Caption), self.canvas, self._comparison
        left = left_title(comparison, self._left, self._peers)
        right = right_title(comparison)
        caption.left, caption.right = (right, left) if canvas.swapped else (left, right)
        caption.divider = canvas.divider
        heat = f"difference · dark: equal · bright: {HEAT_RANGE} grey levels or more"
        caption.whole = heat if canvas.view == "heat" else ""
