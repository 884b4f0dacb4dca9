"""Compares the time of a batch with that of what it cannot do without.

    python tools/throughput.py FOLDER [--model NAME] [--ratio R] [--limit N]

Prints wall and processor time for the images of a folder: to read them, to transform them once at the level that the
ratio needs, to encode them one after another, and to compress them as a batch. The model is loaded and compiled before.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from aictui.batch import Batch, Ledger, OutputPolicy, plan
from aictui.codec.components import for_settings
from aictui.codec.encode import encode
from aictui.codec.image import SourceImage, read_image
from aictui.codec.settings import Settings, Target
from aictui.codec.transform import analyse
from aictui.codec.workbench import Trial, Workbench


def timed(name: str, work: Callable[[], object], base: float = 0.0) -> float:
    """Runs and reports; returns processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    share = f"{processor / base:6.2f} × the transform" if base else ""
    print(f"{name:<18}{wall:8.2f} s wall {processor:8.2f} s processor {share}", flush=True)
    return processor


def transform(sources: list[SourceImage], settings: Settings, level: int) -> None:
    """The analysis of every image, once."""
    pipeline = for_settings(settings)
    for source in sources:
        point = Workbench(source, pipeline, settings).point(level)
        analyse(source.pixels, pipeline.chunker, pipeline.model, point)


def batch(paths: list[Path], settings: Settings, workers: int | None) -> None:
    """A batch of all images into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        policy = OutputPolicy(place="mirror", folder=Path(folder, "out"), allow_larger=True)
        ledger = Ledger(Path(folder, "ledger.sqlite"))
        try:
            results = Batch(plan(paths, settings, policy), ledger, workers=workers).run()
        finally:
            ledger.close()
        failed = [result.reason for result in results if result.state != "done"]
        if failed:
            raise SystemExit("\n".join(failed))


def main() -> None:
    """Measures what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="photo")
    parser.add_argument("--ratio", type=float, default=16.0)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--workers", type=int)
    arguments = parser.parse_args()
    settings = Settings(model=arguments.model, target=Target("ratio", arguments.ratio))
    files = sorted(path for path in arguments.folder.iterdir() if path.is_file())
    paths = files[:: max(1, len(files) // arguments.limit)][: arguments.limit]
    sources = [read_image(path) for path in paths]
    level = encode(sources[0], settings).info.point.level
    transform(sources, settings, level)
    encode(sources[0], settings)

    tries: list[bool] = []
    attempt = Workbench.attempt

    def counted(bench: Workbench, *args: object, **options: object) -> Trial:
        tries.append(any(bench.source is source for source in sources))
        return attempt(bench, *args, **options)  # type: ignore[arg-type]

    timed("reading", lambda: [read_image(path) for path in paths])
    base = timed("transform alone", lambda: transform(sources, settings, level))
    with mock.patch.object(Workbench, "attempt", counted):
        timed("encoding", lambda: [encode(source, settings) for source in sources], base)
    timed("batch", lambda: batch(paths, settings, arguments.workers), base)
    pixels = sum(source.width * source.height for source in sources)
    whole, part = sum(tries) / len(paths), (len(tries) - sum(tries)) / len(paths)
    print(
        f"{len(paths)} images, {pixels / 1e6:.1f} megapixels; an image took {whole:.2f} tries, {part:.2f} of a sample"
    )


if __name__ == "__main__":
    main()
