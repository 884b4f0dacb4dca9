import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .killed_batch import expected

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("AICTUI_TEST_KILLS", "6"))
"""Times that each test kills a batch at a random moment; the figures in docs/batch.md come from more."""


class Tree:
    """A folder of images, their contents, and a trash of its own."""

    def __init__(self, root: Path, picture: Callable[..., Path], count: int) -> None:
        self.root = root
        self.folder = root / "in"
        for number in range(count):
            picture(self.folder / f"{number % 3}" / f"{number:03}.png", number % 256)
        (self.folder / "notes.txt").write_text("not an image")
        self.images = {path: path.read_bytes() for path in self.folder.rglob("*.png")}

    def start(self, place: str, step: int = 0) -> subprocess.Popen[str]:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(self.root / "home")}
        script = str(Path(__file__).with_name("killed_batch.py"))
        arguments = [sys.executable, script, str(self.folder), str(self.root / "ledger.sqlite"), place, str(step)]
        return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True)

    def check(self, place: str) -> None:
        """Nothing is lost and nothing half-written carries a final name."""
        trash = self.root / "home" / "Trash" / "files"
        for path, data in self.images.items():
            output = path.with_suffix(".aic")
            if output.exists():
                assert output.read_bytes() == expected(data), f"{output} is half-written"
            if not path.exists():
                assert place == "replace"
                assert output.exists(), f"{path} is gone without a result"
                # Killed between noting the name in the trash and the move, the next run takes the next free name.
                kept = trash.glob(f"{path.stem}*.png")
                assert data in [file.read_bytes() for file in kept], f"{path} is lost"
            else:
                assert path.read_bytes() == data

    def check_complete(self, place: str) -> None:
        """Every image has its one result, and nothing else is there."""
        self.check(place)
        outputs = {path.with_suffix(".aic") for path in self.images}
        originals = set() if place == "replace" else set(self.images)
        there = {path for path in self.folder.rglob("*") if path.is_file()}
        assert there == outputs | originals | {self.folder / "notes.txt"}


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


@pytest.mark.parametrize("place", ["beside", "replace"])
def test_a_batch_killed_at_random_moments_loses_and_repeats_nothing(
    tmp_path: Path, picture: Callable[..., Path], place: str
) -> None:
    tree = Tree(tmp_path, picture, 15 * KILLS)
    for _ in range(KILLS):
        process = tree.start(place)
        time.sleep(random.uniform(0.15, 0.7))
        process.kill()
        process.communicate()
        tree.check(place)
    finish(tree.start(place))
    tree.check_complete(place)
    assert finish(tree.start(place)) == ("" if place == "replace" else "skipped")


@pytest.mark.parametrize("place", ["beside", "replace"])
def test_a_batch_that_dies_between_any_two_steps_goes_on(
    tmp_path: Path, picture: Callable[..., Path], place: str
) -> None:
    tree = Tree(tmp_path, picture, 3)
    for step in range(5, 5 + 5 * KILLS, 5):
        process = tree.start(place, step)
        process.communicate(timeout=60)
        tree.check(place)
    finish(tree.start(place))
    tree.check_complete(place)
