"""The picture among its peers: other formats at the same number of bytes, each to be had as the left side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.text import Text
from textual import on
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from aictui.codec.peers import Peer, PeerResult
from aictui.metrics.base import Metric
from aictui.tui.figures import NOTHING, UNKNOWN, Figures, metric_text
from aictui.tui.text import shortened, size_text

ORIGINAL = "original"
OURS = "aictui"
_HEADER = "header"
_COLUMN = 8
_NAME = 12
_SHORT_TITLES = {"psnr": "PSNR", "ms-ssim": "MS-SSIM", "ssimulacra2": "SSIM2"}


@dataclass(frozen=True)
class Standing:
    """A row: a contender with its size in bytes, which is ``None`` until it is matched, and its metrics by id.

    ``absent`` tells that it cannot encode the image; a metric of ``None`` cannot be measured.
    """

    title: str
    setting: str = ""
    size: int | None = None
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    fits: bool = True
    absent: bool = False


class Standings(OptionList):
    """A table of contenders; enter makes one the left side."""

    HELP = """
# Peers at the same number of bytes

JPEG, WebP, AVIF and, where its Pillow plugin is installed, JPEG XL: each at the best quality that stays within the
bytes of the `.aic` file, found by search. ✗ marks one that is larger even at its worst.

**enter** makes one the left side of the picture; **p** takes the next.
"""
    AREA = "peers"
    DEFAULT_CSS = """
    Standings { height: auto; max-height: 12; border: none; padding: 0; background: transparent; scrollbar-size: 0 0; }
    Standings:focus { border: none; }
    Standings > .option-list--option-disabled { color: $foreground; }
    Standings:blur > .option-list--option-highlighted { background: transparent; color: $foreground; }
    """

    class LeftChosen(Message):
        """Another picture is wanted on the left: the id of a peer, or ``original``."""

        def __init__(self, left: str) -> None:
            super().__init__()
            self.left = left

    def __init__(self) -> None:
        super().__init__()
        self.peers: dict[str, Peer] = {}
        self.left = ORIGINAL
        self._rows: dict[str, Standing] = {}
        self._ours = Standing(OURS)
        self._known_metrics: Sequence[Metric] = ()
        self._failed = False

    def on_mount(self) -> None:
        """Fill the table."""
        self._write()

    def on_resize(self) -> None:
        """Fill the width."""
        self._write()

    def offer(self, peers: Sequence[Peer], metrics: Sequence[Metric]) -> None:
        """Show these peers by these metrics."""
        self.peers = {peer.id: peer for peer in peers}
        self._rows = {peer.id: Standing(peer.title) for peer in peers}
        self._known_metrics = metrics
        self._write()

    def show_ours(self, title: str, figures: Figures) -> None:
        """Show our own figures, and forget those of the peers where the size is another."""
        if figures.bytes != self._ours.size:
            self._rows = {peer.id: Standing(peer.title) for peer in self.peers.values()}
        self._failed = figures.failed
        estimated = "≈" if figures.bytes is not None and not figures.exact else ""
        self._ours = Standing(title, estimated, figures.bytes, figures.metrics)
        self._write()

    def show_peer(self, result: PeerResult) -> None:
        """Show a peer's match."""
        row = Standing(result.peer.title, result.setting, result.size, {}, result.fits)
        self._rows[result.peer.id] = row
        self._write()

    def show_absent(self, peer: str) -> None:
        """Show that a peer cannot encode the image."""
        self._rows[peer] = Standing(self.peers[peer].title, absent=True)
        self._write()

    def show_metric(self, peer: str, metric: str, value: float | None) -> None:
        """Show a peer's metric."""
        row = self._rows[peer]
        self._rows[peer] = replace(row, metrics={**row.metrics, metric: value})
        self._write()

    def choose_left(self, left: str) -> None:
        """Mark the left side."""
        self.left = left
        self._write()
        self.highlighted = self.get_option_index(left)

    @property
    def next_left(self) -> str:
        """What comes after the present left side."""
        names = [ORIGINAL, *self.peers]
        return names[(names.index(self.left) + 1) % len(names)]

    @on(OptionList.OptionSelected)
    def select(self, event: OptionList.OptionSelected) -> None:
        """Make a row the left side."""
        event.stop()
        if event.option_id in {ORIGINAL, *self.peers}:
            self.post_message(self.LeftChosen(str(event.option_id)))

    def _write(self) -> None:
        lines = {
            _HEADER: self._header(),
            ORIGINAL: self._line(Standing(ORIGINAL), left=self.left == ORIGINAL),
            OURS: self._line(self._ours, left=False),
            **{name: self._line(row, left=self.left == name) for name, row in self._rows.items()},
        }
        if [option.id for option in self.options] != list(lines):
            highlighted = self.highlighted
            self.set_options(Option(line, id=name, disabled=name in {_HEADER, OURS}) for name, line in lines.items())
            self.highlighted = 1 if highlighted is None else min(highlighted, len(lines) - 1)
            return
        # New options would have the whole screen arranged anew.
        for name, line in lines.items():
            if self.get_option(name).prompt != line:
                self.replace_option_prompt(name, line)

    @property
    def _metrics(self) -> Sequence[Metric]:
        """As many as fit."""
        room = self.scrollable_content_region.width - 4 - _NAME
        return self._known_metrics[: max(1, room // _COLUMN - 1)]

    @property
    def _name_width(self) -> int:
        return max(_NAME, self.scrollable_content_region.width - 4 - _COLUMN * (1 + len(self._metrics)))

    def _header(self) -> Text:
        titles = ["size", *(_SHORT_TITLES.get(metric.id, metric.title)[: _COLUMN - 1] for metric in self._metrics)]
        line = "  " + " " * self._name_width + "".join(f"{title:>{_COLUMN}}" for title in titles)
        return Text(line, "dim", no_wrap=True)

    def _line(self, row: Standing, *, left: bool) -> Text:
        name = f"{row.title} {row.setting.replace('quality ', 'q')}".strip()
        unknown = NOTHING if row.absent or self._failed else UNKNOWN
        cells = [size_text(row.size) or ("" if row.title == ORIGINAL else unknown)]
        if row.title != ORIGINAL:
            known, shown = row.metrics, self._metrics
            cells += [metric_text(metric.id, known[metric.id]) if metric.id in known else unknown for metric in shown]
        line = Text("◀ " if left else "  ", no_wrap=True)
        line.append(shortened(name if row.fits else f"{name} ✗", self._name_width), "bold" if left else "")
        line.append("".join(f"{cell:>{_COLUMN}}" for cell in cells))
        return line
