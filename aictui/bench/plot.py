"""Rate–distortion plots, in the terminal and as a picture."""

from io import BytesIO
from itertools import cycle
from math import isfinite
from pathlib import Path

from aictui.bench.benchmark import Benchmark
from aictui.bench.summary import mean_curve, on_scale
from aictui.codec.files import Overwrite, output_path, write_file
from aictui.counted import counted
from aictui.errors import MissingComponentError, OutputError
from aictui.plugins import registry
from aictui.printable import printable

TICKS = (0.1, 0.2, 0.5, 1, 2, 5)
"""Bits per pixel that are written at the axis, which is logarithmic: quality grows with each doubling."""


def series(benchmark: Benchmark, metric: str) -> list[tuple[str, bool, list[float], list[float]]]:
    """What a plot of ``metric`` shows: title, whether it is ours, bits per pixel, scores on the plotted scale."""
    found = []
    for codec in benchmark.codecs:
        means = [mean for mean in mean_curve(benchmark.points, codec.id) if metric in mean.scores]
        scores = [mean.scores[metric] for mean in means]
        found.append((codec.title, codec in benchmark.ours, [mean.bits_per_pixel for mean in means], scores))
    for curve in benchmark.published:
        found.append((curve.title, False, list(curve.bits_per_pixel), list(curve.scores.get(metric, ()))))
    result = []
    for title, ours, rates, scores in found:
        points = [(rate, on_scale(metric, score)) for rate, score in zip(rates, scores, strict=False)]
        drawable = [point for point in points if isfinite(point[1])]  # what is lossless has no place
        if drawable:
            result.append((title, ours, [rate for rate, _ in drawable], [score for _, score in drawable]))
    return result


def terminal_plot(benchmark: Benchmark, metric: str, width: int = 100, height: int = 30, *, colour: bool = True) -> str:
    """The plot as text; without ``colour`` curves are told apart by their marks alone."""
    import plotext

    plotext.clear_figure()
    plotext.plotsize(width, height)
    plotext.theme("clear")
    marked = list(zip(series(benchmark, metric), cycle("ox+*#@%&=~"), strict=False))
    for (title, ours, rates, scores), mark in reversed(marked):  # ours last, over the others
        plotext.plot(rates, scores, marker=mark, label=f"{title} *" if ours else title)
    if marked:
        plotext.xscale("log")
        plotext.xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    plotext.xlabel("bits per pixel")
    plotext.ylabel(axis_title(metric))
    text: str = plotext.build()
    return text if colour else str(plotext.uncolorize(text))


def check_plot(path: Path, overwrite: Overwrite = "error") -> None:
    """Tells before long work whether `save_plot` can write to ``path``.

    Raises `MissingComponentError` without matplotlib, which the extra ``bench`` brings, and `OutputError`.
    """
    try:
        from matplotlib.backend_bases import FigureCanvasBase
    except ImportError:
        raise MissingComponentError('--plot needs matplotlib; pip install "aictui[bench]"') from None
    known = FigureCanvasBase.get_supported_filetypes()
    if _format(path) not in known:
        raise OutputError(f"{path} cannot be a plot: {path.suffix} is none of {', '.join(sorted(known))}")
    output_path(path, overwrite)


def save_plot(benchmark: Benchmark, path: Path, overwrite: Overwrite = "error") -> None:
    """One panel for each metric as a picture, whole or not at all, in the format of the path's suffix.

    Raises what `check_plot` does.
    """
    check_plot(path, overwrite)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5 * len(benchmark.metrics), 5.5), layout="constrained")
    axes = figure.subplots(1, len(benchmark.metrics), squeeze=False)[0]
    for axis, metric in zip(axes, benchmark.metrics, strict=True):
        for title, ours, rates, scores in series(benchmark, metric):
            style = {"linewidth": 2.4, "marker": "o"} if ours else {"linewidth": 1.2, "marker": ".", "linestyle": "--"}
            axis.plot(rates, scores, label=_plain(title), **style)
        axis.set_xscale("log")
        axis.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS], minor=False)
        axis.set_xticks([], minor=True)
        axis.set_xlabel("bits per pixel")
        axis.set_ylabel(_plain(axis_title(metric)))
        axis.grid(alpha=0.3)
    for axis in [axis for axis in axes if axis.lines][:1]:
        axis.legend(fontsize="small")
    title = f"{printable(benchmark.folder.name)}: means of {counted(len(benchmark.images), 'image')}, real file sizes"
    figure.suptitle(_plain(title))
    picture = BytesIO()
    figure.savefig(picture, format=_format(path), dpi=120)
    write_file(path, picture.getvalue(), overwrite)


def _plain(text: str) -> str:
    """Text without formulas, whatever is in it."""
    return text.replace("$", r"\$")


def _format(path: Path) -> str:
    return path.suffix.removeprefix(".").lower() or "png"


def axis_title(metric: str) -> str:
    """The metric's title with its unit, on the scale that is plotted."""
    if metric == "ms-ssim":
        return "MS-SSIM, dB"
    found = registry().metric(metric)
    title = f"{found.title}, {found.unit}" if found.unit else found.title
    return title if found.higher_is_better else f"{title}, negated"
