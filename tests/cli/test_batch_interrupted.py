"""Ctrl-C while a file is in the hands of code that never ends."""

import _thread
import threading
from types import SimpleNamespace

import pytest

from aictui.cli import batch


class Left(BaseException):
    """Stands for the end of the process."""


def test_ctrl_c_leaves_a_batch_whose_plugin_never_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started, end = threading.Event(), threading.Event()
    cancelled: list[bool] = []

    def leave(code: int) -> None:
        raise Left(code)

    def hang() -> None:
        started.set()
        end.wait(30)

    def interrupt() -> None:
        started.wait(30)
        _thread.interrupt_main()

    monkeypatch.setattr(batch, "PATIENCE", 0.05)
    monkeypatch.setattr(batch.os, "_exit", leave)
    stuck = SimpleNamespace(run=hang, control=SimpleNamespace(cancel=lambda: cancelled.append(True)))
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        with pytest.raises(Left, match="130"):
            batch._run(stuck)
    finally:
        end.set()
    assert cancelled == [True]
    assert capsys.readouterr().err == "aictui: cancelled\n"
