"""``aictui decompress``: `.aic` files back into images."""

from pathlib import Path

import click

from aictui.cli.terminal import (
    STANDARD,
    json_option,
    print_json,
    progress_bar,
    quiet_option,
    read_stdin,
    refuse_terminal,
    say,
    write_stdout,
)
from aictui.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File, folder or - to write to.")
@click.option("--format", "suffix", metavar="SUFFIX", help="Image format where -o does not tell: png (default), jpg, …")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--keep-damaged", is_flag=True, help="Show what a damaged file still holds instead of refusing it.")
@json_option
@quiet_option
def decompress(
    files: tuple[Path, ...],
    output: Path | None,
    suffix: str | None,
    overwrite: bool,
    keep_damaged: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Turn .aic files back into images, with their metadata.

    A result goes beside its file as PNG unless -o or --format says otherwise. A file that was cut gives a coarser
    picture and a notice.
    """
    from aictui.codec.decode import decode
    from aictui.codec.export import encode_picture
    from aictui.codec.files import Overwrite, output_path, read_file, write_file

    if len(files) > 1 and output is not None and not output.is_dir():
        raise UsageError(f"-o {output} is no folder, and {len(files)} results need one")
    policy: Overwrite = "overwrite" if overwrite else "error"
    for path in files:
        place = _place(path, output, suffix)
        if place == STANDARD:
            if as_json:
                raise UsageError("--json and the picture would both go to standard output; name a file with -o")
            refuse_terminal()
        else:
            output_path(place, policy)
        data = read_stdin() if path == STANDARD else read_file(path)
        with progress_bar(path.name, quiet=quiet) as progress:
            decoded = decode(data, progress, keep_damaged=keep_damaged)
        picture, notices = encode_picture(decoded.image, suffix or place.suffix or "png")
        if place == STANDARD:
            write_stdout(picture)
        else:
            write_file(place, picture, policy)
        for notice in (*decoded.notices, *notices):
            say(f"{path}: {notice}", quiet=quiet)
        if as_json:
            size = {"width": decoded.image.width, "height": decoded.image.height}
            said = [*decoded.notices, *notices]
            print_json({"source": str(path), "output": str(place), **size, "bytes": len(picture), "notices": said})
        else:
            say(f"{path} → {place}", quiet=quiet)


def _place(path: Path, output: Path | None, suffix: str | None) -> Path:
    extension = f".{(suffix or 'png').lstrip('.')}"
    if output is None:
        return STANDARD if path == STANDARD else path.with_suffix(extension)
    if output.is_dir():
        name = "picture" if path == STANDARD else path.stem
        return output / f"{name}{extension}"
    return output
