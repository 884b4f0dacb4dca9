"""``aictui presets``: named settings, kept in the configuration."""

from typing import Any

import click

from aictui import config, presets, settings_table
from aictui.cli.choices import complete_presets, read_settings, settings_options
from aictui.cli.components import CompressingCommand
from aictui.cli.terminal import json_option, print_json, print_table, say


@click.group("presets", invoke_without_command=True)
@click.pass_context
def presets_group(context: click.Context) -> None:
    """List, save and remove named settings, which `aictui compress --preset NAME` uses."""
    if context.invoked_subcommand is None:
        context.invoke(list_presets)


@presets_group.command("list")
@json_option
def list_presets(as_json: bool = False) -> None:
    """List the presets."""
    found = config.load().presets
    if as_json:
        for name, table in found.items():
            print_json({"name": name, **table})
    elif found:
        print_table([("NAME", "SETTINGS"), *((name, settings_table.summary(table)) for name, table in found.items())])
    else:
        say(f"there are no presets in {config.path()} yet; `aictui presets save NAME --ratio 32` makes one")


@presets_group.command("save", cls=CompressingCommand)
@click.argument("name")
@click.option("--overwrite", is_flag=True, help="Replace a preset of this name.")
@settings_options
@click.pass_context
def save_preset(context: click.Context, /, name: str, overwrite: bool, **given: Any) -> None:
    """Keep settings under a name."""
    from aictui.codec.components import check

    settings = read_settings(context, given)
    check(settings)
    presets.save(name, settings, overwrite=overwrite)
    say(f"{name}: {settings_table.summary(config.load().presets[name])}")


@presets_group.command("remove")
@click.argument("name", shell_complete=complete_presets)
def remove_preset(name: str) -> None:
    """Forget a preset."""
    presets.remove(name)
    say(f"removed {name}")
