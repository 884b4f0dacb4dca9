"""``aictui train``: a model from a folder of photos."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.terminal import NamedPath, json_option, print_json, quiet_option, say
from aictui.counted import counted

if TYPE_CHECKING:
    from aictui.network.training.events import Event


@click.command()
@click.argument("folder", type=NamedPath(exists=True, file_okay=False))
@click.option("--out", "name", metavar="NAME", required=True, help="Name of the model, for --model and the menus.")
@click.option(
    "--architecture", metavar="NAME", default="classic", show_default=True, help="Kind of network: classic or photo."
)
@click.option("--chunker", metavar="NAME", help="How pixels become chunks; by default the architecture's own.")
@click.option("--start", metavar="MODEL", help="Start from this model.")
@click.option("--minutes", type=float, metavar="N", default=30, show_default=True, help="Time to train, over all runs.")
@click.option("--steps", type=click.IntRange(1), metavar="N", help="Stop after this many steps at the latest.")
@click.option(
    "--batch", type=click.IntRange(1, 1 << 20), metavar="N", help="Chunks (classic) or crops (photo) in a step."
)
@click.option("--crop", type=click.IntRange(16, 1 << 14), metavar="N", help="Side of a crop in pixels.")
@click.option("--learning-rate", type=float, metavar="RATE", help="The highest learning rate.")
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", default=0, show_default=True, help="Decides which crops come when."
)
@click.option("--exact", is_flag=True, help="classic: the progressive loss as the full sum over 1..256 latents.")
@click.option("--full-precision", is_flag=True, help="Do without bfloat16.")
@click.option("--fresh", is_flag=True, help="Start anew instead of going on with an interrupted training.")
@json_option
@quiet_option
def train(folder: Path, as_json: bool, quiet: bool, **given: Any) -> None:
    """Train a model on a FOLDER of photos.

    Ctrl-C ends it early and keeps the best model so far; a second Ctrl-C gives it up. A training that was interrupted
    goes on where it stopped.
    """
    from aictui.network.training.loop import train as run
    from aictui.network.training.request import TrainingRequest

    half = not given.pop("full_precision")
    request = TrainingRequest(folder, half=half, **given)
    with _stop_on_interrupt() as stopped, _watch(quiet=quiet) as show:
        info = run(request, show, stopped)
    say(f"model {info.reference} is in {info.path}", quiet=quiet)
    if as_json:
        from aictui.cli.models import describe

        print_json(describe(info))


@contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Answers whether Ctrl-C was pressed; pressed again, it interrupts as always."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        say("stopping; the best model so far is kept (Ctrl-C again gives it up)")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _watch(*, quiet: bool) -> "Iterator[Callable[[Event], None]]":
    """Shows events: a bar where standard error is a terminal, lines for what is worth keeping."""
    if quiet or not sys.stderr.isatty():
        yield lambda event: None if quiet else _tell(event, say)
        return
    from rich.progress import BarColumn, TextColumn

    from aictui.cli.bars import bars
    from aictui.network.training.events import Fitting, Stepped

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with bars(*columns) as shown:
        task = shown.add_task("training", total=1.0, note="")

        def show(event: "Event") -> None:
            if isinstance(event, Stepped):
                left = f"{event.seconds_left // 60:.0f} min {event.seconds_left % 60:02.0f} s left"
                note = f"step {event.step:,}  loss {event.loss:.4g}  {left}"
                shown.update(task, completed=event.fraction, note=note)
            elif isinstance(event, Fitting):
                shown.update(task, description="fitting", completed=event.fraction, note=event.phase)
            else:
                _tell(event, lambda text: shown.console.print(text, markup=False, highlight=False))

        yield show


def _tell(event: "Event", write: Callable[[str], None]) -> None:
    from aictui.network.training.events import Evaluated, Noticed, Started

    if isinstance(event, Started):
        step = f", going on at step {event.step:,}" if event.step else ""
        photos = f"{counted(event.photos, 'photo')}, {event.held_out} held out"
        write(f"{photos}; {event.weights:,} weights on {event.backend}{step}")
    elif isinstance(event, Evaluated):
        figures = ", ".join(f"{quality.label} {quality.psnr:.2f} dB" for quality in event.qualities)
        write(f"step {event.step:,}: {figures}{' (best)' if event.best else ''}")
    elif isinstance(event, Noticed):
        write(event.text)
