"""``aictui compress``: images into `.aic` files."""

import io
from pathlib import Path
from typing import Any

import click

from aictui.cli.choices import read_settings, settings_options
from aictui.cli.components import CompressingCommand
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


@click.command(cls=CompressingCommand)
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File, folder or - to write to.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--measure", is_flag=True, help="Tell the PSNR too, which takes decoding the result.")
@settings_options
@json_option
@quiet_option
@click.pass_context
def compress(context: click.Context, images: tuple[Path, ...], **given: Any) -> None:
    """Compress images into .aic files.

    A result goes beside its image with the suffix .aic unless -o says where; '-' reads standard input and writes
    standard output.
    """
    settings = read_settings(context, given)
    (image,) = images
    _compress_one(image, settings, given)


def _compress_one(image: Path, settings: Any, given: dict[str, Any]) -> None:
    from aictui.codec.encode import encode
    from aictui.codec.files import Overwrite, output_path, write_file
    from aictui.codec.image import read_image

    policy: Overwrite = "overwrite" if given["overwrite"] else "error"
    output = given["output"] or (STANDARD if image == STANDARD else image.with_suffix(".aic"))
    if output.is_dir():
        output = output / image.with_suffix(".aic").name
    if output == STANDARD:
        if given["as_json"]:
            raise UsageError("--json and the file would both go to standard output; name a file with -o")
        refuse_terminal()
    else:
        output_path(output, policy)
    source = read_image(io.BytesIO(read_stdin()) if image == STANDARD else image)
    with progress_bar(image.name, quiet=given["quiet"]) as progress:
        encoded = encode(source, settings, progress, measure=given["measure"])
    if output == STANDARD:
        write_stdout(encoded.data)
    else:
        write_file(output, encoded.data, policy)
    notices = [*source.notices, *encoded.notices]
    for notice in notices:
        say(f"{image}: {notice}", quiet=given["quiet"])
    info = encoded.info
    if given["as_json"]:
        print_json(
            {
                "source": str(image),
                "output": str(output),
                "width": info.width,
                "height": info.height,
                "bytes": info.file_bytes,
                "ratio": round(info.ratio, 4),
                "bits_per_pixel": round(info.bits_per_pixel, 4),
                "psnr": None if encoded.psnr is None else round(encoded.psnr, 4),
                "seconds": round(encoded.seconds, 3),
                "notices": notices,
            }
        )
        return
    quality = "" if encoded.psnr is None else f", {encoded.psnr:.2f} dB"
    figures = f"{info.file_bytes:,} bytes, {info.ratio:.2f}x{quality}, {encoded.seconds:.1f} s"
    say(f"{image} → {output}  {figures}", quiet=given["quiet"])
