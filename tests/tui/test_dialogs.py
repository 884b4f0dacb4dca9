from pathlib import Path

import pytest
from textual.widgets import Input, Label

from aictui.errors import UsageError
from aictui.tui.app import AictuiApp
from aictui.tui.screens.dialogs import PromptDialog


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
