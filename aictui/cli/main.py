"""The entry point: runs a command and turns what goes wrong into one line and an exit code."""

import _thread
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click
from click.shell_completion import shell_complete

from aictui.cli.ending import Ended, ended_in_order
from aictui.cli.group import cli
from aictui.cli.terminal import open_closed_streams, say
from aictui.errors import AictuiError, Cancelled, InputError, is_out_of_memory, reason_of
from aictui.printing import finish_standard_output, plugins_print_aside, written_whole

DEBUG_VARIABLE = "AICTUI_DEBUG"
"""Where set and not empty, errors show their traceback."""

COMPLETE_VARIABLE = "_AICTUI_COMPLETE"
"""Set by the completion script of a shell, to what it wants to know."""

BROKEN_PIPE = 141
"""Exit code when whatever reads standard output went away, as a shell reports it for SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs ``aictui`` with these arguments (by default the program's) and exits."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs ``aictui`` and returns its exit code; errors are one line on standard error."""
    open_closed_streams()
    _show_warnings()
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        return _complete(instruction)
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        # Not `cli.main`, which would answer Ctrl-C and closed pipes in its own way.
        with written_whole(), plugins_print_aside(), _interrupts_kept(), ended_in_order():
            with cli.make_context("aictui", words) as context:
                result = cli.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        finish_standard_output()
        return BROKEN_PIPE
    except (Exception, KeyboardInterrupt) as error:
        finish_standard_output()
        message, code = explain(error)
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exc()
        say(f"aictui: {message}")
        return code
    return result if isinstance(result, int) else 0


def _complete(instruction: str) -> int:
    """Answers a shell; where that cannot be done nothing is completed, since the user is in the midst of typing."""
    try:
        with plugins_print_aside():
            return shell_complete(cli, {}, "aictui", COMPLETE_VARIABLE, instruction)
    except Exception:
        return 1


def explain(error: BaseException) -> tuple[str, int]:
    """What went wrong in one line, and the exit code that says so."""
    message, code = f"unexpected {type(error).__name__}: {error} (set {DEBUG_VARIABLE}=1 to see where)", 1
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort | Cancelled):
        message, code = "cancelled", error.exit_code if isinstance(error, Ended) else Cancelled.exit_code
    elif isinstance(error, click.UsageError):
        command = error.ctx.command_path.strip() if error.ctx else "aictui"
        message, code = f"{error.format_message()} (see `{command} --help`)", error.exit_code
    elif isinstance(error, click.ClickException):
        message, code = error.format_message(), error.exit_code
    elif isinstance(error, AictuiError):
        message, code = str(error), error.exit_code
    elif isinstance(error, OSError) and error.filename:
        message, code = f"{error.filename}: {reason_of(error).lower()}", InputError.exit_code
    elif is_out_of_memory(error):
        message = "there is not enough memory for this; a smaller image needs less"
    # One line, whatever a file name or a library's message holds.
    return " ".join(message.split()), code


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Lets Ctrl-C arrive again where a callback of the garbage collector, such as that of jax, swallowed it."""
    show = sys.unraisablehook

    def look(unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            again = threading.Timer(0.02, _thread.interrupt_main)  # not from here, where it would be swallowed too
            again.daemon = True
            again.start()
        else:
            show(unraisable)

    sys.unraisablehook = look
    try:
        yield
    finally:
        sys.unraisablehook = show


def _show_warnings() -> None:
    """Shows aictui's own warnings as one line each, and not those of Pillow, of which notices tell what matters.

    Nor those of Matplotlib, which Keras imports and nobody asked for: it tells of a cache that it cannot write.
    """
    warnings.filterwarnings("ignore", module="PIL")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("aictui: warning: %(message)s"))
    logger = logging.getLogger("aictui")
    logger.handlers = [handler]
    logger.propagate = False
