"""The rows of the queue: what is known of each file, and the columns that show it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aictui.codec.settings import Target
from aictui.printable import printable
from aictui.tui.columns import Column
from aictui.tui.folder import natural_order
from aictui.tui.text import place_text, ratio_text, size_text

if TYPE_CHECKING:
    from aictui.batch.events import FileResult
    from aictui.batch.find import FoundImage

RowState = Literal["waiting", "working", "done", "kept", "skipped", "failed", "cancelled", "planned"]

MARKS: dict[RowState, str] = {
    "waiting": "○",
    "working": "▶",
    "done": "✓",
    "kept": "=",
    "skipped": "–",
    "failed": "✗",
    "cancelled": "◌",
    "planned": "→",
}
_WORDS: dict[RowState, str] = {"planned": "would compress", "kept": "original kept", "skipped": "skipped"}
_ORDER: list[RowState] = ["working", "failed", "waiting", "planned", "cancelled", "kept", "skipped", "done"]


@dataclass(eq=False, slots=True)
class QueueRow:
    """A file in the queue; ``target`` is its own where it has one, ``fraction`` how far its work is."""

    found: "FoundImage"
    name: str
    target: Target | None = None
    state: RowState = "waiting"
    fraction: float = 0.0
    phase: str = ""
    result: "FileResult | None" = None
    order: tuple[str | int, ...] = field(init=False)
    pixels: int = field(init=False)
    """How much work the image is."""

    def __post_init__(self) -> None:
        self.order = natural_order(self.name)
        self.pixels = self.found.width * self.found.height

    @property
    def output_bytes(self) -> int | None:
        """Bytes of the result, where there is one."""
        return self.result.output_bytes or None if self.result else None

    @property
    def ratio(self) -> float | None:
        """Raw bytes over the bytes of the result, where there is one."""
        return self.result.ratio or None if self.result else None

    @property
    def status(self) -> str:
        """What happens to it, with a mark of its own."""
        word = self.phase if self.state == "working" and self.phase else _WORDS.get(self.state, self.state)
        noticed = " · note" if self.state == "done" and self.result and self.result.notices else ""
        return f"{MARKS[self.state]} {word}{noticed}"

    @property
    def detail(self) -> str:
        """One line about it: where the result is, or why there is none."""
        described = f"{place_text(self.found.path)}  {self.found.width}×{self.found.height}"
        if self.result is None:
            return f"{described}  {self.phase}" if self.phase else described
        parts = [self.result.reason, *self.result.notices]
        if self.state == "done":
            parts.insert(0, f"→ {place_text(self.result.output)}, {self.result.seconds:.1f} s")
        elif self.state == "planned":
            parts.insert(0, f"→ {place_text(self.result.output)}")
        return " · ".join(printable(part) for part in parts if part) or described

    def reset(self) -> None:
        """Wait again."""
        self.state, self.fraction, self.phase, self.result = "waiting", 0.0, "", None

    def take(self, result: "FileResult") -> None:
        """Show what became of it."""
        self.state, self.result, self.fraction, self.phase = result.state, result, 1.0, ""


COLUMNS: tuple[Column[QueueRow], ...] = (
    Column("name", "Name", 0, 0, lambda row: row.name, lambda row: row.order, is_text=True),
    Column("size", "Size", 7, 2, lambda row: size_text(row.found.size), lambda row: row.found.size),
    Column("target", "Target", 8, 4, lambda row: str(row.target or ""), lambda row: str(row.target or "")),
    Column("result", "Result", 8, 3, lambda row: size_text(row.output_bytes), lambda row: row.output_bytes),
    Column("ratio", "Ratio", 7, 1, lambda row: ratio_text(row.ratio), lambda row: row.ratio),
    Column("state", "State", 16, 0, lambda row: row.status, lambda row: _ORDER.index(row.state), is_text=True),
)
