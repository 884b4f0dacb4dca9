from functools import partial

import numpy as np
import pytest
from PIL import Image

from aictui.errors import InputError, UsageError
from aictui.network.backend import use_keras

use_keras()

from aictui.network.photo.config import PhotoConfig  # noqa: E402
from aictui.network.training import photo  # noqa: E402
from aictui.network.training.data import PhotoFolder  # noqa: E402
from aictui.network.training.optimizer import Rule  # noqa: E402
from aictui.network.training.request import TrainingRequest  # noqa: E402
from aictui.network.training.stepping import Stepper  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras on PyTorch


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(3):
        smooth = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(smooth).resize((64, 64), Image.Resampling.BICUBIC).save(tmp_path / f"{i}.png")
    return tmp_path


@pytest.fixture
def recipe(folder, monkeypatch):
    tiny = PhotoConfig(
        slices=(2, 4),
        passes=(2, 1),
        wide=4,
        deep=4,
        analysis_blocks=(1, 1),
        synthesis_blocks=(1, 2),
        prior=4,
        summary=4,
        anchors=3,
        fine_from=(1.5,),
    )
    monkeypatch.setattr(photo, "PhotoConfig", lambda: tiny)
    monkeypatch.setattr(photo, "SAMPLES", 400)
    request = TrainingRequest(folder, "tiny", architecture="photo", batch=4, crop=16)
    photos = PhotoFolder(folder, print)
    return photo.PhotoRecipe(request, photos), photos


def test_steps_lower_the_loss_in_both_tunes(recipe):
    made, photos = recipe
    stepper = Stepper(made.variables)
    rules = tuple(Rule(muon=False) for _ in made.variables)  # Muon takes long to compile
    batch = made.batch(photos)
    assert batch["tune"].tolist() == [1, 0, 0, 0]
    losses = []
    for _ in range(12):
        _, found = stepper.step(made.loss(0.0), rules, batch, 2e-3)
        made.learn_from(batch, found)
        losses.append(np.log(found))
    assert np.isfinite(losses).all()
    assert np.mean(losses[-1]) < np.mean(losses[0])


def test_the_linear_path_waits_in_a_new_network_and_the_encoder_rests_at_the_end(recipe):
    made, _ = recipe
    paths = [str(variable.path) for variable in made.variables]

    def still(step, fraction):
        rules = made.rules(step, fraction)
        return {path.partition("/")[2] for path, rule in zip(paths, rules, strict=True) if rule.share == 0}

    analyses = {f"analysis_{tune}/linear/kernel" for tune in ("psnr", "visual")}
    assert still(0, 0.0) == {"synthesis/linear/kernel", *analyses}
    assert still(5000, 0.5) == set()
    last = still(5000, 0.95)
    assert {"log_gain", "analysis_psnr/exit/kernel", "analysis_visual/exit/kernel", "analysis_scale8"} <= last
    assert not any(path.startswith(("synthesis", "prior")) for path in last)


def test_another_chunker_is_refused(folder):
    with pytest.raises(UsageError, match="planes16"):
        photo.PhotoRecipe(
            TrainingRequest(folder, "x", architecture="photo", chunker="planes16"), PhotoFolder(folder, print)
        )


def test_the_fitting_after_training_takes_photos_of_any_size_and_leaves_out_those_that_cannot_be_read(
    folder, recipe, monkeypatch
):
    from aictui.network.photo import fitting

    monkeypatch.setattr(fitting, "export", partial(fitting.export, crops=1))
    monkeypatch.setattr(fitting, "CALIBRATION_CROP", 32)
    monkeypatch.setattr(fitting, "TABLE_CROP", 32)
    for i in range(3):
        Image.new("RGB", (20, 10), (50 * i, 90, 20)).save(folder / f"small{i}.png")
        (folder / f"broken{i}.png").write_bytes(b"no picture")
    heard = []
    told = []
    tensors, config = recipe[0].finish(
        PhotoFolder(folder, heard.append), heard.append, lambda fraction, _: told.append(fraction)
    )
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] < 1
    assert {"tables/symbols", "tables/thirds"} < tensors.keys()
    assert config["architecture"] == "photo"
    assert any("broken" in line for line in heard)


def test_photos_too_small_to_measure_end_the_training_before_it_begins(recipe):
    made, photos = recipe
    with pytest.raises(InputError, match=r"held out for measuring reaches 256 pixels a side \(\d.png\)"):
        made.evaluate(photos)
