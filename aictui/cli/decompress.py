"""``aictui decompress``: `.aic` files back into images."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
    progress_bar,
    quiet_option,
    read_stdin,
    refuse_terminal,
    say,
    told,
    write_stdout,
)
from aictui.errors import AictuiError, InputError, OutputError, UsageError
from aictui.file_type import MAGIC, SUFFIX
from aictui.working_folder import same_working_folder

if TYPE_CHECKING:
    from aictui.codec.files import Overwrite


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE_OR_DASH)
@click.option("-o", "--output", type=OUTPUT, help="File, folder or - to write to.")
@click.option(
    "--format", "suffix", metavar="SUFFIX", help="Image format where -o does not name one: png (default), jpg, …"
)
@click.option("-r", "--recursive", is_flag=True, help="Take folders within folders too.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--keep-damaged", is_flag=True, help="Show what a damaged file still holds instead of refusing it.")
@json_option
@quiet_option
def decompress(files: tuple[Path, ...], output: Path | None, suffix: str | None, recursive: bool, **given: Any) -> int:
    """Turn .aic files back into images, with their metadata.

    A result goes beside its file as PNG unless -o or --format says otherwise. A file that was cut gives a coarser
    picture and a notice. A folder stands for the .aic files in it; one file that fails does not stop the others.
    """
    from aictui.codec.export import picture_format

    if suffix is not None:
        picture_format(suffix)  # before a folder is made, or a name of it
    several = len(files) > 1 or files[0].is_dir()
    if several and output == STANDARD:
        raise UsageError("several pictures cannot go to standard output; name a folder with -o")
    if several and output is not None and output.exists() and not output.is_dir():
        raise UsageError(f"-o {output} is not a folder, and the results of several files need one")
    if not several:
        check_place_of_one()
        if given["as_json"]:
            check_json_apart(files[0], output, "picture")
    failures: list[AictuiError] = []
    written: dict[tuple[int, int] | str, Path] = {}
    seen: set[Path] = set()
    as_json = given["as_json"]
    for path in files:
        sources: list[tuple[Path, Path]] = []
        with told(path, failures, alone=len(files) == 1, as_json=as_json):
            sources = _sources(path, recursive)
        for file, folder in sources:
            if (name := Path(os.path.realpath(file.parent), file.name)) in seen:
                continue  # as it is among the files of a folder too
            seen.add(name)
            with told(file, failures, alone=not several, as_json=as_json):
                place = _place(file, folder, output, suffix, several=several)
                _decompress(file, place, suffix, given, written)
                if os.path.isfile(place):  # noqa: PTH113 - takes any name
                    written[_identity(place)] = file
    return 1 if failures else 0


def _refuse_sharing(file: Path, place: Path, written: dict[tuple[int, int] | str, Path]) -> None:
    """Raises `OutputError` where a result would take the place of its own file, or of another's result."""
    from aictui.codec.files import keep_source

    keep_source(place, file)
    if os.path.exists(place) and (other := written.get(_identity(place))):  # noqa: PTH110 - takes any name
        raise OutputError(f"{place} is the picture of {other}; decompress {file} into another folder")


def _identity(path: Path) -> tuple[int, int] | str:
    """What the names of one file share, also where capitals or accents do not tell files apart."""
    status = path.stat()
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def _decompress(
    path: Path, place: Path, suffix: str | None, given: dict[str, Any], written: dict[tuple[int, int] | str, Path]
) -> None:
    from aictui.codec.export import export_picture
    from aictui.codec.files import read_file, write_file
    from aictui.codec.header import read_header

    policy: Overwrite = "overwrite" if given["overwrite"] else "error"
    written_as = _format(place, suffix)
    if place == STANDARD:
        refuse_terminal()
    data = read_stdin(MAGIC) if path == STANDARD else read_file(path, MAGIC)
    with about(path):
        read_header(data)  # of an image, whose result would be itself, the news is that it is not an .aic file
    if place != STANDARD:
        _refuse_sharing(path, place, written)
        check_free(place, overwrite=given["overwrite"])
    with about(path), progress_bar(path.name, quiet=given["quiet"]) as progress, same_working_folder():
        picture = export_picture(data, written_as, progress, keep_damaged=given["keep_damaged"])
    if place == STANDARD:
        write_stdout(picture.data)
    else:
        write_file(place, picture.data, policy, source=path)
    for notice in picture.notices:
        say(f"{path}: {notice}", quiet=given["quiet"])
    if given["as_json"]:
        figures = {"width": picture.width, "height": picture.height, "bytes": len(picture.data)}
        found = {"source": str(path), "output": str(place), "state": "done", "reason": ""}
        print_json({**found, **figures, "notices": list(picture.notices)})
    else:
        say(f"{path} → {place}", quiet=given["quiet"])


def _format(place: Path, suffix: str | None) -> str:
    """The suffix that says how to write a picture; raises `UsageError` where Pillow cannot, or two contradict."""
    from aictui.codec.export import picture_format

    named = place.suffix
    if suffix is None:
        picture_format(named or "png")
        return named or "png"
    wanted = picture_format(suffix)
    try:
        contradicts = bool(named) and picture_format(named) != wanted
    except UsageError:
        contradicts = False  # a name such as picture.new does not tell
    if contradicts:
        raise UsageError(f"{place} is named {named}, and --format says {suffix}; leave one of them out")
    return suffix


def _sources(path: Path, recursive: bool) -> list[tuple[Path, Path]]:
    """The file, or those of the folder, at ``path``, each with the folder whose tree its result repeats."""
    from aictui.batch.find import walk
    from aictui.codec.files import is_folder

    if not is_folder(path):
        return [(path, path.parent)]
    found = [each for each in walk(path, recursive) if each.suffix.lower() == SUFFIX or each.is_dir()]
    if not found:
        raise InputError(f"{path} holds no .aic file{'' if recursive else '; -r looks into its folders too'}")
    return [(each, path) for each in found]


def _place(path: Path, folder: Path, output: Path | None, suffix: str | None, *, several: bool) -> Path:
    extension = f".{(suffix or 'png').lstrip('.')}"
    if output is None:
        return STANDARD if path == STANDARD else path.with_suffix(extension)
    if not several and not output.is_dir():
        return output
    place = output / (Path("picture") if path == STANDARD else path.relative_to(folder)).with_suffix(extension)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"the folder {place.parent} cannot be made: {error.strerror}") from None
    return place
