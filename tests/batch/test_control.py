import threading
from contextlib import ExitStack
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


def entering(gate: MemoryGate, amount: int) -> threading.Event:
    """Is set once another thread has got room."""
    entered = threading.Event()

    def work() -> None:
        with gate.room(amount):
            entered.set()

    threading.Thread(target=work, daemon=True).start()
    return entered


def test_the_gate_lets_in_what_fits_beside_the_rest() -> None:
    gate = MemoryGate(100)
    with gate.room(60):
        assert entering(gate, 40).wait(5)


@pytest.mark.parametrize("inside", [(60, 40), (1000,)], ids=["a full budget", "more than the budget"])
def test_the_gate_keeps_the_rest_out_until_there_is_room(inside: tuple[int, ...]) -> None:
    gate = MemoryGate(100)
    with ExitStack() as stack:
        for amount in inside:
            stack.enter_context(gate.room(amount))
        entered = entering(gate, 1)
        assert not entered.wait(0.05)
    assert entered.wait(5)


def test_what_is_cancelled_can_be_paused_no_more() -> None:
    control = Control()
    control.cancel()
    control.pause()
    with pytest.raises(Cancelled):
        control.check()
