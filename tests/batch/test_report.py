from dataclasses import replace
from pathlib import Path

from aictui.batch import FileResult, Item, report
from aictui.batch.report import describe
from aictui.codec.settings import Settings, Target

ITEM = Item(Path("sea.jpg"), Path("sea.aic"), Settings(target=Target("ratio", 8)), 200, 900)
DONE = FileResult(ITEM, "done", ITEM.output, 900, 75, 8.000049, 0.12345, notices=("a note",), width=20, height=10)


def test_a_file_is_described_by_what_came_of_it() -> None:
    assert describe(replace(DONE, psnr=31.23456)) == {
        "source": "sea.jpg",
        "output": "sea.aic",
        "state": "done",
        "reason": "",
        "target": "8x",
        "width": 20,
        "height": 10,
        "source_bytes": 900,
        "output_bytes": 75,
        "bytes": 75,
        "ratio": 8.0,
        "bits_per_pixel": 3.0,
        "psnr": 31.2346,
        "seconds": 0.123,
        "notices": ["a note"],
    }


def test_what_is_not_known_of_a_file_is_null() -> None:
    failed = describe(FileResult(ITEM, "failed", reason="it is damaged"))
    unknown = {"output", "width", "height", "bits_per_pixel", "psnr"}
    assert {name for name, value in failed.items() if value is None} == unknown
    assert failed["reason"] == "it is damaged"


def test_totals_count_the_bytes_of_what_was_done_alone() -> None:
    kept = replace(DONE, state="kept", output=None, output_bytes=1000)
    totals = report([DONE, kept, DONE, FileResult(ITEM, "failed")])
    assert (totals["files"], totals["states"]) == (4, {"done": 2, "kept": 1, "failed": 1})
    assert (totals["source_bytes"], totals["output_bytes"]) == (1800, 150)
