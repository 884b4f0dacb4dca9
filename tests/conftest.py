"""What every test stands on: no configuration, plugin or model of whoever runs the tests."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.linear_model import LinearModel, linear_info

# A busy machine is no fault of a test.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the user's configuration, models, plugins and state out of the tests, and the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICTUI_CONFIG", str(home / "config" / "config.toml"))
        patch.setenv("AICTUI_MODELS", str(home / "models"))
        patch.setenv("AICTUI_PLUGINS", "")
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        patch.delenv("AICTUI_DEBUG", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def heard_interrupts() -> None:
    """Lets Ctrl-C be heard, which what a shell starts in the background ignores."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undoes what a run of the command line does to the logger."""
    logger = logging.getLogger("aictui")
    for name in ("handlers", "propagate"):
        monkeypatch.setattr(logger, name, getattr(logger, name))


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration would be; neither it nor its folder is there yet."""
    path = tmp_path / "folder" / "config.toml"
    monkeypatch.setenv("AICTUI_CONFIG", str(path))
    return path


def write_config(path: Path, text: str) -> None:
    """Makes a configuration of this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def linear(monkeypatch: pytest.MonkeyPatch) -> LinearModel:
    """A model called "linear" in the store, which needs no framework and no training."""
    from aictui.errors import MissingComponentError
    from aictui.network import store

    model, info = LinearModel(), linear_info()
    find, load = store.find, store.load

    def find_either(name: str, content_hash: bytes | None = None) -> object:
        if name != "linear":
            return find(name, content_hash)
        if content_hash not in (None, info.content_hash):
            raise MissingComponentError(f"needs model linear@{content_hash.hex()[:8]}, which is not installed")
        return info

    monkeypatch.setattr(store, "find", find_either)
    monkeypatch.setattr(store, "load", lambda name, digest=None: model if name == "linear" else load(name, digest))
    return model


def picture(height: int, width: int, channels: int = 3, seed: int = 0) -> NDArray[np.uint8]:
    """Smooth shapes with edges and some grain: (height, width, channels) uint8."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / 64.0
    waves = [np.sin(a * x + b * y + c) for a, b, c in random.uniform(-3, 3, (3 * channels, 3))]
    smooth = np.stack([waves[3 * i] + waves[3 * i + 1] for i in range(channels)], -1)
    edges = (np.stack([waves[3 * i + 2] for i in range(channels)], -1) > 0.3) * 0.8
    noise = random.normal(0, 0.04, (height, width, channels))
    return np.clip(128 + 45 * (smooth + edges + noise), 0, 255).astype(np.uint8)


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    """A small colour picture, (96, 144, 3) uint8."""
    return picture(96, 144)


@pytest.fixture
def test_data() -> Path:
    """The folder of photographs that ``AICTUI_TEST_DATA`` names; the test is skipped without it."""
    folder = os.environ.get("AICTUI_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("AICTUI_TEST_DATA names no folder")
    return Path(folder)
