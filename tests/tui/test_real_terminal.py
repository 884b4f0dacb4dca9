"""The application in a real terminal, through tmux."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.browsing import make_pictures

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A terminal of its own that runs the application."""

    def __init__(self, socket: Path, arguments: str | Path, width: int, height: int, config: Path) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull]
        command = f"{sys.executable} -m aictui {arguments}; echo left with $?; exec sleep 60"
        # Nothing of what the tests run in, such as its number of columns and lines.
        kept = ("PATH", "HOME", "PYTHONPATH", "TMPDIR")
        environment = {key: value for key, value in os.environ.items() if key in kept or key.startswith("AICTUI_")}
        environment |= {"AICTUI_CONFIG": str(config), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        size = ["-x", str(width), "-y", str(height)]
        subprocess.run([*self._tmux, "new-session", "-d", *size, command], env=environment, check=True, timeout=30)

    def press(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", *keys], check=True, timeout=30)

    def resize(self, width: int, height: int) -> None:
        size = ["-x", str(width), "-y", str(height)]
        subprocess.run([*self._tmux, "resize-window", *size], check=True, timeout=30)

    def text(self) -> str:
        done = subprocess.run([*self._tmux, "capture-pane", "-p"], check=True, timeout=30, capture_output=True)
        return done.stdout.decode()

    def wait_for(self, *words: str, seconds: float = 30) -> str:
        return self.wait_until(lambda text: all(word in text for word in words), seconds)

    def wait_until(self, condition: Callable[[str], bool], seconds: float = 30) -> str:
        deadline = time.monotonic() + seconds
        while not condition(text := self.text()):
            assert time.monotonic() < deadline, f"this never came true of:\n{text}"
            time.sleep(0.05)
        return text

    def program(self) -> int:
        """The process of the application, which runs below a shell."""
        listed = subprocess.run(
            [*self._tmux, "list-panes", "-F", "#{pane_pid}"], check=True, timeout=30, capture_output=True
        )
        children = Path(f"/proc/{int(listed.stdout)}/task/{int(listed.stdout)}/children").read_text()
        return int(children.split()[0])

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, timeout=30)


@pytest.fixture(params=[(80, 24), (120, 40), (200, 60)], ids=str)
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    folder = make_pictures(tmp_path / "pictures")
    # Paths of sockets must be short.
    socket = Path("/tmp") / f"aictui-test-{os.getpid()}-{request.param[0]}"
    opened = Terminal(socket, folder, *request.param, tmp_path / "config.toml")
    yield opened
    opened.close()
    socket.unlink(missing_ok=True)


def test_a_person_finds_an_image_reads_the_help_and_leaves(terminal: Terminal) -> None:
    text = terminal.wait_for("beach.jpg", "torn.jpg", "300 × 200", "▀", "F1 Help")
    assert "5 images" in text
    terminal.press("/")
    terminal.wait_for("filter: words of the name")
    terminal.press("meadow")
    terminal.wait_for("1 of 5 images")
    terminal.press("Enter")
    terminal.wait_for("space Mark")
    terminal.press("Space")
    terminal.wait_for("● meadow 2.png", "1 marked")
    terminal.press("F1")
    terminal.wait_for("Every image of the folder")
    terminal.press("Escape")
    terminal.wait_for("meadow 2.png", "F1 Help", "Filter")
    terminal.press("F4")
    terminal.wait_for("Settings", "Theme", "darkroom")
    terminal.press("Escape")
    terminal.wait_for("1 marked")
    terminal.resize(70, 20)
    terminal.wait_for("needs at least 80×24")
    terminal.resize(100, 30)
    terminal.wait_for("meadow 2.png")
    terminal.press("q")
    terminal.wait_for("left with 0")


@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
@pytest.mark.parametrize("key", ["F1", "F2", "F4", "c"])
def test_keys_that_follow_the_one_that_leaves_do_nothing(terminal: Terminal, key: str) -> None:
    terminal.wait_for("beach.jpg", "F1 Help")
    terminal.press("q", key, "Enter")
    terminal.wait_for("left with 0")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the process")
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_it_leaves_a_terminal_that_can_be_used(terminal: Terminal, number: int) -> None:
    terminal.wait_for("beach.jpg", "F1 Help")
    os.kill(terminal.program(), number)
    text = terminal.wait_for(f"left with {128 + number}")
    assert "beach.jpg" not in text  # that was on the other screen, which is gone
    terminal.press("typed")
    terminal.wait_for("typed")  # the terminal shows what is typed again


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the process")
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
def test_ctrl_z_gives_the_terminal_back_until_the_application_goes_on(terminal: Terminal) -> None:
    terminal.wait_for("beach.jpg", "F1 Help")
    program = terminal.program()
    terminal.press("C-z")
    stopped = Path(f"/proc/{program}/stat")
    terminal.wait_until(lambda text: "beach.jpg" not in text and " T " in stopped.read_text())
    os.kill(program, signal.SIGCONT)
    terminal.wait_for("beach.jpg", "F1 Help")
    terminal.press("q")
    terminal.wait_for("left with 0")
