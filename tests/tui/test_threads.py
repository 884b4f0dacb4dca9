import threading
import time

import pytest

from aictui.tui import threads
from aictui.tui.threads import PatientExecutor


def test_work_that_ends_is_waited_for() -> None:
    executor = PatientExecutor()
    done = executor.submit(lambda: time.sleep(0.05))
    executor.shutdown()
    assert done.done()
    assert not executor.busy


def test_work_that_never_ends_is_waited_for_in_vain_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PATIENCE", 0.1)
    executor, gate = PatientExecutor(), threading.Event()
    running = executor.submit(gate.wait)
    start = time.monotonic()
    executor.shutdown()
    assert time.monotonic() - start < 5
    assert executor.busy
    gate.set()
    running.result(5)
    executor.shutdown()
    assert not executor.busy
