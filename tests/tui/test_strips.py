from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from aictui.tui.strips import LazyStrip, padded

CONSOLE = Console(color_system="truecolor", force_terminal=True)


def test_segments_are_made_when_they_are_asked_for():
    made = []

    def make():
        made.append(1)
        return [Segment("ab")]

    strip = LazyStrip(2, make, "rendered")
    assert (strip.render(CONSOLE), strip.cell_length, made) == ("rendered", 2, [])
    assert (strip.text, strip.text, made) == ("ab", "ab", [1])


def test_a_padded_strip_renders_and_reads_alike():
    strip = padded(LazyStrip(2, lambda: [Segment("ab")], "AB"), 1, 2, Style(), CONSOLE)
    assert strip.cell_length == 5
    assert strip.text == " ab  "
    assert strip.render(CONSOLE) == " AB  "
