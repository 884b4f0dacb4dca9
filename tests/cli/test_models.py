from pathlib import Path

import pytest

from aictui.network import store
from tests.cli.conftest import Command


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> store.ModelInfo:
    """A model file without weights in the user's folder, beside one that is damaged."""
    monkeypatch.setenv("AICTUI_MODELS", str(tmp_path / "models"))
    config = {"name": "small", "architecture": "classic", "chunker": "planes16", "card": {"Data": "nothing at all"}}
    config |= {"chunk_size": 256, "latents": 256, "levels": 7, "default_level": 0}
    info = store.install({}, config)
    (tmp_path / "models" / "damaged.safetensors").write_bytes(b"what?")
    return info


def test_the_list_shows_own_models_first_and_warns_of_files_that_cannot_be_read(
    aictui: Command, small: store.ModelInfo
) -> None:
    outcome = aictui("models", "list")
    assert outcome.code == 0
    assert outcome.out.splitlines()[1].split()[:3] == [small.reference, "classic", "planes16"]
    assert "damaged.safetensors is damaged" in outcome.err


def test_json_is_an_object_a_model(aictui: Command, small: store.ModelInfo) -> None:
    first = aictui("models", "list", "--json").json[0]
    assert (first["name"], first["hash"], first["levels"]) == ("small", small.content_hash.hex(), 7)
    assert aictui("models", "info", "small", "--json").json == [first]


def test_information_about_a_model_has_its_card(aictui: Command, small: store.ModelInfo) -> None:
    outcome = aictui("models", "info", small.reference)
    assert "nothing at all" in outcome.out
    assert str(small.path) in outcome.out


def test_the_path_is_that_of_the_file_or_of_the_folder(aictui: Command, small: store.ModelInfo) -> None:
    assert aictui("models", "path", "small").out == f"{small.path}\n"
    assert aictui("models", "path").out == f"{small.path.parent}\n"


def test_a_model_that_is_not_there_is_told(aictui: Command, small: store.ModelInfo) -> None:
    outcome = aictui("models", "info", "large")
    assert outcome.code == 5
    assert "needs model large, which is not installed" in outcome.err


def test_the_path_is_given_byte_by_byte(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICTUI_MODELS", "/caf\udce9")
    outcome = aictui("models", "path")
    assert (outcome.code, outcome.data) == (0, b"/caf\xe9\n")
