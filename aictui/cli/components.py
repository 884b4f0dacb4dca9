"""Flags for the declared options of the components that a command line chooses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from aictui import presets
from aictui.codec.settings import Settings
from aictui.component import Component
from aictui.errors import UsageError
from aictui.options import Option, OptionValue

KINDS = ("chunker", "quantizer", "coder")
"""The kinds of component, as options and settings call them."""

_ARGUMENTS = "aictui.arguments"
_FLAGS = "aictui.flags"
_VALUES = "aictui.values"


class CompressingCommand(click.Command):
    """A command with a flag for every declared option of the chosen components.

    A component is looked up only where an argument names it or one of its flags, so that neither help nor
    completion imports plugins unasked.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes the arguments, which decide what flags there are, and parses them."""
        ctx.meta[_ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and those of the chosen components."""
        if _FLAGS not in ctx.meta:
            ctx.meta[_FLAGS] = _flags(ctx.meta.get(_ARGUMENTS, []))
        return [*super().get_params(ctx), *ctx.meta[_FLAGS]]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Says how to see the flags of components."""
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(
            "Components declare options of their own: --quantizer NAME --help shows them as flags, "
            "such as --quantizer-zone; --set quantizer.zone=0.1 is the same."
        )


def flag_values(context: click.Context) -> Mapping[str, Mapping[str, OptionValue]]:
    """What the flags of components were given, by kind and name of the option."""
    values: Mapping[str, Mapping[str, OptionValue]] = context.meta.get(_VALUES, {})
    return values


def parse_assignment(settings: Settings, text: str) -> tuple[str, str, OptionValue]:
    """Kind, name and value of ``quantizer.zone=0.1``; raises `UsageError` for what the component does not declare."""
    place, equals, value = text.partition("=")
    kind, dot, name = place.partition(".")
    if not equals or not dot or kind not in KINDS:
        raise UsageError(f"--set takes KIND.OPTION=VALUE with KIND one of {', '.join(KINDS)}, not {text!r}")
    component = chosen_component(settings, kind)
    for option in component.options:
        if option.name == name.replace("-", "_"):
            return kind, option.name, option.parse(value)
    has = ", ".join(option.name for option in component.options) or "none"
    raise UsageError(f"{kind} {component.id} has no option {name!r}; its options: {has}")


def chosen_component(settings: Settings, kind: str) -> type[Component]:
    """The class of the chosen component, or of the default; raises `MissingComponentError`."""
    from aictui.plugins import registry

    known = registry()
    chosen = getattr(settings, kind)
    if chosen is None:
        from aictui.codec.combination import component_ids
        from aictui.network import store

        chosen = component_ids(settings, store.find(settings.model), known.entropy_coder)[kind]
    return known.component("entropy coder" if kind == "coder" else kind, chosen)


def configured_settings(preset: str | None) -> Settings:
    """The settings of the configuration's defaults and, over them, a preset; raises `UsageError`."""
    return presets.default_settings() if preset is None else presets.named(preset)


def _flags(arguments: list[str]) -> list[click.Parameter]:
    flags: list[click.Parameter] = []
    named: dict[str, Any] = {name: _argument(arguments, f"--{name}") for name in ("model", *KINDS)}
    for kind in KINDS:
        if named[kind] or any(argument.startswith((f"--{kind}-", f"--no-{kind}-")) for argument in arguments):
            settings = configured_settings(_argument(arguments, "--preset"))
            asked = replace(settings, **{name: value for name, value in named.items() if value})
            flags += [_flag(kind, option) for option in chosen_component(asked, kind).options]
    return flags


def _argument(arguments: list[str], name: str) -> str | None:
    value = None
    for index, argument in enumerate(arguments):
        if argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
        elif argument == name and index + 1 < len(arguments):
            value = arguments[index + 1]
    return value


def _flag(kind: str, option: Option) -> click.Option:
    dashed = f"{kind}-{option.name.replace('_', '-')}"
    is_bool = option.kind == "bool"

    def keep(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value is not None:
            parsed = value if is_bool else option.parse(value)
            context.meta.setdefault(_VALUES, {}).setdefault(kind, {})[option.name] = parsed

    return click.Option(
        [f"--{dashed}/--no-{dashed}" if is_bool else f"--{dashed}"],
        default=None,
        metavar=None if is_bool else "VALUE",
        callback=keep,
        expose_value=False,
        help=f"{option.help.rstrip('.')}: {option.describe()}, {option.default} by default.",
    )
