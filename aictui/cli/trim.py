"""``aictui trim``: cuts a file shorter without decoding it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.choices import size_value
from aictui.cli.info import planes
from aictui.cli.terminal import (
    FILE_OR_DASH,
    OUTPUT,
    STANDARD,
    about,
    check_free,
    check_json_apart,
    check_place_of_one,
    json_option,
    print_json,
    quiet_option,
    read_stdin,
    refuse_terminal,
    say,
    told,
    write_stdout,
)
from aictui.errors import UsageError
from aictui.file_type import MAGIC, SUFFIX

if TYPE_CHECKING:
    from aictui.codec.info import FileInfo
    from aictui.codec.settings import Target


@click.command()
@click.argument("file", type=FILE_OR_DASH)
@click.option("--ratio", type=float, metavar="N", help="Raw RGB bytes over file bytes, at least.")
@click.option("--size", callback=size_value, metavar="SIZE", help="Bytes at most, such as 100kB or 64KiB.")
@click.option("--planes", type=click.IntRange(0), metavar="N", help="Keep this many refinements of precision.")
@click.option("-o", "--output", type=OUTPUT, help="Where to write the result.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
@quiet_option
def trim(file: Path, output: Path | None, overwrite: bool, as_json: bool, quiet: bool, **given: Any) -> None:
    """Cut an .aic file to a ratio or size without decoding it.

    The result goes beside the file, under a name that says how it was cut, unless -o says where.
    """
    from aictui.codec.settings import Target

    asked = {kind: value for kind, value in given.items() if value is not None}
    if len(asked) != 1:
        raise UsageError("trim takes exactly one of --ratio, --size and --planes")
    ((kind, value),) = asked.items()
    target = None if kind == "planes" else Target("ratio" if kind == "ratio" else "size", value)
    if as_json:
        check_json_apart(file, output, "file")
    check_place_of_one()
    with told(file, [], alone=True, as_json=as_json):
        output = output or _place(file, kind, value)
        found, is_shorter = _trim(file, output, target or value, overwrite=overwrite)
    notices = [] if is_shorter else [_nothing_cut(found)]
    for notice in notices:
        say(f"{file}: {notice}", quiet=quiet)
    if as_json:
        figures = {"bytes": found.file_bytes, "ratio": round(found.ratio, 4), "notices": notices}
        print_json({"source": str(file), "output": str(output), "state": "done", "reason": "", **figures})
    say(f"{file} → {output}  {found.file_bytes:,} bytes, {found.ratio:.2f}x", quiet=quiet or as_json)


def _place(file: Path, kind: str, value: float) -> Path:
    """Where a cut goes by itself: beside the file, under a name that says how it was cut."""
    amount = int(value) if float(value).is_integer() else value
    return STANDARD if file == STANDARD else file.with_name(f"{file.stem}-{kind}-{amount}{SUFFIX}")


def _trim(file: Path, output: Path, aim: "Target | int", *, overwrite: bool) -> "tuple[FileInfo, bool]":
    """Writes a cut to a target or to a number of planes; what it holds, and whether it is shorter than the file."""
    from aictui.codec import trim as trimming
    from aictui.codec.files import Overwrite, check_suffix, keep_source, read_file, write_file
    from aictui.codec.inspect import inspect

    data = read_stdin(MAGIC) if file == STANDARD else read_file(file, MAGIC)
    if output == STANDARD:
        refuse_terminal()
    else:
        keep_source(output, file)
        check_suffix(output)
        check_free(output, overwrite=overwrite)
    with about(file):
        cut = trimming.trim_to_plane(data, aim) if isinstance(aim, int) else trimming.trim(data, aim)
        found = inspect(cut)
    if output == STANDARD:
        write_stdout(cut)
    else:
        policy: Overwrite = "overwrite" if overwrite else "error"
        write_file(output, cut, policy, source=file)
    return found, len(cut) < len(data)


def _nothing_cut(found: "FileInfo") -> str:
    has = [f"{found.file_bytes:,} bytes", f"a ratio of {found.ratio:.2f}x"]
    if found.plane_parts:
        has.append(planes(found))
    return f"there is nothing to cut, as the file has {', '.join(has)}; the result is a copy of it"
