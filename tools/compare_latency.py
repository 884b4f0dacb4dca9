"""Measures how soon figures and picture of the compare view follow the slider.

    python tools/compare_latency.py PHOTO [MODEL] [WIDTHxHEIGHT]

Runs the application without a terminal, moves the slider step by step, and reports the time from the key to the
figures on screen, to the picture on screen, and the longest stall of the user interface.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from aictui.tui.app import AictuiApp
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.surroundings import Surroundings, Workshop
from aictui.tui.widgets.ratio_slider import RatioSlider

STEPS = 16
TICK = 0.002
PATIENCE = 120


class ModelWorkshop(Workshop):
    """Starts with a model of choice."""

    def __init__(self, model: str) -> None:
        self.model = model

    def surroundings(self, like: Path | None = None) -> Surroundings:
        """What is installed, with another model to begin with."""
        found = super().surroundings(like)
        return replace(found, settings=replace(found.settings, model=self.model))


async def measure(photo: Path, model: str, size: tuple[int, int]) -> None:
    """Prints the latencies for one photo, model and size of the terminal."""
    app = AictuiApp(photo.parent)
    screen = CompareScreen(photo, ModelWorkshop(model))
    async with app.run_test(size=size):
        start = time.perf_counter()
        await app.push_screen(screen)
        await until(lambda: screen.comparison.figures.exact)
        print(f"{model} {photo.name} {size[0]}×{size[1]}")
        print(f"first file after   {time.perf_counter() - start:.1f} s, model and compilation included")
        await until(lambda: len(screen.comparison.samples) > 8)
        figures, pictures, stalls = [], [], []
        heart = asyncio.create_task(beat(stalls))
        for step in range(STEPS):
            await asyncio.sleep(0.25)
            generation = screen.comparison.generation
            start = time.perf_counter()
            screen.query_one(RatioSlider).action_step(0.25 if step % 2 == 0 else -0.5)
            while screen.comparison.generation == generation:
                await asyncio.sleep(0)
            painted = asyncio.Event()
            screen.call_after_refresh(painted.set)
            await painted.wait()
            figures.append(time.perf_counter() - start)
            await until(lambda: shows_current(screen))
            pictures.append(time.perf_counter() - start)
        heart.cancel()
    report("figures on screen ", figures)
    report("picture on screen ", pictures)
    print(f"stalls over 50 ms  {sum(stall > 0.05 for stall in stalls)}, the longest {max(stalls) * 1000:.0f} ms")


def shows_current(screen: CompareScreen) -> bool:
    """Whether the newest picture is on screen."""
    drawn = screen.canvas._drawn_for
    return screen.comparison.current and drawn is not None and drawn.image.right is screen.comparison.picture


async def until(condition: Callable[[], bool]) -> None:
    """Waits for a condition, for `PATIENCE` seconds at most."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(TICK)


async def beat(stalls: list[float]) -> None:
    """Notes how late the event loop wakes up."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK)
        stalls.append(time.perf_counter() - before - TICK)


def report(name: str, seconds: Sequence[float]) -> None:
    """Prints median and maximum in milliseconds."""
    print(f"{name} {statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms")


if __name__ == "__main__":
    arguments = [*sys.argv[1:], *["photo", "120x40"][len(sys.argv) - 2 :]]
    width, _, height = arguments[2].partition("x")
    asyncio.run(measure(Path(arguments[0]), arguments[1], (int(width), int(height))))
