"""``python -m aictui.testing check|compare …``: the other side of `aictui.testing.isolation`."""

import faulthandler
import sys
from dataclasses import asdict
from pathlib import Path

from aictui.testing.checks import cases_of
from aictui.testing.isolation import compare, load, report
from aictui.testing.results import run


def main(task: str, module: str, file: str, name: str, folder: str, seconds: str) -> None:
    """Checks a component and reports each check into ``folder``, or compares it with itself in another process."""
    faulthandler.dump_traceback_later(float(seconds), exit=True)  # should nobody be there any more to stop it
    component, place = load(module, file, name), Path(folder)
    if task == "compare":
        compare(component, place)
        return
    for check in run(cases_of(component), lambda begun: report(place, {"begin": begun})):
        report(place, asdict(check))
    report(place, {"end": True})


if __name__ == "__main__":
    main(*sys.argv[1:])
