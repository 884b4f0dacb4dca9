"""The rows of the queue: what is known of each file, and the columns that show it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from aictui.codec.settings import Target
from aictui.tui.text import place_text, ratio_text, size_text

if TYPE_CHECKING:
    from aictui.batch.events import Result
    from aictui.batch.find import Found

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


@dataclass(eq=False)
class QueueRow:
    """A file in the queue; ``target`` is its own where it has one, ``fraction`` how far its work is."""

    found: "Found"
    name: str
    target: Target | None = None
    state: RowState = "waiting"
    fraction: float = 0.0
    phase: str = ""
    result: "Result | None" = None

    @property
    def progress(self) -> float:
        """How much of its work is behind it: 0 to 1."""
        return self.fraction if self.state == "working" else float(self.state not in {"waiting", "planned"})

    @property
    def pixels(self) -> int:
        """Pixels of the image: how much work it is."""
        return self.found.width * self.found.height

    @property
    def output_bytes(self) -> int | None:
        """Bytes of the result, where there is one."""
        return self.result.output_bytes or None if self.result else None

    @property
    def status(self) -> str:
        """What happens to it, with a mark of its own."""
        word = self.phase if self.state == "working" and self.phase else _WORDS.get(self.state, self.state)
        return f"{MARKS[self.state]} {word}"

    @property
    def detail(self) -> str:
        """One line about it: where the result is, or why there is none."""
        described = f"{place_text(self.found.path)}  {self.found.width}×{self.found.height}"
        if self.result is None:
            return described
        parts = [self.result.reason, *self.result.notices]
        if self.state == "done":
            parts.insert(0, f"→ {place_text(self.result.output)}, {self.result.seconds:.1f} s")
        elif self.state == "planned":
            parts.insert(0, f"→ {place_text(self.result.output)}")
        return " · ".join(part for part in parts if part) or described

    def reset(self) -> None:
        """Wait again."""
        self.state, self.fraction, self.phase, self.result = "waiting", 0.0, "", None

    def take(self, result: "Result") -> None:
        """Show what became of it."""
        self.state, self.result, self.fraction, self.phase = result.state, result, 1.0, ""


class QueueColumn(NamedTuple):
    """A column; a ``width`` of 0 takes what the others leave, and a higher ``rank`` goes first where space is short."""

    key: str
    label: str
    width: int
    rank: int
    text: Callable[[QueueRow], str]
    order: Callable[[QueueRow], Any]


def _last_if_none(value: float | None) -> tuple[bool, float]:
    return value is None, value or 0.0


COLUMNS = (
    QueueColumn("name", "Name", 0, 0, lambda row: row.name, lambda row: row.name.casefold()),
    QueueColumn("size", "Size", 7, 2, lambda row: size_text(row.found.size), lambda row: row.found.size),
    QueueColumn("target", "Target", 7, 4, lambda row: str(row.target or ""), lambda row: str(row.target or "")),
    QueueColumn(
        "result", "Result", 7, 3, lambda row: size_text(row.output_bytes), lambda row: _last_if_none(row.output_bytes)
    ),
    QueueColumn(
        "ratio",
        "Ratio",
        6,
        1,
        lambda row: ratio_text(row.result.ratio) if row.result and row.result.ratio else "",
        lambda row: _last_if_none(row.result.ratio if row.result else None),
    ),
    QueueColumn("state", "State", 16, 0, lambda row: row.status, lambda row: _ORDER.index(row.state)),
)


@dataclass(frozen=True)
class Totals:
    """How the queue stands as a whole; ``fraction`` weighs files by their pixels."""

    files: int = 0
    finished: int = 0
    failed: int = 0
    compressed: int = 0
    fraction: float = 0.0
    source_bytes: int = 0
    output_bytes: int = 0

    @classmethod
    def of(cls, rows: Iterable[QueueRow]) -> "Totals":
        """The sums over ``rows``."""
        rows = list(rows)
        done = [row.result for row in rows if row.state == "done" and row.result]
        pixels = sum(row.pixels for row in rows)
        return cls(
            files=len(rows),
            finished=sum(row.state not in {"waiting", "working", "planned"} for row in rows),
            failed=sum(row.state == "failed" for row in rows),
            compressed=len(done),
            fraction=sum(row.pixels * row.progress for row in rows) / pixels if pixels else 0.0,
            source_bytes=sum(result.source_bytes for result in done),
            output_bytes=sum(result.output_bytes for result in done),
        )
