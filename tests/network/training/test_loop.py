import os

import numpy as np
import pytest
from PIL import Image

from aictui.errors import InputError, OutputError, UsageError
from aictui.network import store
from aictui.network.training import events
from aictui.network.training.checkpoint import Checkpoint
from aictui.network.training.loop import train
from aictui.network.training.request import TrainingRequest


@pytest.fixture
def photos(tmp_path):
    """A folder of stripes: their overtones follow from their phase, but not linearly."""
    for i in range(6):
        stripes = 128 + 80 * np.sign(np.sin((np.arange(96) + 3.7 * i) / 2.5))
        Image.fromarray(np.broadcast_to(stripes.astype(np.uint8)[None, :, None], (96, 96, 3))).save(
            tmp_path / f"{i}.png"
        )
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return tmp_path


@pytest.fixture
def small(monkeypatch, tmp_path_factory):
    """Makes training a matter of a second."""
    from aictui.network.backend import use_keras

    use_keras()
    from aictui.network.classic.config import ClassicConfig
    from aictui.network.training import classic

    monkeypatch.setenv(store.VARIABLE, str(tmp_path_factory.mktemp("models")))
    monkeypatch.setattr(classic, "ClassicConfig", lambda chunk_size, latents: ClassicConfig(chunk_size, 8, 24))
    for name, value in {"COMPONENT_CROPS": 40, "PRIOR_CROPS": 2, "MEASURED_SIZE": 48, "CHUNKS": 64}.items():
        monkeypatch.setattr(classic, name, value)


def test_training_improves_held_out_quality_and_installs_a_model_that_codes(photos, small):
    heard = []
    info = train(TrainingRequest(photos, "stripes", minutes=5, steps=80, learning_rate=1e-2), heard.append)
    measured = [event for event in heard if isinstance(event, events.Evaluated)]
    assert max(event.score for event in measured) > measured[0].score
    assert any(isinstance(event, events.Noticed) and "broken.png" in event.text for event in heard)
    assert isinstance(heard[-1], events.Finished)
    assert store.find("stripes").content_hash == info.content_hash
    model = store.load("stripes")
    assert model.latents == 8
    fitted = [event for event in heard if isinstance(event, events.Fitting)]
    fractions = [event.fraction for event in fitted]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
    assert len({event.phase for event in fitted}) == 4
    assert info.card["data"].startswith("5 photos")


def test_an_interrupted_training_goes_on_and_a_cancelled_one_keeps_the_best(photos, small, monkeypatch):
    from aictui.network.training import loop

    monkeypatch.setattr(loop, "KEEP_SECONDS", 0.0)
    steps = []

    class CrashError(Exception):
        pass

    def crash(event):
        if isinstance(event, events.Stepped):
            steps.append(event.step)
            if event.step == 7:
                raise CrashError

    request = TrainingRequest(photos, "cut", minutes=5, steps=1000)
    with pytest.raises(CrashError):
        train(request, crash)
    heard = []
    train(request, heard.append, cancelled=lambda: any(isinstance(event, events.Stepped) for event in heard))
    started = next(event for event in heard if isinstance(event, events.Started))
    assert started.step == 6
    assert heard[-1].cancelled
    assert heard[-1].step == 7
    assert store.find("cut").name == "cut"
    assert not list((store.user_folder() / "training").iterdir())


def test_a_training_that_diverges_ends_with_the_best_weights_before_that(photos, small):
    heard = []
    train(TrainingRequest(photos, "wild", minutes=5, steps=2000, learning_rate=1e30), heard.append)
    measured = [event.score for event in heard if isinstance(event, events.Evaluated)]
    assert np.isfinite(measured[:-1]).all()
    assert np.isnan(measured[-1])
    assert any(isinstance(event, events.Noticed) and "diverged" in event.text for event in heard)
    assert heard[-1].step < 2000
    assert store.load("wild")


def test_a_folder_without_photos_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no photos"):
        train(TrainingRequest(tmp_path, "nothing"))


NONSENSE = [
    {"name": "a/b"},
    {"name": ""},
    *({"minutes": value} for value in (0, -1, float("nan"), float("inf"))),
    *({"learning_rate": value} for value in (0, float("nan"))),
]


@pytest.mark.parametrize("change", NONSENSE)
def test_a_request_that_makes_no_sense_is_an_error(tmp_path, change):
    with pytest.raises(UsageError):
        TrainingRequest(**{"folder": tmp_path, "name": "x", **change})


