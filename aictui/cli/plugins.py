"""``aictui plugins``: list, install, check and write plugins."""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aictui import config
from aictui.cli.terminal import NamedPath, NumberRange, about, json_option, print_json, print_table, say
from aictui.errors import PluginError, UsageError
from aictui.file_type import MAGIC
from aictui.plugins.template import KINDS, LOOK_UP

if TYPE_CHECKING:
    from aictui.plugins.installer import InstallerCommand
    from aictui.plugins.sources import PluginSource

yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask before it runs.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would run, and stop.")


@click.group()
def plugins() -> None:
    """List, install, check and write plugins."""


@plugins.command("list")
@click.option("--provides", is_flag=True, help="Load them and show what each supplies, the built-ins too.")
@click.option("--freeze", "frozen", is_flag=True, help="Print requirements that `plugins install -r` installs again.")
@json_option
def list_plugins(provides: bool, frozen: bool, as_json: bool) -> None:
    """List the installed plugins, without importing them."""
    from aictui.plugins import discover, registry
    from aictui.plugins.sources import BUILT_IN_NAME

    if frozen and (as_json or provides):
        raise UsageError("--freeze prints a list of requirements, so --json and --provides cannot go with it")
    if frozen:
        from aictui.plugins.installer import freeze

        for requirement in freeze():
            click.echo(requirement)
        return
    found = discover()
    loaded = registry()
    supplied = {name: loaded.provided(name) for name in [BUILT_IN_NAME, *(each.name for each in found)] if provides}
    if as_json:
        for source in found:
            described = _describe(source) | {"state": loaded.state_of(source)}
            print_json(described | ({"provides": supplied[source.name]} if provides else {}))
        return
    rows = [(source.name, source.version or "-", _origin(source), loaded.state_of(source)) for source in found]
    if provides:
        rows.insert(0, (BUILT_IN_NAME, "-", "aictui", "enabled"))
        print_table([("NAME", "VERSION", "FROM", "STATE", "SUPPLIES")] + [(*r, _words(supplied[r[0]])) for r in rows])
    elif rows:
        print_table([("NAME", "VERSION", "FROM", "STATE"), *rows])
    else:
        say("no plugins are installed; `aictui plugins install PACKAGE` installs one")


@plugins.command("info")
@click.argument("name")
@json_option
def plugin_info(name: str, as_json: bool) -> None:
    """Load a plugin and show what it supplies.

    Its hooks are shown too, and what is wrong with it.
    """
    from aictui.plugins.catalog import BUILT_IN, Registry
    from aictui.plugins.checking import source_named

    source = source_named(name)
    loaded = Registry([] if source is BUILT_IN else [source])
    hooks = loaded.hooks(source.name) if source.state == "enabled" else []
    supplied = loaded.provided(source.name)
    problems = loaded.problems(source.name)
    if as_json:
        print_json(_describe(source) | {"hooks": hooks, "provides": supplied, "problems": problems})
    else:
        print_table(
            [
                ("plugin", source.name),
                ("version", source.version or "-"),
                ("from", _origin(source)),
                ("module", source.target),
                ("state", loaded.state_of(source)),
                ("hooks", ", ".join(hooks) or "none"),
                ("supplies", _words(supplied)),
            ]
        )
    if problems:
        raise PluginError(problems[0])


@plugins.command()
@click.argument("packages", nargs=-1)
@click.option("-r", "--requirements", type=NamedPath(), help="Install what this list names too.")
@click.option("--for", "file", type=NamedPath(), help="Install what this .aic file needs.")
@click.option("-U", "--upgrade", is_flag=True, help="Take the newest version of what is there already.")
@click.option("-e", "--editable", is_flag=True, help="Install a folder so that changes in it take effect at once.")
@yes_option
@dry_run_option
def install(packages: tuple[str, ...], requirements: Path | None, file: Path | None, **flags: bool) -> None:
    """Install plugins into the environment that runs aictui.

    A package is a name, NAME==VERSION, a folder, a wheel or a git URL (git+https://…).
    """
    from aictui.plugins.installer import plan_install, read_requirements
    from aictui.plugins.sources import discover

    wanted = [*packages, *(read_requirements(requirements) if requirements else [])]
    if file is not None:
        needed = _needed_for(file)
        if not needed and not wanted:
            say(f"{file} needs nothing that is not installed")
            return
        wanted += needed
    before = {source.name: source.version for source in discover()}
    plan = plan_install(wanted, upgrade=flags["upgrade"], editable=flags["editable"])
    if not _run(plan, yes=flags["yes"], dry_run=flags["dry_run"]):
        return
    importlib.invalidate_caches()
    changed = [source for source in discover() if before.get(source.name) != source.version]
    for source in changed:
        what = f"updated from {before[source.name]}" if before.get(source.name) else "installed"
        say(f"plugin {source.name} is {what} ({_origin(source)} {source.version})")
    if not changed:
        say("no plugin was added; `aictui plugins list` shows those that are there")


