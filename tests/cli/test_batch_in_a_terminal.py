"""A batch in a real terminal, through tmux."""

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.tui.test_real_terminal import Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def test_every_result_has_a_line_that_the_bars_leave_alone(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(5):
        Image.new("RGB", (32, 32), (number * 40, 90, 200)).save(folder / f"p{number}.png")
    (folder / "torn.png").write_bytes((folder / "p0.png").read_bytes()[:60])
    socket = Path("/tmp") / f"aictui-test-{os.getpid()}-batch"
    arguments = f"compress {folder} -r -o {tmp_path / 'out'} --model classic --allow-larger"
    width = 300  # for two long paths in a line, and seconds of any number
    terminal = Terminal(socket, arguments, width, 30, tmp_path / "config.toml")
    try:
        text = terminal.wait_for("left with 1", seconds=60)
    finally:
        terminal.close()
        socket.unlink(missing_ok=True)
    lines = [line for line in text.splitlines() if line]
    assert sum("→" in line and "bytes" in line and ".png" in line for line in lines) == 5
    assert sum("torn.png" in line for line in lines) == 1
    assert lines[-2].startswith("5 done, 1 failed")
    assert not any("━" in line for line in lines)
