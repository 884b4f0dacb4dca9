import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from aictui.network.training import loop
from aictui.network.training.events import Evaluated, Fitting, Noticed, Quality, Started, Stepped
from aictui.network.training.request import TrainingRequest
from tests.cli.conftest import Command

INFO = SimpleNamespace(reference="mine@12345678", path=Path("/models/mine.safetensors"))


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[TrainingRequest]:
    """What training is asked for; it tells a little and ends, or stops where Ctrl-C was pressed."""
    asked: list[TrainingRequest] = []

    def train(request, on_event, cancelled):
        asked.append(request)
        on_event(Started(photos=90, held_out=10, weights=1234, step=5, backend="jax"))
        on_event(Stepped(6, 0.5, 10.0, 10.0, 0.25))
        on_event(Evaluated(6, (Quality("16x", 30.5),), 30.5, best=True))
        on_event(Noticed("fitting the tables"))
        if request.name == "long":
            os.kill(os.getpid(), signal.SIGINT)
            assert cancelled()
        if request.name == "endless":
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
        return INFO

    monkeypatch.setattr(loop, "train", train)
    return asked


def test_what_is_asked_for_reaches_the_training(aictui: Command, tmp_path: Path, requests: list) -> None:
    outcome = aictui("train", tmp_path, "--out", "mine", "--minutes", "2", "--full-precision", "--start", "classic")
    assert outcome.code == 0, outcome.err
    (request,) = requests
    assert (request.folder, request.name, request.minutes) == (tmp_path, "mine", 2)
    assert (request.half, request.start) == (False, "classic")
    assert "90 photos, 10 held out; 1,234 weights on jax, going on at step 5" in outcome.err
    assert "step 6: 16x 30.50 dB (best)" in outcome.err
    assert "model mine@12345678 is in /models/mine.safetensors" in outcome.err
    assert outcome.out == ""


def test_a_bar_shows_the_fitting_after_the_last_step(
    aictui: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(request, on_event, cancelled):
        on_event(Stepped(6, 1.0, 10.0, 0.0, 0.25))
        on_event(Fitting(0.5, "counting symbols"))
        return INFO

    monkeypatch.setattr(loop, "train", train)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    outcome = aictui("train", tmp_path, "--out", "mine")
    assert outcome.code == 0, outcome.err
    assert "fitting" in outcome.err
    assert "counting symbols" in outcome.err


def test_quiet_says_nothing(aictui: Command, tmp_path: Path, requests: list) -> None:
    assert aictui("train", tmp_path, "--out", "mine", "--quiet").err == ""


def test_ctrl_c_keeps_the_best(aictui: Command, tmp_path: Path, requests: list) -> None:
    before = signal.getsignal(signal.SIGINT)
    outcome = aictui("train", tmp_path, "--out", "long")
    assert outcome.code == 0
    assert "the best model so far is kept" in outcome.err
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_gives_it_up(aictui: Command, tmp_path: Path, requests: list) -> None:
    outcome = aictui("train", tmp_path, "--out", "endless")
    assert outcome.code == 130
    assert outcome.err.endswith("aictui: cancelled\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "a/b"],
        ["--out", 101 * "x"],
        ["--out", "x", "--minutes", "-1"],
        ["--out", "x", "--architecture", "photo", "--exact"],
    ],
)
def test_what_cannot_be_trained_is_told(aictui: Command, tmp_path: Path, arguments: list[str]) -> None:
    outcome = aictui("train", tmp_path, *arguments)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--crop", "112"], "crops of 112 pixels a side were asked for, and no photo in photos reaches that"),
        (["--architecture", "photo"], "none of the photos held out for measuring reaches 256 pixels a side (a.png)"),
    ],
)
def test_photos_that_are_too_small_are_told_before_the_training_starts(
    aictui: Command, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (200, 100)).save(tmp_path / "photos" / "a.png")
    outcome = aictui("train", "photos", "--out", "mine", *arguments)
    assert outcome.code == 3
    assert says in outcome.err
    assert "weights on" not in outcome.err
