"""What the documentation must say: every command, option, exit code, variable and hook."""

import __future__

import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest

from aictui import errors, hookspecs
from aictui.cli.group import COMMANDS, cli
from aictui.plugins.catalog import HOOKS
from aictui.plugins.template import KINDS, render

REPOSITORY = Path(__file__).parents[1]
CLI = (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8")
PLUGINS = (REPOSITORY / "docs" / "plugins.md").read_text(encoding="utf-8")
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SPECIFICATIONS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("register_")}


def section(text: str, heading: str) -> str:
    """What stands below a heading, to the next of its depth."""
    depth = heading.partition(" ")[0]
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading!r}"
    return re.split(rf"\n{depth} ", rest)[0]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the heading under which it is documented."""
    context = click.Context(cli)
    yield "## aictui", cli
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield f"## aictui {name}", command
        for below in command.commands.values() if isinstance(command, click.Group) else ():
            yield f"## aictui {name}", below


@pytest.mark.parametrize(("heading", "command"), commands(), ids=lambda value: getattr(value, "name", value))
def test_every_command_and_option_is_documented(heading: str, command: click.Command) -> None:
    text = section(CLI, heading)
    if heading != "## aictui":
        assert f"aictui {heading.removeprefix('## aictui ')}" in text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for name in parameter.opts:
                assert f"`{name}" in text or f" {name}" in text or f"[{name}" in text, f"{heading}: {name}"
    if command.name not in COMMANDS and command is not cli:
        assert f"{heading.removeprefix('## ')} {command.name}" in text


def test_every_exit_code_is_documented() -> None:
    codes = {error.exit_code for name in errors.__all__ if (error := getattr(errors, name))}
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", section(CLI, "## Exit codes"), re.MULTILINE)}
    assert documented == codes | {0, 141}


def test_every_environment_variable_is_documented() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "aictui").rglob("*.py"))
    used = set(re.findall(r'"(AICTUI_[A-Z_]+)"', source))
    assert used == set(re.findall(r"^\| `(AICTUI_[A-Z_]+)`", section(CLI, "## Environment"), re.MULTILINE))


def test_the_configuration_shown_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aictui import config, settings_table
    from aictui.codec.settings import Settings

    (shown,) = re.findall(r"```toml\n(.*?)```", section(CLI, "## Configuration"), re.DOTALL)
    (tmp_path / "config.toml").write_text(shown)
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    loaded = config.load()
    assert loaded.disabled_plugins == {"zstd"}
    assert settings_table.to_settings(loaded.presets["web"], Settings()).options == {"quantizer": {"zone": 0.2}}
    assert tomllib.loads(shown).keys() == config._SECTIONS.keys()


def test_every_key_of_the_configuration_and_what_it_takes_is_documented() -> None:
    from aictui import config, settings_table
    from aictui.codec.files import Overwrite
    from aictui.tui.terminal import PROTOCOL_SETTINGS

    text = section(CLI, "## Configuration")
    for name, keys in config._SECTIONS.items():
        for key in keys:
            documented = {"*": f"`{name}", "output": "`tui.output.overwrite`"}.get(key, f"`{name}.{key}`")
            assert documented in text, f"{name}.{key}"
    for word in [*settings_table.NAMES, *PROTOCOL_SETTINGS, *get_args(Overwrite)]:
        assert f"`{word}`" in text, word


def test_the_configuration_that_the_module_shows_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aictui import config, presets
    from aictui.tui.terminal import PROTOCOL_SETTINGS

    shown = "\n".join(line[4:] for line in (config.__doc__ or "").splitlines() if line.startswith("    "))
    (tmp_path / "config.toml").write_text(shown)
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    loaded = config.load()
    assert loaded.tui["images"] in PROTOCOL_SETTINGS
    assert presets.default_settings().model == "photo"
    assert presets.named("web").coder == "range"


def test_the_bindings_in_the_configurations_shown_exist() -> None:
    from aictui import config

    sources = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "aictui" / "tui").rglob("*.py"))
    for text in (CLI, config.__doc__ or ""):
        identities = re.findall(r'"?([\w.]+)"? = "ctrl\+', text)
        assert identities
        for identity in identities:
            assert f'id="{identity}"' in sources, identity


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_every_hook_is_documented_with_its_exact_signature_and_sentence(name: str) -> None:
    hook = SPECIFICATIONS[name]
    text = section(PLUGINS, f"### {name}")
    (signature,) = re.findall(r"^(def .*?) -> None:$", inspect.getsource(hook), re.MULTILINE)
    assert signature.replace('"', "") in text
    assert " ".join((hook.__doc__ or "").replace("``", "`").split()) in " ".join(text.split())


def test_every_hook_is_known_to_the_host() -> None:
    assert set(SPECIFICATIONS) == {*HOOKS.values(), "register_commands"}


def test_the_tutorial_shows_what_plugins_new_writes() -> None:
    files = render("lzma", "entropy-coder")
    blocks = [block.strip() for block in re.findall(r"```\w*\n(.*?)```", PLUGINS, re.DOTALL)]
    for path in ["aictui_lzma.py", "tests/test_aictui_lzma.py", "pyproject.toml"]:
        assert files[path].strip() in blocks, f"docs/plugins.md does not show {path} as it is written"


def test_every_kind_of_new_plugin_is_documented() -> None:
    for kind in KINDS:
        assert f"`{kind}`" in PLUGINS


def test_the_snippets_of_the_hook_reference_run() -> None:
    for name in SPECIFICATIONS:
        snippets = re.findall(r"```python\n(.*?)```", section(PLUGINS, f"### {name}"), re.DOTALL)
        assert snippets, name
        for snippet in snippets:
            lazy = __future__.annotations.compiler_flag  # a signature that is shown names types without importing them
            exec(compile(snippet, name, "exec", flags=lazy), {"__name__": name})


def test_links_within_the_documentation_lead_somewhere() -> None:
    for page in [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_commands_of_the_readme_exist() -> None:
    names = re.findall(r"^\s*(?:\S*/)?aictui ([a-z]+)", README, re.MULTILINE)
    assert names
    assert set(names) <= {*COMMANDS, "examples"}


def test_the_public_names_are_those_documented() -> None:
    code = "import aictui; assert all(getattr(aictui, name) is not None for name in aictui.__all__)"
    subprocess.run([sys.executable, "-c", code], check=True)


def python_examples() -> Iterator[tuple[str, str]]:
    for page in sorted((REPOSITORY / "docs").glob("*.md")):
        for code in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            yield page.name, "\n".join(re.findall(r"^(?:from|import) (?!aictui_).*", code, re.MULTILINE))


@pytest.mark.parametrize(("page", "imports"), python_examples(), ids=lambda value: value.partition("\n")[0][:40])
def test_what_examples_import_is_there(page: str, imports: str) -> None:
    exec(compile(imports, page, "exec"), {})
