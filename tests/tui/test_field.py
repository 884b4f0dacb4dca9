import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from aictui.tui.widgets.field import Field


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Field("16x")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.submitted.append(event.value)


async def type_at_once(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["backspace", "backspace", "backspace", "8", "x"], "8x"),
        (["ctrl+u", "3", "2", "x", "x", "backspace"], "32x"),
        (["end", "left", "0", "home", "delete", "2"], "260x"),
    ],
)
async def test_keys_that_arrive_at_once_are_taken_in_their_order(keys: list[str], value: str) -> None:
    app = Host()
    async with app.run_test() as pilot:
        await type_at_once(pilot, *keys, "enter")
        assert app.submitted == [value]


async def test_a_letter_that_no_key_is_bound_to_is_typed_as_ever() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", "q", "8", "0")
        assert app.query_one(Field).value == "q80"
