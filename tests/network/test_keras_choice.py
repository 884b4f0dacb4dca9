import os
import subprocess
import sys
from pathlib import Path

import pytest

from aictui.errors import MissingComponentError
from aictui.network import keras_choice


def test_the_environment_chooses_the_backend(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr(keras_choice, "_installed", lambda name: True)
    assert keras_choice.chosen_backend() == "torch"


def test_the_first_installed_backend_is_taken(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(keras_choice, "_installed", lambda name: name == "tensorflow")
    assert keras_choice.chosen_backend() == "tensorflow"


@pytest.mark.parametrize(("asked", "installed"), [("torch", False), ("numpy", True), ("", False)])
def test_a_backend_that_cannot_be_had_is_a_clear_error(monkeypatch, asked, installed):
    monkeypatch.setenv("KERAS_BACKEND", asked)
    monkeypatch.setattr(keras_choice, "_installed", lambda name: installed)
    with pytest.raises(MissingComponentError, match="pip install"):
        keras_choice.chosen_backend()


def test_a_plugin_that_imports_keras_gets_the_backend_that_is_there(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    (tmp_path / "wants_keras.py").write_text("import keras\nprint(keras.config.backend())\n")
    environment = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    environment |= {"AICTUI_PLUGINS_DIR": str(tmp_path), "AICTUI_PLUGINS": "wants_keras", "HOME": str(tmp_path)}
    program = "from aictui.plugins import registry; registry().chunkers; print(registry().failures)"
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["jax", "[]"]
