"""Many files at once: a batch with its bars, results and exit code."""

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aictui.batch import Advanced, Batch, Event, FileResult, Finished, Plan, Started, open_ledger, report
from aictui.batch.report import describe
from aictui.cli.terminal import print_json, say
from aictui.counted import counted
from aictui.errors import Cancelled
from aictui.printable import printable

Show = Callable[[Event], None]

PATIENCE = 10.0
"""Seconds after Ctrl-C within which files at work have ended themselves."""

_WATCH = 0.2  # seconds after which to look at a thread again: Windows interrupts no wait without an end


def run_batch(plan: Plan, *, refused: int, dry_run: bool, as_json: bool, quiet: bool) -> int:
    """Runs a plan, tells what became of each file, and returns the exit code: 1 where a file failed.

    ``refused`` files failed already.

    Raises `Cancelled` on Ctrl-C, when no file is left half-written.
    """
    ledger = open_ledger(lambda text: say(f"aictui: {text}"))
    try:
        crowded = as_json and sys.stdout.isatty()  # lines for programs make no way for bars
        with _bars(plan, quiet=quiet or dry_run or crowded) as show:

            def notify(event: Event) -> None:
                if isinstance(event, Finished):
                    _tell(event.result, as_json=as_json, quiet=quiet)
                show(event)

            batch = Batch(plan, ledger, notify)
            results = _look_ahead(batch, notify) if dry_run else _run(batch)
    finally:
        ledger.close()
    if any(result.state == "cancelled" for result in results):
        raise Cancelled("cancelled")
    if not quiet and not as_json:
        _summarise(results, refused)
    return 1 if refused or any(result.state == "failed" for result in results) else 0


def _look_ahead(batch: Batch, notify: Show) -> list[FileResult]:
    results = []
    for result in batch.outlook():
        results.append(result)
        notify(Finished(result, len(results), len(batch.plan.items), None))
    return results


def _run(batch: Batch) -> list[FileResult]:
    # In a thread, so that Ctrl-C reaches this one and can ask the workers to stop.
    outcome: list[list[FileResult] | BaseException] = []
    ended = threading.Event()  # a thread whose `join` was interrupted counts as ended

    def work() -> None:
        try:
            outcome.append(batch.run())
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    try:
        threading.Thread(target=work, name="batch").start()
        while not ended.wait(_WATCH):
            pass
    except KeyboardInterrupt:
        batch.control.cancel()
        with suppress(KeyboardInterrupt):  # pressed again, by somebody in a hurry
            ended.wait(PATIENCE)
        if not ended.is_set():  # in a plugin's code perhaps, which may never end, and Python would wait for it
            say("aictui: cancelled")
            os._exit(Cancelled.exit_code)
        raise
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def _tell(result: FileResult, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json(describe(result))
        return
    if result.state == "failed":
        reason = result.reason.removeprefix(f"{result.item.source}: ").removeprefix(f"{result.item.source} ")
        say(f"aictui: {result.item.source}: {reason}")
        return
    words = {
        "done": f"→ {result.output}  {result.output_bytes:,} bytes, {result.ratio:.2f}x, {result.seconds:.1f} s",
        "planned": f"→ {result.output}",
    }
    reason = f": {result.reason}" if result.reason not in {"", result.state} else ""
    say(f"{result.item.source} {words.get(result.state, f'{result.state}{reason}')}", quiet=quiet)
    for notice in result.notices:
        say(f"{result.item.source}: {notice}", quiet=quiet)


def _summarise(results: list[FileResult], refused: int) -> None:
    totals = report(results)
    counts = Counter(totals["states"]) + Counter(failed=refused)
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    saved = 1 - totals["output_bytes"] / totals["source_bytes"] if totals["source_bytes"] else 0
    share = f"{saved:.1%} saved" if saved > 0 else f"{-saved:.1%} more"
    sizes = f"; {totals['source_bytes']:,} → {totals['output_bytes']:,} bytes ({share})" if saved else ""
    say(f"{states}{sizes}")


@contextmanager
def _bars(plan: Plan, *, quiet: bool) -> Iterator[Show]:
    if quiet or not sys.stderr.isatty():
        yield lambda _event: None
        return
    from rich.markup import escape
    from rich.progress import BarColumn, TaskID, TextColumn

    from aictui.cli.bars import bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with bars(*columns) as shown:
        whole = shown.add_task(counted(len(plan.items), "file"), total=len(plan.items), note="")
        tasks: dict[Path, TaskID] = {}

        def show(event: Event) -> None:
            if isinstance(event, Started):
                title = escape(printable(event.item.source.name))
                tasks[event.item.source] = shown.add_task(title, total=1.0, note="")
            elif isinstance(event, Advanced):
                shown.update(tasks[event.item.source], completed=event.fraction, note=escape(printable(event.phase)))
            else:
                if event.result.item.source in tasks:
                    shown.remove_task(tasks.pop(event.result.item.source))
                left = "" if event.seconds_left is None else f"{event.seconds_left:.0f} s left"
                shown.update(whole, completed=event.done, note=f"{event.done} of {event.total}  {left}")

        yield show