@plugins.command()
@click.argument("names", nargs=-1, required=True)
@yes_option
@dry_run_option
def uninstall(names: tuple[str, ...], yes: bool, dry_run: bool) -> None:
    """Remove plugins, named by plugin or by package."""
    from aictui.plugins.installer import plan_uninstall

    _run(plan_uninstall(names), yes=yes, dry_run=dry_run)


@plugins.command()
@click.argument("names", nargs=-1, required=True)
def enable(names: tuple[str, ...]) -> None:
    """Let plugins load again."""
    from aictui.plugins.sources import discover

    installed = discover()
    for given in names:
        disabled = config.load().disabled_plugins
        supplied = [source.name for source in installed if source.package == given]
        meant = [given] if given in disabled else [name for name in supplied if name in disabled]
        if not meant:
            raise UsageError(f"plugin {given!r} is not disabled; `aictui plugins list` shows the state of each")
        for name in meant:
            config.set_plugin_enabled(name, True)
            say(f"plugin {name} is enabled")


@plugins.command()
@click.argument("names", nargs=-1, required=True)
def disable(names: tuple[str, ...]) -> None:
    """Keep plugins from loading, without removing them."""
    from aictui.plugins.catalog import BUILT_IN
    from aictui.plugins.checking import sources_named

    for source in [source for name in names for source in sources_named(name)]:
        if source is BUILT_IN:
            raise UsageError("what aictui brings along cannot be disabled; plugins can")
        config.set_plugin_enabled(source.name, False)
        say(f"plugin {source.name} is disabled")


@plugins.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True, help="What it supplies.")
@click.option("-o", "--output", type=NamedPath(), default=Path(), help="Folder to write it into.")
def new(name: str, kind: str, output: Path) -> None:
    """Write a plugin package to start from.

    It is one module, its tests and a README.
    """
    from aictui.cli.group import COMMANDS
    from aictui.plugins.template import write_plugin

    if kind == "command" and name.removeprefix("aictui-") in COMMANDS:
        raise UsageError(f"{name!r} is a command of aictui, and no plugin can take its place; take another name")
    folder = write_plugin(name, kind, output)
    say(f"{folder} holds the plugin; next:")
    say(f"  aictui plugins install --editable {folder}")
    if kind in LOOK_UP:
        say(f"  aictui plugins check {folder.name}")


@plugins.command()
@click.argument("name")
@click.option(
    "--seconds",
    type=NumberRange(0, 86_400, min_open=True),
    metavar="N",
    default=120,
    show_default=True,
    help="Stop a component after this many seconds.",
)
@json_option
def check(name: str, seconds: float, as_json: bool) -> None:
    """Run the conformance kit on a plugin.

    NAME is a plugin, its package, or the path of a one-file plugin; `built-in` checks what aictui brings along.
    """
    from dataclasses import asdict

    from aictui.plugins.checking import sources_named, verdicts

    failed = []
    for verdict in verdicts(sources_named(name), seconds):
        if as_json:
            print_json(asdict(verdict) | {"passed": verdict.passed})
        else:
            click.echo(str(verdict))
        if not verdict.passed:
            failed.append(verdict.component)
    if failed:
        raise PluginError(f"{', '.join(failed)} of plugin {name} broke rules of the kit")
    say("every rule is kept")


def _run(plan: "InstallerCommand", *, yes: bool, dry_run: bool) -> bool:
    from aictui.plugins.installer import run

    say(f"this runs: {plan}")
    if dry_run:
        return False
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal to ask at; --yes runs it without asking")
        if not click.confirm("go ahead?", default=True, err=True):
            return False
    for line in run(plan):
        say(line)
    return True


def _needed_for(file: Path) -> list[str]:
    from aictui.codec.files import read_file
    from aictui.codec.header import read_header
    from aictui.codec.needs import packages_for

    data = read_file(file, MAGIC)
    with about(file):
        header, _ = read_header(data)
        return packages_for(header)


def _origin(source: "PluginSource") -> str:
    return source.package or source.target


def _words(supplied: dict[str, list[str]]) -> str:
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in supplied.items()) or "nothing"


def _describe(source: "PluginSource") -> dict[str, Any]:
    return {
        "name": source.name,
        "version": source.version,
        "package": source.package,
        "target": source.target,
        "state": source.state,
    }
