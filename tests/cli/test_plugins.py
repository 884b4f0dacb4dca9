import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from aictui import config
from aictui.codec.inspect import inspect
from aictui.errors import MissingComponentError
from aictui.plugins import registry
from tests.cli.conftest import Command

CODER = """
from aictui.hookspecs import hookimpl
from aictui.entropy.raw import Raw

class Mine(Raw):
    id = "mine"
    summary = "mine"

@hookimpl
def register_entropy_coders(register):
    register(Mine)
"""

COMMAND = """
import click
from aictui.hookspecs import hookimpl

@hookimpl
def register_commands(cli):
    cli.add_command(click.Command("greet"))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A folder with a plugin that works and one that does not, and no other plugin."""
    path = tmp_path / "plugins"
    path.mkdir()
    (path / "mine.py").write_text(CODER)
    (path / "bad.py").write_text("1 / 0")
    monkeypatch.setenv("AICTUI_PLUGINS_DIR", str(path))
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / ".config" / "config.toml"))
    monkeypatch.delenv("AICTUI_PLUGINS")
    monkeypatch.setattr("aictui.plugins.sources.entry_points", lambda group: ())
    registry.cache_clear()
    yield path
    registry.cache_clear()


def test_the_list_names_plugins_without_loading_them(aictui: Command) -> None:
    outcome = aictui("plugins", "list")
    assert outcome.code == 0
    assert outcome.err == ""
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["NAME", "bad", "mine"]


def test_the_list_as_json_is_an_object_a_plugin(aictui: Command, folder: Path) -> None:
    bad, mine = aictui("plugins", "list", "--json").json
    assert mine == {
        "name": "mine",
        "version": "",
        "package": "",
        "target": str(folder / "mine.py"),
        "state": "enabled",
    }
    assert bad["name"] == "bad"


def test_what_plugins_supply_is_shown_with_the_built_ins_and_a_broken_one_is_a_warning(aictui: Command) -> None:
    outcome = aictui("plugins", "list", "--provides")
    assert outcome.code == 0
    assert "entropy coder mine" in outcome.out
    assert "chunker planes16, rgb16" in outcome.out
    assert outcome.err.count("aictui: warning: plugin bad could not load: ZeroDivisionError") == 1
    (row,) = [line.split() for line in outcome.out.splitlines() if line.startswith("bad ")]
    assert row[3:] == ["broken", "nothing"]
    bad, mine = aictui("plugins", "list", "--provides", "--json").json
    assert (bad["state"], mine["state"]) == ("broken", "enabled")


def test_information_about_a_plugin_names_its_hooks_and_what_it_supplies(aictui: Command) -> None:
    (found,) = aictui("plugins", "info", "mine", "--json").json
    assert found["hooks"] == ["register_entropy_coders"]
    assert found["provides"] == {"entropy coder": ["mine"]}
    assert found["problems"] == []


def test_the_commands_of_a_plugin_are_shown(aictui: Command, folder: Path) -> None:
    (folder / "greeter.py").write_text(COMMAND)
    assert "command greet" in aictui("plugins", "list", "--provides").out
    (found,) = aictui("plugins", "info", "greeter", "--json").json
    assert found["provides"] == {"command": ["greet"]}


def test_what_aictui_brings_along_is_a_plugin_that_cannot_be_disabled(aictui: Command) -> None:
    (found,) = aictui("plugins", "info", "built-in", "--json").json
    assert "register_panels" in found["hooks"]
    assert "range" in found["provides"]["entropy coder"]
    assert aictui("plugins", "disable", "built-in").code == 2


def test_information_about_a_broken_plugin_says_what_is_wrong(aictui: Command) -> None:
    outcome = aictui("plugins", "info", "bad")
    assert outcome.code == 9
    assert "broken" in outcome.out
    assert "ZeroDivisionError" in outcome.err


def test_a_plugin_that_is_not_there_is_told(aictui: Command) -> None:
    outcome = aictui("plugins", "info", "zstd")
    assert (outcome.code, outcome.err) == (2, "aictui: 'zstd' is not an installed plugin; there are: bad, mine\n")


