"""A folder for the queue, and a codec of no weight."""

import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.app import App

from aictui.batch.runner import Compressed
from aictui.codec.settings import Settings
from aictui.errors import InputError
from aictui.progress import Progress
from aictui.tui.catalog import Catalog
from aictui.tui.queue_work import Listing, find_rows
from tests.linear_model import linear_info
from tests.tui.queueing import NAMES


@pytest.fixture(autouse=True)
def leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a test leave the application as a person does: timers are at rest while its widgets go."""
    shut_down = App._shutdown

    async def leave(app: App[Any]) -> None:
        app._exit = True
        await shut_down(app)

    monkeypatch.setattr(App, "_shutdown", leave)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Puts a codec of no weight in the place of the real one; it halts in the middle while the gate is shut."""
    opened = threading.Event()
    opened.set()

    def encode(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        if b"broken" in data:
            raise InputError("the image is cut short; get the file again")
        progress(0.5, "coding")
        while not opened.wait(0.01):
            progress(0.5, "coding")
        return Compressed(b"\x89AIC" + data[: len(data) // 4], settings.target.value)

    monkeypatch.setattr("aictui.batch.runner.compress", encode)
    monkeypatch.setattr(
        "aictui.tui.widgets.queue_form.load_catalog", lambda: Catalog({"photo": linear_info()}, {}, {}, {})
    )
    monkeypatch.setattr("aictui.batch.runner.settings_identity", lambda settings: str(settings.target))
    return opened


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Makes every search for images of the queue wait while this is clear."""
    going = threading.Event()
    going.set()

    def find(*arguments: Any) -> Listing:
        going.wait(10)
        return find_rows(*arguments)

    monkeypatch.setattr("aictui.tui.queue_reports.find_rows", find)
    return going


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(NAMES):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (160 + 40 * number, 120), (number, 90, 200)).save(path)
    (tmp_path / "pictures" / "notes.txt").write_text("not an image")
    return Path("pictures")
