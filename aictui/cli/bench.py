"""``aictui bench``: models beside other codecs on a folder of images."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.terminal import NamedPath, check_free, progress_bar, quiet_option, say, write_bytes
from aictui.errors import InputError

if TYPE_CHECKING:
    from aictui.bench import Benchmark
    from aictui.codec.files import Overwrite

_EXISTING = NamedPath(exists=True, dir_okay=False)


@click.command()
@click.argument("folder", type=NamedPath(exists=True, file_okay=False))
@click.option("--model", "models", metavar="NAME", multiple=True, help="Measure this model (NAME:TUNE for one tune).")
@click.option(
    "--format", "formats", metavar="NAME", multiple=True, help="Compare with this format; with all by default."
)
@click.option(
    "--metric", "metrics", metavar="NAME", multiple=True, help="Measure this; by default the built-in metrics."
)
@click.option(
    "--levels",
    type=click.IntRange(2, 1000),
    metavar="N",
    default=10,
    show_default=True,
    help="Points on a model's curve.",
)
@click.option(
    "--planes", type=click.IntRange(0), metavar="N", default=0, show_default=True, help="Refinements of precision."
)
@click.option(
    "--effort",
    type=click.IntRange(1, 3),
    metavar="N",
    default=2,
    show_default=True,
    help="Of our models, as in `compress`.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Take only the first N images.")
@click.option(
    "--repeat",
    type=click.IntRange(0),
    metavar="N",
    default=0,
    help="Time every codec this many times near 0.5 bits per pixel.",
)
@click.option("--published", type=_EXISTING, multiple=True, help="Draw this published curve (CompressAI JSON) too.")
@click.option("--fresh", is_flag=True, help="Measure the other formats anew instead of using earlier results.")
@click.option("--plot", type=NamedPath(dir_okay=False), help="Write the curves as a picture.")
@click.option("--overwrite", is_flag=True, help="Replace an existing plot.")
@click.option("--json", "as_json", is_flag=True, help="Print everything measured as JSON on standard output.")
@quiet_option
def bench(folder: Path, plot: Path | None, overwrite: bool, as_json: bool, quiet: bool, **given: Any) -> None:
    """Measure models against other codecs on a FOLDER of images.

    Prints BD-rates by image and then their mean (negative: fewer bytes at equal quality), from real file sizes.
    """
    from aictui.bench import run
    from aictui.bench.plot import check_plot, save_plot
    from aictui.bench.report import to_json

    policy: Overwrite = "overwrite" if overwrite else "error"
    if plot is not None:
        check_free(plot, overwrite=overwrite, option="--plot")
        check_plot(plot, policy)
    with progress_bar(folder.name, quiet=quiet) as progress:
        benchmark = run(
            folder,
            models=given["models"] or None,
            metrics=given["metrics"] or None,
            formats=given["formats"] or None,
            limit=given["limit"],
            levels=given["levels"],
            planes=given["planes"],
            effort=given["effort"],
            repeat=given["repeat"],
            published=given["published"],
            cached=not given["fresh"],
            progress=progress,
        )
    if as_json:
        write_bytes(f"{to_json(benchmark)}\n".encode())
    else:
        _show(benchmark)
    for line in benchmark.left_out:
        say(line, quiet=quiet)
    if plot is not None:
        save_plot(benchmark, plot, policy)
        say(f"{plot} shows the curves", quiet=quiet)
    if given["metrics"] and benchmark.unmeasured:
        raise InputError(f"nothing of these images was measured by {' and '.join(benchmark.unmeasured)}")


def _show(benchmark: "Benchmark") -> None:
    from rich.console import Console
    from rich.text import Text

    from aictui.bench.plot import terminal_plot
    from aictui.bench.report import tables

    console = Console()
    for table in tables(benchmark):
        console.print(table)
    for metric in benchmark.metrics:
        if metric in benchmark.unmeasured:
            continue
        colour = console.color_system is not None
        console.print(Text.from_ansi(terminal_plot(benchmark, metric, min(console.width, 120), 24, colour=colour)))
