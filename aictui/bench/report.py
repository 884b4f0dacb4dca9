"""A benchmark as JSON and as tables."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aictui.bench.benchmark import Benchmark
from aictui.bench.curves import to_compressai
from aictui.bench.summary import RateDifference, mean_curve, on_scale
from aictui.counted import counted
from aictui.json_text import json_text
from aictui.metrics.bd_rate import bd_rate
from aictui.plugins import registry
from aictui.printable import printable

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def to_json(benchmark: Benchmark) -> str:
    """The whole benchmark.

    ``curves`` holds for each codec an object in CompressAI's benchmark format; ``bd_rate`` the differences with
    their images; ``left_out`` what could not be measured; ``points`` every measurement.
    """
    content: dict[str, Any] = {
        "images": list(benchmark.images),
        "curves": [
            to_compressai(codec.title, codec.description, mean_curve(benchmark.points, codec.id))
            for codec in benchmark.codecs
        ],
        "bd_rate": [
            {
                "test": each.test,
                "anchor": each.anchor,
                "metric": each.metric,
                "mean_percent": each.mean,
                "by_image": each.by_image,
            }
            for each in benchmark.rate_differences()
        ],
        "left_out": list(benchmark.left_out),
        "timings": [asdict(timing) for timing in benchmark.timings],
        "points": [asdict(point) for point in benchmark.points],
    }
    return json_text(content, indent=1)


def tables(benchmark: Benchmark) -> Iterator["Table"]:
    """For each metric the BD-rates of ours against their anchors, then the mean curves and times of ours."""
    from rich.table import Table

    titles = {name: registry().metric(name).title for name in benchmark.metrics}
    if any(benchmark.anchors(codec) for codec in benchmark.ours) or (benchmark.ours and benchmark.published):
        yield _rate_table(benchmark, titles)
    for codec in benchmark.ours or benchmark.peers:
        count = len({point.image for point in benchmark.points if point.codec == codec.id})
        table = Table(title=_plain(f"{codec.title}: means of {counted(count, 'image')}"), title_justify="left")
        table.add_column("setting", justify="right")
        table.add_column("bits/pixel", justify="right")
        for name in benchmark.metrics:
            table.add_column(_plain(titles[name]), justify="right")
        table.add_column("encode", justify="right")
        table.add_column("decode", justify="right")
        for point in mean_curve(benchmark.points, codec.id):
            scores = [f"{point.scores[name]:.4g}" if name in point.scores else "–" for name in benchmark.metrics]
            seconds = [f"{point.encode_seconds:.2f} s", f"{point.decode_seconds:.2f} s"]
            table.add_row(str(point.setting), f"{point.bits_per_pixel:.3f}", *scores, *seconds)
        yield table
    if benchmark.timings:
        yield _timing_table(benchmark)


def _rate_table(benchmark: Benchmark, titles: dict[str, str]) -> "Table":
    from rich.table import Table

    count = len(benchmark.images)
    table = Table(
        title="BD-rate: bytes at equal quality, less is better",
        caption=f"mean over {counted(count, 'image')}, each over the range of quality that both codecs have",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("metric")
    table.add_column("against")
    for codec in benchmark.ours:
        table.add_column(_plain(codec.title), justify="right")
    differences = {(each.metric, each.anchor, each.test): each for each in benchmark.rate_differences()}
    anchors = dict.fromkeys(anchor for codec in benchmark.ours for anchor in benchmark.anchors(codec))
    for metric in benchmark.metrics:
        for row, anchor in enumerate(anchors):
            found = [differences.get((metric, anchor.id, codec.id)) for codec in benchmark.ours]
            cells = ["" if each is None else _percent(each, count) for each in found]
            last = row == len(anchors) - 1 and not benchmark.published
            name = titles[metric] if row == 0 else ""
            table.add_row(_plain(name), _plain(anchor.title), *cells, end_section=last)
        for row, curve in enumerate(benchmark.published):
            points = list(zip(curve.bits_per_pixel, curve.scores.get(metric, ()), strict=False))
            cells = [_mean_curves_percent(benchmark, codec.id, metric, points) for codec in benchmark.ours]
            name = titles[metric] if row == 0 and not anchors else ""
            last = row == len(benchmark.published) - 1
            table.add_row(_plain(name), _plain(f"{curve.title} (mean curves)"), *cells, end_section=last)
    return table


def _timing_table(benchmark: Benchmark) -> "Table":
    from rich.table import Table

    timings = benchmark.timings
    titles = {codec.id: codec.title for codec in benchmark.codecs}
    title = f"Time on {timings[0].image}, median of {timings[0].repeats}"
    table = Table(title=_plain(title), title_justify="left")
    table.add_column("codec")
    for name in ("bits/pixel", "encode", "decode"):
        table.add_column(name, justify="right")
    for timing in timings:
        seconds = [f"{1000 * timing.encode_seconds:.0f} ms", f"{1000 * timing.decode_seconds:.0f} ms"]
        table.add_row(_plain(titles[timing.codec]), f"{timing.bits_per_pixel:.2f}", *seconds)
    return table


def _plain(text: str) -> "Text":
    """Text without markup, whatever is in it."""
    from rich.text import Text

    return Text(printable(text))


def _percent(difference: RateDifference, images: int) -> str:
    if not difference.by_image:
        return "–"
    missing = images - len(difference.by_image)
    return f"{difference.mean:+.1f} %" + (f" (without {missing})" if missing else "")


def _mean_curves_percent(benchmark: Benchmark, codec: str, metric: str, anchor: list[tuple[float, float]]) -> str:
    curve = mean_curve(benchmark.points, codec)
    test = [(point.bits_per_pixel, on_scale(metric, point.scores[metric])) for point in curve if metric in point.scores]
    rate = bd_rate([(bits, on_scale(metric, score)) for bits, score in anchor], test)
    return "–" if math.isnan(rate) else f"{rate:+.1f} %"