def test_a_disabled_plugin_stays_so_until_it_is_enabled(aictui: Command) -> None:
    assert aictui("plugins", "disable", "bad").code == 0
    assert config.load().disabled_plugins == {"bad"}
    assert "bad   -" in aictui("plugins", "list").out
    assert aictui("plugins", "list", "--provides").err == ""
    assert aictui("plugins", "enable", "bad").code == 0
    assert aictui("plugins", "enable", "bad").code == 2
    assert config.load().disabled_plugins == frozenset()


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package, aictui-pair 1.0, that supplies two plugins; gives the folder that says so."""
    modules = tmp_path / "packages"
    information = modules / "aictui_pair-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: aictui-pair\nVersion: 1.0\n")
    for name in ("left", "right"):
        (modules / f"pair_{name}.py").write_text(CODER.replace("mine", name))
    (information / "entry_points.txt").write_text("[aictui]\nleft = pair_left\nright = pair_right\n")
    monkeypatch.syspath_prepend(modules)
    monkeypatch.setattr(
        "aictui.plugins.sources.entry_points",
        lambda group: [each for one in distributions(path=[str(modules)]) for each in one.entry_points],
    )
    return information


@pytest.mark.usefixtures("twins")
def test_a_package_stands_for_all_of_its_plugins(aictui: Command) -> None:
    assert aictui("plugins", "disable", "aictui-pair").code == 0
    assert config.load().disabled_plugins == {"left", "right"}
    assert aictui("plugins", "enable", "aictui-pair").code == 0
    assert config.load().disabled_plugins == frozenset()
    assert aictui("plugins", "enable", "aictui-pair").code == 2
    outcome = aictui("plugins", "check", "aictui-pair", "--json")
    assert [verdict["component"] for verdict in outcome.json] == ["entropy coder left", "entropy coder right"]
    outcome = aictui("plugins", "info", "aictui-pair")
    assert (outcome.code, "several plugins, left, right; name one of them" in outcome.err) == (2, True)


def test_an_update_is_told_with_both_versions(aictui: Command, twins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aictui.plugins.installer import InstallerCommand

    newer = (
        "import pathlib, sys; file = pathlib.Path(sys.argv[1]); file.write_text(file.read_text().replace('1.0', '1.1'))"
    )
    plan = InstallerCommand((sys.executable, "-c", newer, str(twins / "METADATA")))
    monkeypatch.setattr("aictui.plugins.installer.plan_install", lambda *_, **__: plan)
    outcome = aictui("plugins", "install", "--upgrade", "aictui-pair", "--yes")
    assert outcome.code == 0
    assert "plugin left is updated from 1.0 (aictui-pair 1.1)\n" in outcome.err


def test_a_broken_plugin_does_not_stop_other_commands(aictui: Command) -> None:
    outcome = aictui("models", "list")
    assert outcome.code == 0
    assert outcome.err.count("\n") == 1
    assert "aictui plugins disable bad" in outcome.err


def test_strict_makes_a_broken_plugin_an_error(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICTUI_STRICT_PLUGINS", "1")
    outcome = aictui("models", "list")
    assert outcome.code == 9
    assert outcome.err.startswith("aictui: plugin bad could not load")


def test_installing_says_what_it_would_run(aictui: Command) -> None:
    outcome = aictui("plugins", "install", "aictui-zstd==1.0", "--dry-run")
    assert outcome.code == 0
    assert "this runs: " in outcome.err
    assert "install" in outcome.err
    assert "aictui-zstd==1.0" in outcome.err


def test_nothing_is_installed_unasked(aictui: Command) -> None:
    outcome = aictui("plugins", "install", "aictui-zstd")
    assert outcome.code == 2
    assert "--yes runs it without asking" in outcome.err


def test_the_output_of_the_installer_is_shown(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from aictui.plugins.installer import InstallerCommand

    plan = InstallerCommand((sys.executable, "-c", "print('installing')"))
    monkeypatch.setattr("aictui.plugins.installer.plan_install", lambda *_, **__: plan)
    outcome = aictui("plugins", "install", "x", "--yes")
    assert outcome.code == 0
    assert "installing\nno plugin was added" in outcome.err


def test_a_file_plugin_is_not_uninstalled_but_its_file_is_named(aictui: Command, folder: Path) -> None:
    outcome = aictui("plugins", "uninstall", "mine", "--yes")
    assert outcome.code == 2
    assert str(folder / "mine.py") in outcome.err


@pytest.mark.usefixtures("small_model")
class TestFilesThatNeedPlugins:
    @pytest.fixture
    def file(self, aictui: Command, image: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A file that names aictui-mine as the package it needs, which is not there any more."""
        monkeypatch.setattr("aictui.plugins.catalog.Registry.requirement", lambda *_: "aictui-mine==1.2")
        outcome = aictui("compress", image, "--coder", "mine")
        assert outcome.code == 0, outcome.err
        monkeypatch.setenv("AICTUI_PLUGINS", "")
        registry.cache_clear()
        return image.with_suffix(".aic")

    def test_decompressing_says_what_to_install(self, aictui: Command, file: Path) -> None:
        outcome = aictui("decompress", file, "-o", "back.png")
        assert outcome.code == 5
        assert "entropy coder mine" in outcome.err
        assert "aictui plugins install aictui-mine==1.2" in outcome.err

    def test_the_installer_offers_what_the_file_needs(self, aictui: Command, file: Path) -> None:
        outcome = aictui("plugins", "install", "--for", file, "--dry-run")
        assert outcome.code == 0, outcome.err
        assert "aictui-mine==1.2" in outcome.err

    def test_a_file_that_needs_nothing_is_said_to(self, aictui: Command, file: Path, image: Path) -> None:
        aictui("compress", image, "-o", "plain.aic")
        assert "needs nothing" in aictui("plugins", "install", "--for", "plain.aic").err

    def test_a_model_that_is_missing_is_told(
        self, aictui: Command, image: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aictui("compress", image, "-o", "plain.aic")

        def nothing(name: str, content_hash: bytes) -> None:
            raise MissingComponentError(f"needs model {name}, which is not installed")

        monkeypatch.setattr("aictui.network.store.find", nothing)
        outcome = aictui("plugins", "install", "--for", "plain.aic")
        assert outcome.code == 5
        assert "plain.aic: needs model linear" in outcome.err


def test_a_new_plugin_says_how_to_go_on(aictui: Command, tmp_path: Path) -> None:
    outcome = aictui("plugins", "new", "zip", "--kind", "quantizer", "-o", tmp_path)
    assert outcome.code == 0
    assert (tmp_path / "aictui-zip" / "aictui_zip.py").exists()
    assert "aictui plugins install --editable" in outcome.err
    assert aictui("plugins", "new", "zip", "-o", tmp_path).code == 8
    assert aictui("plugins", "new", "Zip").code == 2
    outcome = aictui("plugins", "new", "info", "--kind", "command", "-o", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("aictui: 'info' is a command of aictui, and no plugin can take its place")
    assert not (tmp_path / "aictui-info").exists()


def test_the_kit_judges_a_plugin_that_works(aictui: Command) -> None:
    outcome = aictui("plugins", "check", "mine", "--json")
    assert outcome.code == 0, outcome.out
    (verdict,) = outcome.json
    assert (verdict["component"], verdict["passed"]) == ("entropy coder mine", True)


def test_the_kit_fails_one_that_breaks_rules_and_one_that_hangs(aictui: Command, folder: Path) -> None:
    garbage = CODER.replace(
        'summary = "mine"', "def decode(self, data, context): return super().decode(data, context) + 1"
    )
    (folder / "garbage.py").write_text(garbage)
    outcome = aictui("plugins", "check", folder / "garbage.py")
    assert outcome.code == 9
    assert "FAIL" in outcome.out
    hanging = CODER.replace('summary = "mine"', "def encode(self, symbols, context):\n        while True: pass")
    (folder / "hanging.py").write_text(hanging)
    outcome = aictui("plugins", "check", folder / "hanging.py", "--seconds", "3")
    assert outcome.code == 9
    assert "stopped after 3 s" in outcome.out
    assert aictui("plugins", "check", "bad").code == 9


TALKATIVE = """
print("hello from its import")

from aictui.hookspecs import hookimpl
from aictui.entropy.raw import Raw

class Talkative(Raw):
    id = "talkative"

    def encode(self, symbols, context):
        print("hello from encode")
        return super().encode(symbols, context)

@hookimpl
def register_entropy_coders(register):
    register(Talkative)
"""


@pytest.mark.usefixtures("small_model")
def test_what_a_plugin_prints_does_not_mix_with_what_a_command_writes(
    aictui: Command, folder: Path, image: Path
) -> None:
    (folder / "bad.py").unlink()
    (folder / "talkative.py").write_text(TALKATIVE)
    outcome = aictui("plugins", "list", "--provides", "--json")
    assert [plugin["name"] for plugin in outcome.json] == ["mine", "talkative"]
    assert outcome.err == "hello from its import\n"
    outcome = aictui("compress", image, "--coder", "talkative", "-o", "-")
    assert outcome.code == 0, outcome.err
    assert "hello from encode" in outcome.err
    assert inspect(outcome.data).coder.id == "talkative"


def test_what_the_environment_says_in_vain_is_told_in_a_line(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICTUI_PLUGINS_DIR", "nowhere")
    monkeypatch.setenv("AICTUI_PLUGIN_SECONDS", "abc")
    outcome = aictui("plugins", "list")
    assert outcome.code == 0
    assert outcome.err.splitlines()[:2] == [
        "aictui: warning: AICTUI_PLUGINS_DIR names nowhere, where there is no folder",
        "aictui: warning: AICTUI_PLUGIN_SECONDS takes a number of seconds from 0, not 'abc'; 15 are taken",
    ]


@pytest.mark.parametrize("word", ["-1", "nan", "inf"])
def test_a_plugins_time_is_a_number_from_0(aictui: Command, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("AICTUI_PLUGIN_SECONDS", word)
    told = f"aictui: warning: AICTUI_PLUGIN_SECONDS takes a number of seconds from 0, not '{word}'; 15 are taken"
    assert aictui("plugins", "list").err.splitlines()[0] == told


def test_a_plugin_that_is_called_like_the_built_in_parts_is_left_out(aictui: Command, folder: Path) -> None:
    (folder / "built-in.py").write_text("1 / 0")
    outcome = aictui("plugins", "list", "--json")
    assert "built-in" not in [plugin["name"] for plugin in outcome.json]
    assert outcome.err.startswith(f"aictui: warning: a plugin, {folder / 'built-in.py'}, is called built-in, as what")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "./nope.py"], 2, "there is no file ./nope.py; name a plugin, its package, or the file of a plugin"),
        (["check", "mine", "--seconds", "0"], 2, "0.0 is not in the range 0<x<=86400"),
        (["install", "-r", "nope.txt"], 3, "nope.txt cannot be read as a list of packages: No such file or directory"),
    ],
)
def test_what_is_not_there_or_cannot_be_is_told_in_a_line(
    aictui: Command, arguments: list[str], code: int, says: str
) -> None:
    outcome = aictui("plugins", *arguments)
    assert (outcome.code, outcome.err.count("\n")) == (code, 1)
    assert says in outcome.err


def test_a_file_that_is_no_aic_file_is_named(aictui: Command, tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(b"other")
    outcome = aictui("plugins", "install", "--for", "other.png", "--dry-run")
    assert outcome.code == 4
    assert outcome.err.startswith("aictui: other.png: this is not an .aic file")


def test_a_list_of_requirements_is_never_json(aictui: Command) -> None:
    outcome = aictui("plugins", "list", "--freeze", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--json and --provides cannot go with it" in outcome.err


@pytest.mark.parametrize(
    "arguments", [["plugins", "check", "built-in", "--seconds"], ["compress", ".", "--minimum-saving"]]
)
def test_what_is_no_number_is_in_no_range(aictui: Command, arguments: list[str]) -> None:
    outcome = aictui(*arguments, "nan")
    assert outcome.code == 2
    assert "nan is not in the range 0" in outcome.err
