import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from aictui import config
from aictui.cli.main import run


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, and what it wrote to standard output and error."""

    code: int
    data: bytes
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> list[Any]:
        """The objects that it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Outcome]


@pytest.fixture
def aictui(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Command]:
    """Runs ``aictui`` with these arguments, in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    logger = logging.getLogger("aictui")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)

    def invoke(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run([str(argument) for argument in arguments])
        captured = capsysbinary.readouterr()
        return Outcome(code, captured.out, captured.err.decode())

    return invoke


@pytest.fixture
def image(tmp_path: Path, photo: NDArray[np.uint8]) -> Path:
    """A picture on disk, 144 × 96 pixels."""
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture
def small_model(linear: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the model that needs no framework the default."""
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / ".config" / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    config.update("defaults", {"model": "linear"})
