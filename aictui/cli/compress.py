"""``aictui compress``: images into `.aic` files."""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.choices import read_settings, settings_options
from aictui.cli.components import CompressingCommand
from aictui.cli.terminal import (
    FILE_OR_DASH,
    OUTPUT,
    STANDARD,
    NumberRange,
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
from aictui.errors import InputError, UsageError
from aictui.file_type import SUFFIX
from aictui.working_folder import same_working_folder

if TYPE_CHECKING:
    from aictui.batch import FileResult, Plan
    from aictui.codec.encode import Encoded
    from aictui.codec.files import Overwrite
    from aictui.codec.settings import Settings


_OF_BATCHES = ("suffix", "replace", "minimum_saving", "new_dates", "dry_run", "include", "exclude")


@click.command(cls=CompressingCommand)
@click.argument("images", nargs=-1, required=True, type=FILE_OR_DASH)
@click.option("-o", "--output", type=OUTPUT, help="File, folder or - to write to.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--measure", is_flag=True, help="Report the PSNR too, which takes decoding the result.")
@settings_options
@click.option("-r", "--recursive", is_flag=True, help="Take folders within folders too.")
@click.option(
    "--include", metavar="PATTERN", multiple=True, help="From folders, take only files that match, such as *.png."
)
@click.option("--exclude", metavar="PATTERN", multiple=True, help="From folders, leave out files that match.")
@click.option("--suffix", metavar="TEXT", default="", help="Put this before .aic in the names of results.")
@click.option("--replace", is_flag=True, help="Move originals to the trash once their result is safe.")
@click.option("--allow-larger", is_flag=True, help="Keep results that are not smaller than their original.")
@click.option("--minimum-saving", metavar="PERCENT", type=NumberRange(0, 99), help="Drop results that save less.")
@click.option("--new-dates", is_flag=True, help="Date results now instead of like their originals.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and stop.")
@json_option
@quiet_option
@click.pass_context
def compress(context: click.Context, /, images: tuple[Path, ...], **given: Any) -> int:
    """Compress images into .aic files.

    A result goes beside its image with the suffix .aic unless -o says where; '-' reads standard input and writes
    standard output. With several files or a folder, -o names a folder, what is done already is skipped, and a
    result that is not smaller than its original is dropped.
    """
    settings = read_settings(context, given)
    alone = len(images) == 1 and not images[0].is_dir()
    of_batches = [f"--{name.replace('_', '-')}" for name in _OF_BATCHES if given[name]]
    if alone:
        check_place_of_one()
    if alone and not of_batches:
        if given["as_json"]:
            check_json_apart(images[0], given["output"], "file")
        with told(images[0], [], alone=True, as_json=given["as_json"]):
            _compress_one(images[0], settings, given)
        return 0
    without = f", without {' and '.join(of_batches)}" if of_batches else ""
    if STANDARD in images or given["output"] == STANDARD:
        raise UsageError(f"'-' stands for a single file; give it alone{without}")
    if given["measure"]:
        raise UsageError(f"--measure is for a single file{without}; `aictui bench` measures a folder")
    return _compress_many(images, settings, given, alone=alone)


def _compress_many(images: tuple[Path, ...], settings: "Settings", given: dict[str, Any], *, alone: bool) -> int:
    """Runs a batch, also of a file ``alone`` with options of batches, and returns the exit code."""
    from aictui.cli.batch import run_batch
    from aictui.codec.components import check

    check(settings)
    refused = {image: reason for image in images if (reason := _refusal(image, given))}
    if given["as_json"]:
        for image, reason in refused.items():
            print_json({"source": str(image), "state": "failed", "reason": reason})
    rest = tuple(image for image in images if image not in refused)
    with told(images[0], [], alone=True, as_json=given["as_json"] and alone):
        planned = _plan(rest, settings, given, single=alone and not given["replace"]) if rest else None
    if planned is None or not planned.items:
        if given["replace"] and not refused and _done_before(images):
            say(f"no images are left in {', '.join(map(str, images))}", quiet=given["quiet"])
            return 0
        raise InputError("; ".join(refused.values()) or _nothing_found(images, given))
    for reason in refused.values():
        say(f"aictui: {reason}")
    shown = {name: given[name] for name in ("dry_run", "as_json", "quiet")}
    return run_batch(planned, refused=len(refused), **shown)


def _nothing_found(images: tuple[Path, ...], given: dict[str, Any]) -> str:
    patterns = [f"--{name} {pattern}" for name in ("include", "exclude") for pattern in given[name]]
    left_out = f" that {' and '.join(patterns)} would let through" if patterns else ""
    way = "; -r looks into folders within too" if any(map(Path.is_dir, images)) and not given["recursive"] else ""
    return f"no images in {', '.join(map(str, images))}{left_out}{way}"


def _done_before(folders: tuple[Path, ...]) -> bool:
    """Whether there are results in folders that hold no images: those were replaced."""
    return any(next(folder.rglob(f"*{SUFFIX}"), None) is not None for folder in folders)


def _refusal(image: Path, given: dict[str, Any]) -> str | None:
    """Why a file that is named cannot be compressed: within folders, what is not an image is passed over in silence."""
    from aictui.batch.find import matches
    from aictui.codec.files import is_folder
    from aictui.opening import opened_image

    try:
        if is_folder(image) or not matches(Path(image.name), given["include"], given["exclude"]):
            return None
        with opened_image(image):
            return None
    except InputError as error:
        return str(error)


def _plan(images: tuple[Path, ...], settings: "Settings", given: dict[str, Any], *, single: bool) -> "Plan":
    """What the batch shall do; a ``single`` file has its place, and is kept, as without a batch."""
    from aictui.batch import OutputPolicy, plan

    output: Path | None = given["output"]
    if output is not None and given["replace"]:
        raise UsageError("--replace puts results where the originals were, so -o cannot go with it")
    if output is not None and not single and not output.is_dir() and (output.exists() or output.suffix == SUFFIX):
        raise UsageError(f"-o {output} is not a folder, and the results of several files need one")
    if output is not None and single and not output.is_dir() and given["suffix"]:
        raise UsageError(f"-o {output} names the file, so --suffix cannot go with it")
    policy = OutputPolicy(
        place="replace" if given["replace"] else "mirror" if output and not single else "beside",
        folder=None if single else output,
        suffix=given["suffix"],
        existing="overwrite" if given["overwrite"] else "skip",
        allow_larger=given["allow_larger"] or single,
        keep_dates=not given["new_dates"],
        minimum_saving=(given["minimum_saving"] or 0) / 100,
    )
    chosen = {name: given[name] for name in ("recursive", "include", "exclude")}
    planned = plan(images, settings, policy, **chosen)
    if single:
        place = _place(images[0], output, given["suffix"])
        check_free(place, overwrite=given["overwrite"])
        return planned.to(place)
    return planned


def _place_of_one(image: Path, given: dict[str, Any]) -> Path:
    """Where the result of a single image goes; raises `OutputError` and `UsageError` before it is read."""
    place = _place(image, given["output"])
    if place == STANDARD:
        refuse_terminal()
    else:
        check_free(place, overwrite=given["overwrite"])
    return place


def _compress_one(image: Path, settings: "Settings", given: dict[str, Any]) -> None:
    from aictui.codec.encode import encode
    from aictui.codec.files import write_file
    from aictui.codec.image import read_image

    place = _place_of_one(image, given)
    content = read_stdin() if image == STANDARD else None
    if content == b"":
        raise InputError("standard input is empty; pipe an image into it")
    source = read_image(image if content is None else io.BytesIO(content))
    with progress_bar(image.name, quiet=given["quiet"]) as progress, same_working_folder():
        encoded = encode(source, settings, progress, measure=given["measure"])
    if place == STANDARD:
        write_stdout(encoded.data)
    else:
        policy: Overwrite = "overwrite" if given["overwrite"] else "error"
        write_file(place, encoded.data, policy, source=image, keep_dates=True)
    for notice in encoded.notices:
        say(f"{image}: {notice}", quiet=given["quiet"])
    if given["as_json"]:
        source_bytes = image.stat().st_size if content is None else len(content)
        from aictui.batch.report import describe

        print_json(describe(_result(image, place, settings, encoded, source_bytes)))
        return
    info = encoded.info
    quality = "" if encoded.psnr is None else f", {encoded.psnr:.2f} dB"
    figures = f"{info.file_bytes:,} bytes, {info.ratio:.2f}x{quality}, {encoded.seconds:.1f} s"
    say(f"{image} → {place}  {figures}", quiet=given["quiet"])


def _result(image: Path, place: Path, settings: "Settings", encoded: "Encoded", source_bytes: int) -> "FileResult":
    """What became of a single image, as a batch tells it."""
    from aictui.batch import FileResult
    from aictui.batch.plan import Item

    info = encoded.info
    return FileResult(
        Item(image, place, settings, info.width * info.height, source_bytes),
        "done",
        place,
        source_bytes,
        info.file_bytes,
        info.ratio,
        encoded.seconds,
        notices=encoded.notices,
        width=info.width,
        height=info.height,
        psnr=encoded.psnr,
    )


def _place(image: Path, output: Path | None, suffix: str = "") -> Path:
    if output is not None and not output.is_dir():
        from aictui.codec.files import check_suffix, keep_source

        keep_source(output, image)
        check_suffix(output)
        return output
    if image == STANDARD:
        return STANDARD if output is None else output / "picture.aic"
    place = (output or image.parent) / f"{image.stem}{suffix}{SUFFIX}"
    is_image = os.path.exists(place) and image.exists() and place.samefile(image)  # noqa: PTH110 - takes any name
    return place.with_name(f"{image.name}{suffix}{SUFFIX}") if is_image else place
