import signal
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from aictui.entropy.tables import from_distribution
from aictui.network import products
from aictui.network.base import CodingPass, Passes, converse
from aictui.network.products import one_thread_each


def threads() -> set[int]:
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


def test_products_keep_to_their_thread_until_the_last_who_asked_is_done() -> None:
    before, inside, done = threads(), threading.Event(), threading.Event()

    def other() -> None:
        with one_thread_each():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=other)
    with one_thread_each():
        thread.start()
        inside.wait(10)
    assert threads() <= {1}
    done.set()
    thread.join()
    assert threads() == before


def test_where_ctrl_c_comes_while_the_limit_is_being_set_it_is_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    before, act = threads(), products._libraries().limit

    def limit(**limits: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return act(**limits)

    monkeypatch.setattr(products._libraries(), "limit", limit)
    with pytest.raises(KeyboardInterrupt), one_thread_each():
        pass
    assert threads() == before


def test_a_prior_is_asked_with_products_on_one_thread_each() -> None:
    before, seen = threads(), []

    def passes() -> Passes:
        seen.append(threads())
        index, tables = np.zeros((1, 1), np.uint16), from_distribution([1.0], 4)
        yield CodingPass(0, np.zeros(1, np.intp), slice(0, 1), index.astype(np.int32), index, tables, level=0)

    converse(passes(), lambda item: None)
    assert seen
    assert seen[0] <= {1}
    assert threads() == before
