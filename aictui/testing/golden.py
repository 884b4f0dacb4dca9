"""Golden files: what an id means, written once and compared for ever."""

import json
from pathlib import Path

from aictui.component import Component
from aictui.testing.checks import rules_of


def same_as_golden(component: type[Component], folder: Path, *, exact: bool = False) -> None:
    """Compares what a component means with ``folder/ID.json``, which the first run makes: commit that file.

    Of an entropy coder, the bytes there must decode to the symbols that they were made of; with ``exact``, it must
    also write the very same bytes. Raises `AssertionError` where something differs. A component that is to mean
    something else takes a new id.
    """
    rules, made = rules_of(component), component()
    file = folder / f"{component.id}.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rules.golden(made), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    due = json.loads(file.read_text(encoding="utf-8"))
    differ = rules.changed(made, due)
    if exact:
        differ += [name for name, value in rules.golden(made).items() if due.get(name) != value]
    if differ:
        raise AssertionError(
            f"{component.kind} {component.id} no longer means what {file} says ({', '.join(dict.fromkeys(differ))});"
            " files made with it would not open as they were. Give the new meaning a new id."
        )
