import threading
from types import SimpleNamespace

import pytest

from aictui.batch.control import Control, MemoryGate
from aictui.errors import Cancelled


def test_paused_work_waits_and_goes_on() -> None:
    control = Control()
    control.pause()
    passed = threading.Event()

    def work() -> None:
        control.check()
        passed.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not passed.wait(0.05)
    control.resume()
    assert passed.wait(5)
    thread.join()


def test_the_clock_stands_still_during_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("aictui.batch.control.time", SimpleNamespace(monotonic=lambda: now[0]))
    control = Control()
    started = control.clock()
    elapsed = []
    for action in (control.pause, lambda: None, control.resume, lambda: None):
        action()
        now[0] += 2
        elapsed.append(control.clock() - started)
    assert elapsed == [0, 0, 2, 4]


def test_cancelling_reaches_work_that_is_paused() -> None:
    control = Control()
    control.pause()
    control.cancel()
    with pytest.raises(Cancelled):
        control.check()


def test_the_gate_keeps_the_sum_within_its_budget() -> None:
    gate = MemoryGate(100)
    lock, inside, most = threading.Lock(), [0], [0]

    def work(amount: int) -> None:
        with gate.room(amount):
            with lock:
                inside[0] += amount
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= amount

    threads = [threading.Thread(target=work, args=(10 + 13 * (n % 5),)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 100


def test_what_exceeds_the_budget_goes_alone() -> None:
    gate = MemoryGate(10)
    with gate.room(1000):
        pass
    with gate.room(10):
        pass


def test_what_is_cancelled_can_be_paused_no_more() -> None:
    control = Control()
    control.cancel()
    control.pause()
    with pytest.raises(Cancelled):
        control.check()
