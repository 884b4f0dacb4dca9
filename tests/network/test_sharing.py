import subprocess
import sys
import threading

import numpy as np
import pytest

from aictui.network import sharing
from aictui.network.products import one_thread_each
from aictui.network.sharing import by_blocks


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "CORES", 3)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 700, 5000])
def test_every_row_is_worked_on_once(count: int) -> None:
    times = np.zeros(count, int)

    def work(block: slice) -> None:
        times[block] += 1

    by_blocks(work, count)
    assert (times == 1).all()


def test_blocks_are_shared_among_threads() -> None:
    together = threading.Barrier(2)

    def work(block: slice) -> None:
        together.wait(10)  # a thread alone would wait for the other one in vain

    by_blocks(work, 512)


def test_while_others_run_priors_too_each_keeps_to_its_thread() -> None:
    seen = set()
    with one_thread_each(), one_thread_each():
        by_blocks(lambda block: seen.add(threading.current_thread()), 5000)
    assert seen == {threading.current_thread()}


@pytest.mark.parametrize("row", [0, 4999])
def test_what_goes_wrong_in_any_thread_is_raised(row: int) -> None:
    def work(block: slice) -> None:
        if block.start <= row < block.stop:
            raise ValueError("no such row")

    with pytest.raises(ValueError, match="no such row"):
        by_blocks(work, 5000)


OUTLIVES_THE_MAIN_THREAD = """
import threading
from aictui.network import sharing
from aictui.network.products import one_thread_each

rows = []

def work():
    threading.main_thread().join()
    with one_thread_each():
        sharing.by_blocks(lambda block: rows.extend(range(512)[block]), 512)
    print(sorted(rows) == list(range(512)))

sharing.CORES = 3
if {warm}:
    with one_thread_each():
        sharing.by_blocks(lambda block: None, 512)
threading.Thread(target=work).start()
"""


@pytest.mark.parametrize("warm", [False, True])
def test_a_thread_that_outlives_the_main_one_does_all_by_itself(warm: bool) -> None:
    run = subprocess.run(
        [sys.executable, "-c", OUTLIVES_THE_MAIN_THREAD.format(warm=warm)], capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.stderr) == ("True\n", "")
