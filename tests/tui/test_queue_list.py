from pathlib import Path
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from aictui.batch import Advanced, Event, FileResult, Finished, Item, Started, State
from aictui.batch.find import FoundImage
from aictui.codec.settings import Settings, Target
from aictui.tui.queue_list import QueueList
from aictui.tui.queue_rows import QueueRow


def make_list(count: int) -> QueueList:
    folder = Path("pictures")
    queue = QueueList()
    queue.replace(
        QueueRow(FoundImage(folder / f"{number}.png", folder, 10 + number, 7, 1000), f"{number}.png")
        for number in range(count)
    )
    return queue


def item(row: QueueRow) -> Item:
    return Item(row.found.path, row.found.path.with_suffix(".aic"), Settings(), row.pixels, row.found.size)


def event(row: QueueRow, kind: str, size: int) -> Event:
    if kind == "started":
        return Started(item(row))
    if kind == "advanced":
        return Advanced(item(row), size / 1000, "coding")
    return Finished(FileResult(item(row), kind, None, 1000, size), 1, 1, None)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(["started", "advanced", *get_args(State), "reset", "aim", "remove"]),
            st.integers(0, 1000),
        )
    )
)
def test_totals_are_those_of_all_rows_after_any_changes(changes: list[tuple[int, str, int]]) -> None:
    queue = make_list(5)
    rows = list(queue.rows)
    for number, kind, size in changes:
        row = rows[number]
        if kind == "reset":
            queue.reset([row])
        elif kind == "aim":
            queue.aim([row], Target("ratio", 1 + size))
        elif kind == "remove":
            queue.remove([row])
        else:
            queue.take(event(row, kind, size))
    after = queue.totals
    queue.replace(queue.rows)
    assert queue.totals == after
    assert 0 <= after.fraction <= 1


def test_what_was_cancelled_is_not_done_and_what_was_planned_is() -> None:
    queue = make_list(4)
    for row, kind in zip(queue.rows, ["done", "cancelled", "cancelled", "cancelled"], strict=True):
        queue.take(event(row, kind, 10))
    assert (queue.totals.finished, queue.totals.cancelled) == (1, 3)
    assert queue.totals.fraction < 1
    for row in queue.rows:
        queue.take(event(row, "planned", 0))
    assert (queue.totals.finished, queue.totals.fraction) == (4, 1)


def test_what_was_removed_stays_out_when_the_sources_are_searched_again() -> None:
    queue = make_list(3)
    rows = list(queue.rows)
    queue.remove([rows[1]])
    queue.replace(rows)
    assert queue.rows == [rows[0], rows[2]]
    assert queue.take(event(rows[1], "done", 10)) is None


def test_columns_without_anything_to_say_are_told() -> None:
    queue = make_list(2)
    assert queue.empty_columns == {"target", "result", "ratio"}
    queue.aim(queue.rows, Target("ratio", 4))
    queue.take(event(queue.rows[0], "done", 10))
    assert queue.empty_columns == set()


def test_what_a_plugin_calls_its_work_does_nothing_to_the_terminal() -> None:
    queue = make_list(1)
    (row,) = queue.rows
    queue.take(Advanced(item(row), 0.5, "\x1b[2Jgone\n"))
    assert row.status == "▶ \\x1b[2Jgone\\n"
