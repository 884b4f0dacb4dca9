"""Components in a process of their own: one that hangs or takes the interpreter down is told like any other."""

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.component import Component
from aictui.testing.results import Check, Verdict, require

SECONDS = 120.0
"""Time that all checks of a component may take."""

_ELSEWHERE_SECONDS = 60.0
_REPORTS = "reports.jsonl"
_WRITTEN, _READ = "written.npz", "read.npz"


def verdict(components: Iterable[type[Component]], seconds: float = SECONDS) -> list[Verdict]:
    """What the kit finds out about each component, within ``seconds`` each."""
    return [_judge(component, seconds) for component in components]


def same_elsewhere(component: type[Component]) -> str | None:
    """Raises `AssertionError` where another process computes something else, or reads what this one wrote differently.

    Skips what cannot be imported there.
    """
    from aictui.testing.checks import rules_of

    if "<locals>" in component.__qualname__:
        return "skipped: defined inside a function"
    rules = rules_of(component)
    written = rules.written(component())
    with tempfile.TemporaryDirectory() as folder:
        _save(Path(folder) / _WRITTEN, written)
        end = _run("compare", component, Path(folder), _ELSEWHERE_SECONDS)
        told = reports(Path(folder))
        begun = next((each["begin"] for each in reversed(told) if "begin" in each), "begin")
        require(end.code == 0 and "digest" in told[-1], f"another process cannot {begun}: {end.reason}")
        read = _load(Path(folder) / _READ)
    due = rules.read(component(), written)
    same = [np.allclose(one, other, rtol=0, atol=rules.CLOSE) for one, other in zip(read, due, strict=True)]
    require(all(same), "another process reads something else in what this one wrote")
    require(told[-1] == {"digest": rules.digest(component())}, "another process computes something else")
    return None


def compare(component: type[Component], folder: Path) -> None:
    """The other side of `same_elsewhere`: reads what that process wrote, before it writes anything itself."""
    from aictui.testing.checks import rules_of

    rules = rules_of(component)
    report(folder, {"begin": "read what this one wrote"})
    _save(folder / _READ, rules.read(component(), _load(folder / _WRITTEN)))
    report(folder, {"begin": "compute the same"})
    report(folder, {"digest": rules.digest(component())})


def _save(file: Path, arrays: list[NDArray[Any]]) -> None:
    np.savez(file, *arrays)


def _load(file: Path) -> list[NDArray[Any]]:
    with np.load(file) as arrays:
        return [arrays[f"arr_{number}"] for number in range(len(arrays.files))]


def load(module: str, file: str, name: str) -> type[Component]:
    """The component that another process was told to look at."""
    try:
        holder = importlib.import_module(module)
    except ModuleNotFoundError:
        specification = importlib.util.spec_from_file_location(module, file)
        if specification is None or specification.loader is None:
            raise
        holder = importlib.util.module_from_spec(specification)
        sys.modules[module] = holder
        specification.loader.exec_module(holder)
    found: type[Component] = reduce(getattr, name.split("."), holder)  # type: ignore[assignment]
    return found


def report(folder: Path, message: dict[str, object]) -> None:
    """Tells the process that waits for this one; in a file, since a component may print or close what it likes."""
    with (folder / _REPORTS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(message) + "\n")


def reports(folder: Path) -> list[dict[str, Any]]:
    """What the other process told."""
    file = folder / _REPORTS
    lines = file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]  # the last was cut where it was stopped


def _judge(component: type[Component], seconds: float) -> Verdict:
    from aictui.testing.checks import name_of

    with tempfile.TemporaryDirectory() as folder:
        end = _run("check", component, Path(folder), seconds, alone=True)
        told = reports(Path(folder))
    checks = [Check(**each) for each in told if "name" in each]
    heard = {check.name for check in checks}
    unheard = [each["begin"] for each in told if "begin" in each and each["begin"] not in heard]
    if unheard or end.code != 0 or {"end": True} not in told:
        checks.append(Check(unheard[-1] if unheard else "ends" if checks else "starts", False, end.reason))
    return Verdict(name_of(component), tuple(checks))


@dataclass(frozen=True)
class _End:
    """How a process ended: its exit code, ``None`` where it was stopped, and in words."""

    code: int | None
    reason: str


def _run(task: str, component: type[Component], folder: Path, seconds: float, *, alone: bool = False) -> _End:
    """Has another process do a task within ``seconds``; one that is ``alone`` ends with all that it started."""
    file = getattr(sys.modules.get(component.__module__), "__file__", None) or ""
    what = [task, component.__module__, file, component.__qualname__, str(folder), str(seconds)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        # Its output goes nowhere: whoever read a pipe would wait for everything that the component started.
        process = subprocess.Popen(
            [sys.executable, "-m", "aictui.testing", *what],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=_environment(),
            start_new_session=alone,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return _End(None, f"stopped after {seconds:g} s")
        finally:
            _stop(process, whole_group=alone)
        errors.seek(0)
        lines = errors.read().split("\n") if code else []
    last = next((line for line in reversed(lines) if line.strip()), f"the process ended with exit code {code}")
    return _End(code, last)


def _stop(process: "subprocess.Popen[bytes]", *, whole_group: bool) -> None:
    if whole_group and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _environment() -> dict[str, str]:
    """This process's, with its path for imports and another order of hashes."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "7"}