def test_an_unknown_architecture_is_an_error(photos, small):
    with pytest.raises(UsageError, match="there are classic and photo"):
        train(TrainingRequest(photos, "x", architecture="cubist"))


def test_a_checkpoint_that_was_cut_is_told_and_training_starts_anew(photos, small, monkeypatch):
    checkpoint = Checkpoint(store.user_folder() / "training" / "cut.npz")
    checkpoint.save({"value0": np.zeros(1000)})
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:3000])
    heard = []
    train(TrainingRequest(photos, "cut", minutes=5, steps=2), heard.append)
    assert any(isinstance(event, events.Noticed) and "starts anew" in event.text for event in heard)
    assert next(event for event in heard if isinstance(event, events.Started)).step == 0


def test_a_folder_that_cannot_keep_the_model_is_told_before_the_first_step(
    photos, small, tmp_path_factory, monkeypatch
):
    file = tmp_path_factory.mktemp("place") / "models"
    file.write_text("a file where a folder should be")
    monkeypatch.setenv(store.VARIABLE, str(file))
    heard = []
    with pytest.raises(OutputError, match=f"the folder of models {file} cannot be written: "):
        train(TrainingRequest(photos, "x", minutes=5, steps=1), heard.append)
    assert not any(isinstance(event, events.Started) for event in heard)


@pytest.mark.skipif(os.name == "nt", reason="there are no locks of this kind here")
@pytest.mark.parametrize("fresh", [False, True])
def test_a_second_training_of_a_name_that_is_running_is_refused_at_once(photos, small, fresh):
    refused = []

    def try_another(event):
        if isinstance(event, events.Started):
            with pytest.raises(OutputError, match="called twice is running already") as problem:
                train(TrainingRequest(photos, "twice", minutes=5, steps=1, fresh=fresh), refused.append)
            refused.append(problem)
            train(TrainingRequest(photos, "once", minutes=5, steps=1))

    train(TrainingRequest(photos, "twice", minutes=5, steps=1), try_another)
    assert len(refused) == 1


def test_a_training_that_fails_after_its_last_step_goes_on_from_there(photos, small, monkeypatch):
    from aictui.network.training import classic

    request = TrainingRequest(photos, "late", minutes=5, steps=3)

    def fail(*_):
        raise OutputError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(classic.ClassicRecipe, "finish", fail)
        with pytest.raises(OutputError):
            train(request)
    heard = []
    train(request, heard.append)
    assert next(event for event in heard if isinstance(event, events.Started)).step == 3


def test_a_training_of_the_same_name_on_other_photos_is_refused_until_it_is_to_start_anew(
    photos, small, tmp_path_factory, monkeypatch
):
    others = tmp_path_factory.mktemp("others")
    for i in range(3):
        Image.new("RGB", (96, 96), (i, 90, 40)).save(others / f"other {i}.png")

    from aictui.network.training import loop

    monkeypatch.setattr(loop, "KEEP_SECONDS", 0.0)

    def crash(event):
        if isinstance(event, events.Stepped) and event.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TrainingRequest(photos, "mine", minutes=5, steps=100), crash)
    with pytest.raises(UsageError, match="had other photos or choices; go on with that by the same command"):
        train(TrainingRequest(others, "mine", minutes=5, steps=5))
    assert (store.user_folder() / "training" / "mine.npz").is_file()
    heard = []
    train(TrainingRequest(others, "mine", minutes=5, steps=2, fresh=True), heard.append)
    assert next(event for event in heard if isinstance(event, events.Started)).step == 0
    heard.clear()
    train(TrainingRequest(others, "mine", minutes=5, steps=2), heard.append)
    assert any("mine will mean the new model" in event.text for event in heard if isinstance(event, events.Noticed))


def test_a_model_to_start_from_brings_its_chunker(photos, small):
    info = train(TrainingRequest(photos, "all", chunker="rgb16", minutes=5, steps=2))
    assert info.chunker == "rgb16"
    assert train(TrainingRequest(photos, "more", start="all", minutes=5, steps=2)).chunker == "rgb16"
    with pytest.raises(UsageError, match="all was trained on the chunks of rgb16, not of planes16"):
        train(TrainingRequest(photos, "x", start="all", chunker="planes16", minutes=5, steps=2))
