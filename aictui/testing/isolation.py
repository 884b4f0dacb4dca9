"""Components in a process of their own: one that hangs or takes the interpreter down is told like any other."""

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from functools import reduce
from pathlib import Path

from aictui.component import Component
from aictui.testing.results import Check, Verdict, require

SECONDS = 120.0
"""Time that all checks of a component may take."""

_DIGEST_SECONDS = 60.0


def verdict(components: Iterable[type[Component]], seconds: float = SECONDS) -> list[Verdict]:
    """What the kit finds out about each component, within ``seconds`` each."""
    return [_judge(component, seconds) for component in components]


def same_elsewhere(component: type[Component]) -> str | None:
    """Raises `AssertionError` where another process computes something else; skips what cannot be imported there."""
    from aictui.testing.checks import rules_of

    if "<locals>" in component.__qualname__:
        return "skipped: defined inside a function"
    result = subprocess.run(
        _command("digest", component),
        capture_output=True,
        text=True,
        timeout=_DIGEST_SECONDS,
        env=_environment(),
        check=False,
    )
    require(result.returncode == 0, (result.stderr.strip() or "no output").splitlines()[-1])
    there, here = result.stdout.strip(), rules_of(component).digest(component())
    require(there == here, "another process computes something else")
    return None


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


def _judge(component: type[Component], seconds: float) -> Verdict:
    from aictui.testing.checks import name_of

    checks: list[Check] = []
    begun: str | None = "starts"
    command = _command("check", component)
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=_environment()) as process,
    ):
        stop = threading.Timer(seconds, process.kill)
        stop.start()
        for line in process.stdout or ():
            if not line.startswith(_MARK):
                continue  # what the component prints
            told = json.loads(line.removeprefix(_MARK))
            begun = told.get("begin")
            if "name" in told:
                checks.append(Check(**told))
        code = process.wait()
        late = not stop.is_alive()
        stop.cancel()
        errors.seek(0)
        last = (errors.read().splitlines() or [f"the process ended with {code}"])[-1]
    if code != 0 or begun is not None:
        checks.append(Check(begun or "ends", False, f"stopped after {seconds:g} s" if late else last))
    return Verdict(name_of(component), tuple(checks))


def report(message: dict[str, object]) -> None:
    """Tells the process that waits for the verdict."""
    sys.__stdout__.write(f"{_MARK}{json.dumps(message)}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


_MARK = "aictui-check "


def _command(task: str, component: type[Component]) -> list[str]:
    file = getattr(sys.modules.get(component.__module__), "__file__", None) or ""
    return [sys.executable, "-m", "aictui.testing", task, component.__module__, file, component.__qualname__]


def _environment() -> dict[str, str]:
    """This process's, with its path for imports and another order of hashes."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "7"}
