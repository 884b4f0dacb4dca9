from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from aictui import config
from aictui.tui.app import AictuiApp
from aictui.tui.themes import THEMES
from aictui.tui.widgets.key_bar import KeyBar
from tests.tui.browsing import until


async def test_the_border_of_the_focused_pane_stands_out_in_every_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    async with AictuiApp(tmp_path).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: pilot.app.focused is not None)
        for theme in pilot.app.available_themes:
            pilot.app.theme = theme
            await pilot.pause()
            panes = list(pilot.app.screen.query(".pane"))
            (focused,) = [pane for pane in panes if pane.has_focus_within]
            quiet = {pane.styles.border_top for pane in panes if pane is not focused}
            assert focused.styles.border_top not in quiet, theme


async def test_the_keys_of_the_key_bar_stand_out_in_every_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    async with AictuiApp(tmp_path).run_test(size=(120, 40)) as pilot:
        for theme in pilot.app.available_themes:
            pilot.app.theme = theme
            await pilot.pause()
            for part in ("key", "label"):
                styles = pilot.app.screen.query_one(KeyBar).get_component_styles(f"key-bar--{part}")
                if styles.color.ansi is None:  # those of the terminal are its own affair
                    assert abs(styles.color.brightness - styles.background.brightness) > 0.15, (theme, part)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_stands_out_does_not_look_like_an_error_in_sixteen_colours(theme: Theme) -> None:
    primary, error = (Color.parse(color).downgrade(ColorSystem.STANDARD) for color in (theme.primary, theme.error))
    assert primary.number != error.number
