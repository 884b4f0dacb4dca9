"""Standard input, output and error: data go to standard output, everything said to people to standard error."""

import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from aictui.errors import AictuiError, Cancelled, InputError, OutputError, UsageError
from aictui.json_text import json_text
from aictui.printable import printable
from aictui.printing import trouble, written
from aictui.progress import Progress, silent

STANDARD = Path("-")
"""The path that stands for standard input or output."""


class NamedPath(click.Path):
    """A path that is not empty, as that of a variable which is not set would be: it would mean the present folder."""

    def __init__(self, **checks: Any) -> None:
        super().__init__(path_type=Path, **checks)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; fails for an empty one."""
        if str(value) == "":
            self.fail("'' names no file and no folder; write . for the present folder", param, ctx)
        path = super().convert(value, param, ctx)
        assert isinstance(path, Path)  # as was asked for
        return path


class NumberRange(click.FloatRange):
    """A number in a range, in which NaN is not: no comparison tells that it is outside."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails for one outside the range, and for NaN."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


FILE_OR_DASH = NamedPath(allow_dash=True, readable=False)
"""The type of a path that may be `STANDARD`; whether it can be read is told where it is."""

_FOLDER = "aictui.folder"


class _Output(NamedPath):
    """A path to write to, of which it is remembered that a slash at its end says folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from aictui.codec.files import check_name

        if ctx is not None and str(value).endswith(("/", os.sep)):
            ctx.meta[_FOLDER] = value
        path = super().convert(value, param, ctx)
        check_name(path)
        return path


OUTPUT = _Output(allow_dash=True, readable=False)
"""The type of the path of an output, which may be `STANDARD`; the place of a single one is to be checked."""


def check_free(path: Path, *, overwrite: bool, option: str = "-o") -> None:
    """Raises `OutputError` where a file cannot be written, or exists and may not be replaced."""
    from aictui.codec.files import output_path

    way = f"choose another name with {option}, or replace it with --overwrite"
    output_path(path, "overwrite" if overwrite else "error", way)


def check_json_apart(source: Path, output: Path | None, what: str) -> None:
    """Raises `UsageError` where ``what`` is made of one file and its JSON would both go to standard output."""
    if output == STANDARD or (output is None and source == STANDARD):
        raise UsageError(f"--json and the {what} would both go to standard output; name a file with -o")


def check_place_of_one() -> None:
    """Raises `OutputError` where the output of a single file names a folder that is not there."""
    folder = click.get_current_context().meta.get(_FOLDER)
    if folder is not None and not Path(folder).is_dir():
        raise OutputError(f"there is no folder {folder}; make it first, or leave out the slash to name a file")


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, an object a line.")
quiet_option = click.option("--quiet", is_flag=True, help="Report nothing but errors.")


def say(text: str, *, quiet: bool = False) -> None:
    """Tells people something in a line, on standard error, above the bars that are there.

    Where nobody can be told, as that is full, the work goes on.
    """
    if not quiet:
        with suppress(OSError):
            print(printable(text), file=sys.stderr)  # not `click.echo`, which bars cannot make way for


def print_json(value: Any) -> None:
    """Prints a value as one line of JSON on standard output, in UTF-8 wherever that is."""
    write_bytes(f"{json_text(value)}\n".encode())


def open_closed_streams() -> None:
    """Puts something in the place of standard streams that the caller closed, or files would be opened as them.

    Who reads or writes these learns that they are closed; what is said on standard error is lost.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_WRONLY), "r")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def read_stdin(magic: bytes = b"") -> bytes:
    """All of standard input, or only its first bytes where those are not ``magic``, as `read_file` does.

    Raises `UsageError` where it is a terminal, and `InputError` where it is closed.
    """
    from aictui.codec.files import read_from

    if sys.stdin.isatty():
        raise UsageError("'-' reads standard input, which is the terminal; pipe a file into it")
    try:
        return read_from(sys.stdin.buffer, magic)
    except OSError as error:
        raise InputError(f"standard input cannot be read: {trouble(error)}") from None


def refuse_terminal() -> None:
    """Raises `UsageError` where standard output is a terminal, before work is done in vain."""
    if sys.stdout.isatty():
        raise UsageError("binary data would go to the terminal; name a file with -o, or pipe it somewhere")


def write_stdout(data: bytes) -> None:
    """Writes data to standard output, whole; raises `OutputError`, and `UsageError` where it is a terminal."""
    refuse_terminal()
    write_bytes(data)


def write_bytes(data: bytes) -> None:
    """Writes bytes to standard output, whatever it is; raises `OutputError`."""
    with written():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Prints rows with aligned columns on standard output."""
    from rich.cells import cell_len, set_cell_size

    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(map(set_cell_size, row, widths)).rstrip())


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Lets errors about a file's content say which file it is."""
    try:
        yield
    except AictuiError as error:
        if str(path) not in str(error):
            error.args = (f"{path}: {error}",)  # not a new one, since a class may be made of other arguments
        raise


@contextmanager
def told(
    path: Path, failures: list[AictuiError], *, alone: bool, as_json: bool, name: str = "source"
) -> Iterator[None]:
    """Tells what goes wrong with a file, and adds it to ``failures``; where it is not ``alone``, the others go on.

    As JSON too, as an object that calls the file ``name``.
    """
    try:
        yield
    except Cancelled:
        raise
    except AictuiError as error:
        if as_json:
            print_json({name: str(path), "state": "failed", "reason": str(error)})
        if alone:
            raise
        say(f"aictui: {error}")
        failures.append(error)


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar on standard error where that is a terminal; it vanishes when the work is done."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.markup import escape
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    from aictui.cli.bars import bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[phase]}"), TimeRemainingColumn())
    with bars(*columns) as shown:
        task = shown.add_task(escape(printable(title)), total=1.0, phase="")

        def report(fraction: float, phase: str) -> None:
            shown.update(task, completed=fraction, phase=escape(printable(phase)))

        yield report
