"""``python -m aictui.testing check|digest MODULE FILE NAME``: the other side of `aictui.testing.isolation`."""

import sys
from dataclasses import asdict

from aictui.testing.checks import cases_of, rules_of
from aictui.testing.isolation import load, report
from aictui.testing.results import run


def main(task: str, module: str, file: str, name: str) -> None:
    """Checks a component and reports each check, or prints the fingerprint of what it computes."""
    component = load(module, file, name)
    if task == "digest":
        print(rules_of(component).digest(component()))
        return
    for check in run(cases_of(component), lambda begun: report({"begin": begun})):
        report(asdict(check))


if __name__ == "__main__":
    main(*sys.argv[1:])
