"""The command ``aictui`` itself: its subcommands are imported when they run, and a path opens the application."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aictui import __version__
from aictui.cli.terminal import NamedPath
from aictui.errors import AictuiError, InputError, PluginError, UsageError

if TYPE_CHECKING:
    from aictui.plugins.sources import PluginSource

COMMANDS = {
    "compress": ("aictui.cli.compress:compress", "Compress images into .aic files."),
    "decompress": ("aictui.cli.decompress:decompress", "Turn .aic files back into images."),
    "info": ("aictui.cli.info:info", "Show what .aic files hold."),
    "trim": ("aictui.cli.trim:trim", "Cut an .aic file to a ratio or size without decoding it."),
    "models": ("aictui.cli.models:models", "List and describe the installed models."),
    "presets": ("aictui.cli.presets:presets_group", "List, save and remove named settings."),
    "plugins": ("aictui.cli.plugins:plugins", "List, install, check and write plugins."),
    "train": ("aictui.cli.train:train", "Train a model on a folder of images."),
    "bench": ("aictui.cli.bench:bench", "Measure models against other codecs on a folder of images."),
    "completion": ("aictui.cli.completion:completion", "Print the completion script of a shell."),
}
"""Every built-in command: where it is, and its line in the help, so that the help imports none of them."""

EPILOG = """\
`aictui` alone, or with a folder or an image, opens the application in the terminal. `aictui COMMAND --help`
explains a command; docs/cli.md lists exit codes and environment variables.
"""


class CommandGroup(click.Group):
    """A group of lazily imported commands, followed by those of plugins, followed by paths."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The built-in commands; those of plugins would have to be imported to be known."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, or ``None``; plugins are asked only for what is not built in."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            command = getattr(import_module(module), attribute)
            assert isinstance(command, click.Command)
            return command
        return None if _is_path(cmd_name) else _plugin_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first argument; a path is the argument of a hidden command that opens it."""
        word = args[0]
        command = self.get_command(ctx, word)
        if command is not None:
            return word, command, args[1:]
        if _is_path(word):
            return "", open_path, args
        if "/" in word or "." in word:
            raise InputError(f"{word}: no such file or folder")
        raise UsageError(f"{word!r} is neither a command nor a file or folder; `aictui --help` lists the commands")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands from their one-line helps."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes how to go on."""
        formatter.write_paragraph()
        formatter.write_text(EPILOG)


def _use_plugin_folders(_context: click.Context, _parameter: click.Parameter, folders: tuple[Path, ...]) -> None:
    if folders:
        from aictui.plugins.sources import FOLDERS_VARIABLE

        # The environment hands it on to worker processes as well.
        known = [folder for folder in [os.environ.get(FOLDERS_VARIABLE)] if folder]
        os.environ[FOLDERS_VARIABLE] = os.pathsep.join([*map(str, folders), *known])


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="[PATH | COMMAND ...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="aictui %(version)s")
@click.option(
    "--plugins-dir",
    metavar="FOLDER",
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_use_plugin_folders,
    type=NamedPath(exists=True, file_okay=False, resolve_path=True),
    help="Use the one-file plugins (*.py) of this folder too.",
)
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Compress images with a neural autoencoder."""
    return _open(None) if context.invoked_subcommand is None else None


@click.command(hidden=True)
@click.argument("path", type=NamedPath(exists=True))
def open_path(path: Path) -> int:
    """Opens the application on a folder or an image."""
    return _open(path)


def _open(path: Path | None) -> int:
    _needs_terminal()
    path = path or _present_folder()
    from aictui.tui.garbage import postpone

    postpone()
    from aictui.tui.app import run

    return run(path)


def _needs_terminal() -> None:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # Textual draws on the last
        told = "the application needs a terminal for its input, output and errors"
        raise UsageError(f"{told}; `aictui --help` lists the commands that do without one")


def _present_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise InputError("the present folder was removed; change to another one, or name the folder to open") from None


def _is_path(word: str) -> bool:
    return Path(word).exists()


def _plugin_command(name: str) -> click.Command | None:
    from aictui.plugins.catalog import registry

    known = registry()
    for source in known.enabled():
        if name in (commands := known.commands(source)):
            return _guarded(commands[name], source)
    return None


def _guarded(command: click.Command, source: "PluginSource") -> click.Command:
    """The command, whose errors are told as its plugin's; only a whole number that it returns is an exit code."""
    from aictui.plugins.loading import describe, is_interrupt, way_out

    invoke = command.invoke

    def guarded(context: click.Context) -> int | None:
        try:
            result = invoke(context)
        except (AictuiError, BrokenPipeError, SystemExit, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BaseException as error:
            if is_interrupt(error):
                raise
            what = f"command {command.name} of plugin {source.name} failed: {describe(error)}"
            raise PluginError(f"{what}; {way_out(source)}") from error
        return _exit_code(result) if type(result) is int else None

    command.invoke = guarded  # type: ignore[method-assign, assignment]
    return command


def _exit_code(number: int) -> int:
    """A number as an exit code, its lowest byte, but not 0 for another number: 256 would pass for success."""
    return number & 0xFF or int(number != 0)
