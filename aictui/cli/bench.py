"""``aictui bench``: rate–distortion of models beside other codecs on a folder of images."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aictui.cli.terminal import STANDARD, progress_bar, quiet_option, say
from aictui.errors import UsageError

if TYPE_CHECKING:
    from aictui.bench import Benchmark

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--models", metavar="LIST", help="Models, such as photo,classic or photo:psnr; all, at every tune, where not said."
)
@click.option(
    "--formats", metavar="LIST", help="Other codecs: jpeg, webp, avif, avif444, jxl, jpeg2000; all where not said."
)
@click.option("--metrics", metavar="LIST", help="Metrics: psnr, ms-ssim, ssimulacra2; all where not said.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N images.")
@click.option("--levels", type=click.IntRange(2, 64), default=10, show_default=True, help="Points on a model's curve.")
@click.option(
    "--planes", type=click.IntRange(0), default=0, show_default=True, help="Refinements of the models' files."
)
@click.option("--repeat", type=click.IntRange(0), default=0, help="Time every codec N times near 0.5 bits per pixel.")
@click.option("--against", type=_FILE, multiple=True, help="A published curve in CompressAI's JSON format.")
@click.option("--json", "json_path", type=_FILE, help="Write everything as JSON to a file, or - for standard output.")
@click.option("--plot", "plot_path", type=_FILE, help="Draw the curves into a picture: .png, .svg or .pdf.")
@click.option("--fresh", is_flag=True, help="Measure other codecs anew instead of taking earlier results.")
@quiet_option
def bench(
    folder: Path,
    *,
    models: str | None,
    formats: str | None,
    metrics: str | None,
    limit: int | None,
    levels: int,
    planes: int,
    repeat: int,
    against: tuple[Path, ...],
    json_path: Path | None,
    plot_path: Path | None,
    fresh: bool,
    quiet: bool,
) -> None:
    """Measure models against other codecs on the images of FOLDER.

    Every file is really written and read. BD-rates are taken image by image and then averaged.
    """
    from aictui.bench import run
    from aictui.bench.report import to_json

    if plot_path is not None and plot_path.suffix.lower() not in {".png", ".svg", ".pdf"}:
        raise UsageError(f"--plot writes .png, .svg or .pdf, not {plot_path.name!r}")
    with progress_bar(folder.name, quiet=quiet) as progress:
        result = run(
            folder,
            models=_words(models),
            formats=_words(formats),
            metrics=_words(metrics),
            limit=limit,
            levels=levels,
            planes=planes,
            repeat=repeat,
            published=against,
            cached=not fresh,
            progress=progress,
        )
    if json_path == STANDARD:
        click.echo(to_json(result))
    else:
        _show(result)
        if json_path is not None:
            from aictui.codec.files import write_file

            write_file(json_path, to_json(result).encode(), "overwrite")
            say(f"wrote {json_path}", quiet=quiet)
    if plot_path is not None:
        from aictui.bench.plot import save_plot

        save_plot(result, plot_path)
        say(f"wrote {plot_path}", quiet=quiet)


def _show(result: "Benchmark") -> None:
    from rich.console import Console
    from rich.text import Text

    from aictui.bench.plot import terminal_plot
    from aictui.bench.report import tables

    console = Console()
    for table in tables(result):
        console.print(table)
    for metric in result.metrics:
        plot = terminal_plot(result, metric, min(console.width, 120), 24, colour=console.color_system is not None)
        console.print(Text.from_ansi(plot))


def _words(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [word.strip() for word in text.split(",") if word.strip()]
