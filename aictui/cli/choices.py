"""The options that choose model, components and target, for every command that compresses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from aictui.cli.components import KINDS, configured_settings, flag_values, parse_assignment
from aictui.codec.settings import (
    MAX_PLANES,
    Settings,
    Target,
    TargetKind,
    parse_metadata,
    parse_planes,
    parse_size,
)
from aictui.errors import UsageError
from aictui.options import OptionValue

F = TypeVar("F", bound=Callable[..., Any])

_TARGETS: tuple[TargetKind, ...] = ("ratio", "size", "psnr", "quality", "level")


def size_value(_context: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """Callback of an option that takes bytes with a unit."""
    return None if value is None else parse_size(value)


def settings_options(command: F) -> F:
    """Adds the options that `read_settings` reads, which arrive as keyword arguments."""
    for option in reversed(
        [
            click.option("--ratio", type=float, metavar="N", help="Raw RGB bytes over file bytes; 16 by default."),
            click.option("--size", callback=size_value, metavar="SIZE", help="Bytes at most, such as 100kB or 64KiB."),
            click.option("--psnr", type=float, metavar="DB", help="Peak signal-to-noise ratio to reach, in decibels."),
            click.option("--quality", type=float, metavar="1..100", help="Quality, on the scale of other codecs."),
            click.option("--level", type=float, metavar="N", help="The model's own level; 0 is the coarsest."),
            click.option(
                "--model",
                metavar="NAME",
                shell_complete=_complete_models,
                help="Model, or model@hash; photo by default.",
            ),
            *(_component_option(kind) for kind in KINDS),
            click.option("--set", "assignments", metavar="KIND.OPTION=VALUE", multiple=True, help=_SET_HELP),
            click.option("--tune", metavar="NAME", help=_TUNE_HELP),
            click.option("--planes", metavar="N|auto", help=_PLANES_HELP),
            click.option("--effort", type=click.IntRange(1, 3), metavar="N", help=_EFFORT_HELP),
            click.option(
                "--latents", type=click.IntRange(1), metavar="N", help="Keep only this many latents of each chunk."
            ),
            click.option(
                "--keep", metavar="LIST", help="Metadata to keep: all (default), none, or some of exif,icc,xmp."
            ),
            click.option(
                "--preset",
                metavar="NAME",
                shell_complete=complete_presets,
                help="Start from a preset of the configuration.",
            ),
        ]
    ):
        command = option(command)
    return command


def read_settings(context: click.Context, given: Mapping[str, Any]) -> Settings:
    """The settings that configuration, preset and command line ask for, the later over the earlier."""
    settings = configured_settings(given["preset"])
    named = ("model", *KINDS, "tune", "effort", "latents")
    changes = {name: given[name] for name in named if given[name] is not None}
    if empty := [name for name, value in changes.items() if value == ""]:
        raise UsageError(f"--{empty[0]} takes a name, not ''; leave it out for what is usual")
    if target := _target(given):
        changes["target"] = target
    if given["planes"] is not None:
        changes["planes"] = parse_planes(given["planes"])
    if given["keep"] is not None:
        changes["keep"] = parse_metadata(given["keep"])
    options: dict[str, dict[str, OptionValue]] = {kind: dict(values) for kind, values in settings.options.items()}
    for kind in KINDS:
        # Options that the configuration gives to one component mean nothing to another.
        if changes.get(kind) not in (None, getattr(settings, kind)):
            options.pop(kind, None)
    changed = replace(settings, **changes)
    for text in given["assignments"]:
        kind, name, value = parse_assignment(changed, text)
        options.setdefault(kind, {})[name] = value
    for kind, values in flag_values(context).items():
        options.setdefault(kind, {}).update(values)
    return replace(changed, options=options)


def _target(given: Mapping[str, Any]) -> Target | None:
    asked = [kind for kind in _TARGETS if given[kind] is not None]
    if len(asked) > 1:
        raise UsageError(f"--{asked[0]} and --{asked[1]} exclude each other; give one of them")
    return Target(asked[0], given[asked[0]]) if asked else None


def _component_option(kind: str) -> Callable[[F], F]:
    helps = {
        "chunker": "How pixels become chunks; by default as the model was trained.",
        "quantizer": "How latents become whole numbers; by default deadzone, or int8 where the coder takes bytes.",
        "coder": "How whole numbers become bytes; range by default.",
    }

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        from aictui.plugins import registry

        known = registry()
        names = {"chunker": known.chunkers, "quantizer": known.quantizers, "coder": known.entropy_coders}[kind]
        return [name for name in sorted(names) if name.startswith(incomplete)]

    return click.option(f"--{kind}", metavar="NAME", shell_complete=complete, help=helps[kind])


def _complete_models(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from aictui.network import store

    names = dict.fromkeys(info.name for info in store.available())
    return [name for name in names if name.startswith(incomplete)]


def complete_presets(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of presets that start with what is typed."""
    from aictui import config

    return [name for name in config.load().presets if name.startswith(incomplete)]


_TUNE_HELP = "What to look good for, where the model has a choice: psnr, or visual, the default of photo."
_PLANES_HELP = f"Refinements, for files that can be cut: 0 to {MAX_PLANES}, or auto, the default."
_EFFORT_HELP = "1 is fastest, 3 takes its time for fewer bytes; 2 by default."
_SET_HELP = "An option of a component, such as quantizer.zone=0.1; may be given several times."
