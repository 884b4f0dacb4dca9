import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from aictui.batch import Batch, FileResult, Ledger, Plan
from aictui.batch.runner import Compressed
from aictui.codec.settings import Settings
from aictui.progress import Progress


def fake_encoder(data: bytes, settings: Settings, progress: Progress) -> Compressed:
    """Stands in for the codec: keeps a tenth of the bytes, and refuses what is cut short."""
    if b"broken" in data:
        raise ValueError("no picture\nin here")
    for step in range(4):
        progress(step / 4, "working")
    return Compressed(b"AIC" + str(settings.target).encode() + zlib.compress(data)[: len(data) // 10], 30.0)


def run(made: Plan, ledger: Ledger, **choice: object) -> list[FileResult]:
    choice.setdefault("encoder", fake_encoder)
    return Batch(made, ledger, identity=lambda settings: str(settings.target), **choice).run()


def states(results: list[FileResult]) -> dict[str, str]:
    return {result.item.source.name: result.state for result in results}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "state" / "batch.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def picture() -> Callable[..., Path]:
    def make(path: Path, colour: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.effect_noise(size, 40 + colour)
        image.putpixel((0, 0), colour)
        image.convert("RGB").save(path, "PNG" if path.suffix == ".png" else "JPEG")
        return path

    return make


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path]) -> Path:
    for number, name in enumerate(("a.jpg", "b.png", "c.jpg")):
        picture(tmp_path / "in" / name, number)
    return tmp_path / "in"
