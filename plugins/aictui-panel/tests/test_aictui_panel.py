"""The panel tells what is in a file."""

from io import StringIO
from types import SimpleNamespace

import numpy as np
from aictui_panel import SymbolsPanel, entropy
from rich.console import Console


def shown(symbols, width=80) -> str:
    parts = [SimpleNamespace(present=size) for size in (4000, 0, 1000)]
    info = SimpleNamespace(header_bytes=42, parts=parts)
    console = Console(width=width, record=True, file=StringIO())
    console.print(SymbolsPanel().render(SimpleNamespace(info=info, symbols=symbols)))
    return console.export_text()


def test_parts_have_bars_in_proportion():
    lines = shown(None).splitlines()
    bars = {line.split()[0] + line.split()[1]: line.count("█") for line in lines if line.startswith("part")}
    assert bars == {"part0": 32, "part1": 0, "part2": 8}


def test_in_a_narrow_pane_the_bars_give_way_to_what_they_stand_for():
    text = shown(np.array([[[0, 0, 0, 1], [-1, 3, -70, 0]]], np.int32), width=24)
    lines = [line.split() for line in text.splitlines()]
    for row in (["header", "42"], ["part", "0", "4,000"], ["part", "2", "1,000"], ["0", "50.00%"], ["17–64", "0.00%"]):
        assert row in [line[: len(row)] for line in lines]
    assert text.count("█") > 4


def test_symbols_are_counted_by_size():
    text = shown(np.array([[[0, 0, 0, 1], [-1, 3, -70, 0]]], np.int32))
    assert "0  50.00%" in text
    assert "3–4  12.50%" in text
    assert "65 up  12.50%" in text


def test_the_entropy_of_a_fair_coin_is_one_bit():
    assert entropy(np.array([0, 1, 0, 1], np.int32)) == 1
