"""What the queue does in threads: finding images, and running a batch of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.printable import printable
from aictui.tui.queue_rows import QueueRow

if TYPE_CHECKING:
    from aictui.batch import Control, Event, OutputPolicy, Plan
    from aictui.batch.find import Found
    from aictui.codec.settings import Settings


@dataclass(frozen=True)
class Selection:
    """Which files of the sources are taken."""

    recursive: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def find_rows(
    sources: Sequence[Path],
    selection: Selection,
    known: Mapping[Path, QueueRow],
    cancelled: Callable[[], bool],
) -> list[QueueRow]:
    """A row for every image among ``sources``, of those that are ``known`` the same; raises `InputError`."""
    from aictui.batch.find import find_images

    found = []
    for each in find_images(
        sources, recursive=selection.recursive, include=selection.include, exclude=selection.exclude
    ):
        if cancelled():
            break
        found.append(each)
    several = len({each.root for each in found}) > 1
    return [known.get(each.path) or QueueRow(each, _name(each, several)) for each in found]


def _name(found: "Found", several: bool) -> str:
    """What a file is called below the folder that was searched, with that folder's name where there are several."""
    name = found.path.relative_to(found.root)
    return printable(str(Path(found.root.name) / name if several else name))


@dataclass(frozen=True)
class Job:
    """What a batch is asked to do; ``dry`` only tells what would happen."""

    rows: Sequence[QueueRow]
    settings: "Settings"
    policy: "OutputPolicy"
    dry: bool = False

    def run(self, ledger_path: Path | None, notify: "Callable[[Event], None]", control: "Control") -> None:
        """Do it, and tell ``notify`` what becomes of every file; raises `AictuiError`."""
        from aictui.batch import Batch, Finished, Ledger, default_path

        ledger = Ledger(ledger_path or default_path())
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
