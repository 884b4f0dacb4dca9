"""What the queue does in threads: finding images, and running a batch of them."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aictui.printable import printable
from aictui.tui.queue_rows import QueueRow

if TYPE_CHECKING:
    from aictui.batch import Control, Event, OutputPolicy, Plan
    from aictui.batch.find import FoundImage
    from aictui.codec.settings import Settings


logger = logging.getLogger(__name__)

_MOST_LINES = 4
"""Of a notice about files that are left out."""


@dataclass(frozen=True)
class Selection:
    """Which files of the sources are taken."""

    recursive: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Listing(NamedTuple):
    """The images that were found, and why a file or folder that was named is not among them."""

    rows: list[QueueRow]
    left_out: dict[Path, str]


def find_rows(
    sources: Sequence[Path],
    selection: Selection,
    known: Mapping[Path, QueueRow],
    cancelled: Callable[[], bool],
) -> Listing:
    """A row for every image among ``sources``, of those that are ``known`` the same; raises `InputError`."""
    from aictui.batch.find import extent_of, find_images, matches

    left_out = {source: "is not there" for source in sources if not _is_there(source)}
    present = [source for source in sources if source not in left_out]
    found = []
    for each in find_images(
        present, recursive=selection.recursive, include=selection.include, exclude=selection.exclude
    ):
        if cancelled():
            break
        found.append(each)
    taken = {each.path for each in found}
    for source in present:
        wanted = os.path.isfile(source) and matches(Path(source.name), selection.include, selection.exclude)  # noqa: PTH113
        if wanted and source not in taken and not cancelled():
            readable = extent_of(source) is not None
            left_out[source] = (
                "is a file of the list by another name" if readable else "is not an image that can be read"
            )
    names = _names(found)
    rows = []
    for each, name in zip(found, names, strict=True):
        row = known.get(each.path)
        if row is None:
            row = QueueRow(each, name)
        elif (row.found.width, row.found.height, row.found.size) != (each.width, each.height, each.size):
            row = QueueRow(each, name, row.target)  # the file is another one now
        rows.append(row)
    return Listing(rows, left_out)


def told_left_out(left_out: Mapping[Path, str]) -> str:
    """What to say of files that the queue does without, a line each as long as they are few; empty where none are."""
    lines = [f"{printable(path.name)} {reason}" for path, reason in left_out.items()]
    for line in lines:
        logger.warning("left out of the queue: %s", line)
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… and {len(lines) - _MOST_LINES:,} more: F12 shows the log"]
    return "\n".join(lines)


def _is_there(source: Path) -> bool:
    return os.path.isdir(source) or os.path.isfile(source)  # noqa: PTH112, PTH113 - those raise where nobody may look


def _names(found: "Sequence[FoundImage]") -> list[str]:
    """What files are called below the innermost folder that has all folders in it that were searched."""
    roots = {each.root: each.root.absolute() for each in found}
    try:
        base = Path(os.path.commonpath(roots.values())) if roots else Path()
        below = {root: absolute.relative_to(base) for root, absolute in roots.items()}
    except ValueError:  # on drives of their own
        below = roots
    return [printable(str(below[each.root] / each.path.relative_to(each.root))) for each in found]


@dataclass(frozen=True)
class Job:
    """What a batch is asked to do; ``dry`` only tells what would happen."""

    rows: Sequence[QueueRow]
    settings: "Settings"
    policy: "OutputPolicy"
    dry: bool = False

    def run(
        self,
        ledger_path: Path | None,
        notify: "Callable[[Event], None]",
        control: "Control",
        tell: "Callable[[str], object]",
    ) -> None:
        """Do it; raises `AictuiError`, for a dry run `Cancelled`.

        ``notify`` hears what becomes of every file, ``tell`` in a line what goes wrong with all of it.
        """
        from aictui.batch import Batch, Finished, open_ledger
        from aictui.codec.components import check

        check(self.settings)  # what every file would fail for is told once
        ledger = open_ledger(tell, ledger_path)
        try:
            batch = Batch(self._plan(), ledger, notify, control=control)
            if self.dry:
                for number, result in enumerate(batch.outlook(), start=1):
                    notify(Finished(result, number, len(self.rows), None))
            else:
                batch.run()
        finally:
            ledger.close()

    def _plan(self) -> "Plan":
        """The plan for the rows, of which some have a target of their own."""
        from aictui.batch.plan import plan_found

        plan = plan_found([row.found for row in self.rows], self.settings, self.policy)
        own = {row.found.path: replace(self.settings, target=row.target) for row in self.rows if row.target}
        items = (replace(item, settings=own.get(item.source, self.settings)) for item in plan.items)
        return replace(plan, items=tuple(items))
