"""Golden files: what an id means, written once and compared for ever."""

import json
from pathlib import Path

from aictui.component import Component
from aictui.testing.checks import rules_of


def same_as_golden(component: type[Component], folder: Path) -> None:
    """Compares what a component writes with ``folder/ID.json``, which the first run makes: commit that file.

    Raises `AssertionError` where they differ. A component that means to write something else takes a new id.
    """
    found = rules_of(component).golden(component())
    file = folder / f"{component.id}.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    due = json.loads(file.read_text(encoding="utf-8"))
    changed = sorted(name for name in due if found.get(name) != due[name])
    if changed:
        raise AssertionError(
            f"{component.kind} {component.id} no longer means what {file} says ({', '.join(changed)}); files made with"
            " it would not open as they were. Give the new meaning a new id."
        )
