"""Every hook, used by a plugin as its author would write it, does what its sentence says."""

from pathlib import Path

import click
import pytest

from aictui import hookspecs
from aictui.network import store
from aictui.plugins import Registry, discover
from aictui.plugins.template import KINDS, render

MODEL = """
from pathlib import Path
from aictui.hookspecs import hookimpl

@hookimpl
def register_models(register):
    register(Path(__file__).with_name("small.safetensors"))
"""

TEMPLATES = {
    "register_chunkers": "chunker",
    "register_quantizers": "quantizer",
    "register_entropy_coders": "entropy-coder",
    "register_metrics": "metric",
    "register_commands": "command",
    "register_panels": "panel",
}


def registry_with(folder: Path, code: str) -> Registry:
    (folder / "mine.py").write_text(code, encoding="utf-8")
    return Registry(discover(), strict=True)


def from_template(folder: Path, kind: str) -> Registry:
    return registry_with(folder, render("mine", kind)["aictui_mine.py"])


def test_every_hook_is_used_here() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("register_")}
    assert hooks == TEMPLATES.keys() | {"register_models"}
    assert set(TEMPLATES.values()) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "things"),
    [
        ("chunker", "chunkers"),
        ("quantizer", "quantizers"),
        ("entropy-coder", "entropy_coders"),
        ("metric", "metrics"),
        ("panel", "panels"),
    ],
)
@pytest.mark.usefixtures("files_only")
def test_what_a_plugin_registers_appears_beside_the_built_ins(folder: Path, kind: str, things: str) -> None:
    registry = from_template(folder, kind)
    found = getattr(registry, things)
    assert list(found)[-1] == "mine"
    assert len(found) == len(getattr(Registry([]), things)) + 1


@pytest.mark.usefixtures("files_only")
def test_a_command_is_added_to_the_group_that_the_hook_is_given(folder: Path) -> None:
    registry = from_template(folder, "command")
    group = click.Group()
    assert registry.call(registry.enabled()[0], "register_commands", cli=group) is not None
    assert list(group.commands) == ["mine"]


@pytest.mark.usefixtures("files_only")
def test_a_model_file_of_a_plugin_is_in_the_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"name": "small", "architecture": "classic", "chunker": "planes16"}
    config |= {"chunk_size": 256, "latents": 256, "levels": 1, "default_level": 0}
    store.save(folder / "small.safetensors", {}, config)
    registry = registry_with(folder, MODEL)
    assert registry.model_files == (folder / "small.safetensors",)
    monkeypatch.setattr("aictui.plugins.registry", lambda: registry)
    assert store.find("small").path == folder / "small.safetensors"
