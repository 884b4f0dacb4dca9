from pathlib import Path

import pytest
from textual.color import Color
from textual.widgets import Button, Input, Label
from textual.widgets._toast import Toast

from aictui.errors import UsageError
from aictui.tui.app import AictuiApp
from aictui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from tests.tui.browsing import until


def even(text: str) -> None:
    if len(text) % 2:
        raise UsageError(f"{text} is odd; type one letter more")


async def test_an_answer_that_does_not_do_is_told_and_can_be_mended(tmp_path: Path) -> None:
    answers: list[str | None] = []
    async with AictuiApp(tmp_path).run_test(size=(80, 24)) as pilot:
        dialog = PromptDialog("Pairs", "Letters", check=even)
        pilot.app.push_screen(dialog, answers.append)
        await pilot.pause()
        problem = dialog.query_one("#problem", Label)
        await pilot.press(*"abc", "enter")
        assert (pilot.app.screen, dialog.query_one(Input).value) == (dialog, "abc")
        assert problem.display
        assert problem.content == "✗ abc is odd; type one letter more"
        await pilot.press("d")
        assert not problem.display
        await pilot.press("enter")
        assert answers == ["abcd"]


@pytest.mark.parametrize("width", [80, 120])
async def test_a_long_question_is_shown_whole(tmp_path: Path, width: int) -> None:
    question = "A ratio (32x), size (100kB), PSNR (35dB) or quality (q80); empty: as all the others"
    async with AictuiApp(tmp_path).run_test(size=(width, 24)) as pilot:
        dialog = PromptDialog("Target", question)
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        label = dialog.query(Label).first()
        text = " ".join(strip.text.strip() for strip in label.render_lines(label.size.region))
        assert text.strip() == question


@pytest.mark.parametrize("theme", ["darkroom", "lightbox"])
async def test_only_the_button_that_enter_presses_stands_out(tmp_path: Path, theme: str) -> None:
    app = AictuiApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        dialog = ConfirmDialog("Really?", "It is a question.", "Delete", "Cancel")
        await app.push_screen(dialog)
        await pilot.pause()
        yes, no = dialog.query_one("#yes", Button), dialog.query_one("#no", Button)
        assert dialog.focused is no
        marked, quiet = (Color.parse(app.theme_variables[name]) for name in ("block-cursor-background", "panel"))
        assert (no.styles.background, yes.styles.background) == (marked, quiet)
        await pilot.press("left")
        assert (yes.styles.background, no.styles.background) == (marked, quiet)
        subtitle = str(dialog.query_one(".dialog").border_subtitle)
        assert subtitle == "enter to answer · y to delete · esc to cancel"


async def test_no_notice_covers_the_answers_to_a_question(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=(80, 24), notifications=True) as pilot:
        for number in range(3):
            pilot.app.notify(f"Notice {number} takes two lines or three of what there is.", title="Something happened")
        await pilot.pause()
        await pilot.app.push_screen(ConfirmDialog("Work is running", "Quit anyway?", "Quit", "Stay"))
        await pilot.pause()
        for button in pilot.app.screen.query(Button):
            assert pilot.app.screen.get_widget_at(*button.region.offset)[0] is button
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen.query(Toast)) == 3)
        assert all(toast.region.area for toast in pilot.app.screen.query(Toast))
