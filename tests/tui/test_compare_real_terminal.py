"""The compare view in a real terminal, with the model that is shipped."""

import os
import shutil
from pathlib import Path

import pytest

from aictui.network import store
from tests.tui.fakes import make_photo
from tests.tui.test_real_terminal import Terminal

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.skipif(
        not any(store.shipped_folder().glob("photo/*.safetensors")), reason="the photo model is not there"
    ),
]


def test_a_person_compares_and_saves_with_the_shipped_model(tmp_path):
    (tmp_path / "pictures").mkdir()
    photo = make_photo(tmp_path / "pictures" / "harbour.png")
    socket = Path("/tmp") / f"aictui-compare-{os.getpid()}"
    terminal = Terminal(socket, photo.parent, 80, 24, tmp_path / "config.toml")
    try:
        terminal.wait_for("harbour.png", "F1 Help")
        terminal.press("Enter")
        terminal.wait_for("◀ original", "photo · ", "✓ exact", seconds=180)
        terminal.press("s")
        terminal.wait_for("If it exists", "harbour.aic")
        terminal.press("Enter")
        terminal.wait_for("Saved, ", "harbour.aic")
        assert photo.with_suffix(".aic").stat().st_size <= 96 * 144 * 3 / 16
        terminal.press("Escape")
        terminal.wait_for("harbour.aic", "2 images")
        terminal.press("q")
        terminal.wait_for("left with 0")
    finally:
        terminal.close()
        socket.unlink(missing_ok=True)
