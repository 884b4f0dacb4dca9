from enum import Enum
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from aictui.chunkers.base import Chunker, ChunkGrid
from aictui.chunkers.rgb16 import Rgb16
from aictui.entropy.base import EntropyCoder
from aictui.entropy.raw import Raw
from aictui.errors import PluginError
from aictui.metrics.base import Metric
from aictui.options import Option
from aictui.panels import Panel, Result
from aictui.plugins.checks import checked
from aictui.plugins.sources import PluginSource

SOURCE = PluginSource("mine", "mine")
SILENT = {"id": "mine", "like": "rgb16", "chunk_size": 768}
TWICE = Option("depth", "int", 3, "how deep to look")


class Pane(Panel):
    id = "pane"
    title = "Pane"

    def render(self, result: Result) -> str:
        return result.path.name


Word = Enum("Word", {"MINE": "mine"}, type=str)


def coder(**attributes: object) -> type:
    return type("Mine", (Raw,), {"id": "mine", **attributes})


def chunker(**attributes: object) -> type:
    return type("Mine", (Rgb16,), {"id": "mine", **attributes})


def metric(**fields: object) -> Metric:
    return Metric(**{"id": "mine", "title": "Mine", "measure": lambda a, b: 0.0, **fields})


class Silent(Chunker):
    """Says nothing of itself."""

    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        raise NotImplementedError

    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        raise NotImplementedError


def panel(**attributes: object) -> type:
    return type("Mine", (Pane,), attributes)


def test_what_its_hook_asks_for_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    assert checked("panel", Pane, SOURCE) is Pane
    assert checked("model", tmp_path / "model.safetensors", SOURCE) == tmp_path / "model.safetensors"
    assert checked("entropy coder", coder(), SOURCE).id == "mine"
    assert checked("chunker", chunker(), SOURCE).like == "rgb16"
    assert checked("metric", metric(unit="dB"), SOURCE).unit == "dB"


class Trap:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __get__(self, instance: object, owner: type) -> object:
        raise self.error


@pytest.mark.parametrize(
    ("kind", "item", "says"),
    [
        ("entropy coder", coder(summary="two\nlines"), "Mine.summary must be a line of text"),
        ("chunker", type("Mine", (Silent,), {"id": "mine", "like": "rgb16"}), "Mine.chunk_size must be"),
        ("chunker", chunker(chunk_size="768"), "Mine.chunk_size must be"),
        ("chunker", chunker(chunk_size=0), "Mine.chunk_size must be"),
        ("chunker", chunker(chunk_size=True), "Mine.chunk_size must be"),
        ("chunker", chunker(like=7), "Mine.like must be the id of the chunker"),
        ("chunker", chunker(like=""), "Mine.like must be the id of the chunker"),
        ("chunker", chunker(planes="yes"), "Mine.planes must be True or False"),
        ("metric", metric(title=None), "title of metric mine must be a line of text"),
        ("metric", metric(title=""), "title of metric mine must be a line of text"),
        ("metric", metric(unit="dB\n"), "unit of metric mine must be a line of text"),
        ("metric", metric(measure=5), "measure of metric mine must be a function"),
        ("metric", metric(higher_is_better=1), "higher_is_better of metric mine must be True or False"),
        ("metric", metric(minimum_side="big"), "minimum_side of metric mine must be a whole number"),
        ("metric", metric(minimum_side=0), "minimum_side of metric mine must be a whole number"),
        ("entropy coder", coder(options=None), "Mine.options must be a tuple of Option"),
        ("entropy coder", coder(options=(3,)), "Mine.options must be a tuple of Option"),
        ("entropy coder", coder(id=3), "Mine.id must be"),
        ("entropy coder", coder(id=Word.MINE), "Mine.id must be a plain string"),
        ("entropy coder", coder(version="1"), "Mine.version must be"),
        ("entropy coder", coder(symbol_range="abc"), "Mine.symbol_range must be None or"),
        ("entropy coder", coder(symbol_range=(0, 1.5)), "Mine.symbol_range must be None or"),
        ("entropy coder", coder(symbol_range=(1, 0)), "Mine.symbol_range must be None or"),
        ("entropy coder", coder(fixed_width=True, symbol_range=None), "Mine.fixed_width must be False, or True with"),
        ("entropy coder", coder(fixed_width="no", symbol_range=(0, 9)), "Mine.fixed_width must be False, or True with"),
        ("entropy coder", coder(options=(TWICE, TWICE)), "Mine.options has two of one name"),
        ("chunker", chunker(margin="x"), "Mine.margin must be a whole number"),
        ("chunker", chunker(margin=-1), "Mine.margin must be a whole number"),
        ("chunker", chunker(grid_shape=lambda made, shape: (1, 1)), "each chunk stands for 16×16 pixels"),
        ("entropy coder", coder(version=Trap(RuntimeError("hands off"))), "RuntimeError: hands off"),
        ("entropy coder", coder(version=Trap(SystemExit(3))), "SystemExit: 3"),
        ("model", Path("nowhere.safetensors"), "is not the path of a file"),
        ("metric", Metric(3, "x", lambda a, b: 0.0), "is not a Metric with an id"),  # type: ignore[arg-type]
        ("panel", SimpleNamespace(id="x"), "is not a subclass of Panel"),
        ("panel", type("Mine", (Panel,), {"title": "x"}), "Mine.id must be"),
        ("panel", panel(id="Not an id"), "Mine.id must be"),
        ("panel", panel(title=None), "Mine.title must be"),
        ("panel", type("Mine", (Panel,), {"id": "x", "title": "x"}), "Mine lacks render"),
        ("chunker", type("Mine", (Chunker,), SILENT), "Mine lacks split and join"),
        ("entropy coder", type("Mine", (EntropyCoder,), {"id": "mine", "encode": Raw.encode}), "Mine lacks decode"),
    ],
)
def test_anything_else_is_an_error_of_the_plugin(kind: str, item: object, says: str) -> None:
    named = "an entropy coder" if kind == "entropy coder" else f"a {kind}"
    with pytest.raises(PluginError, match=f"plugin mine registers {named} that cannot be used") as error:
        checked(kind, item, SOURCE)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
