"""What the compare view says about its two pictures, and about the file of one of them."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aictui.codec.peers import Peer
from aictui.printable import printable
from aictui.tui.comparison import Comparison
from aictui.tui.text import place_text, ratio_text, size_text
from aictui.tui.widgets.standings import ORIGINAL


def left_title(comparison: Comparison, left: str, peers: Mapping[str, Peer]) -> str:
    """The name of the left side: the original, or the picture of the peer with the id ``left``."""
    if left == ORIGINAL:
        return ORIGINAL
    result = comparison.peers.get(left)
    if left in comparison.unmatched:
        return f"{ORIGINAL} ({peers[left].title} cannot encode it)"
    if result is None:
        return f"{ORIGINAL} ({peers[left].title} comes with the file)"
    return f"{result.peer.title} {result.setting} · {size_text(result.size)}"


def right_title(comparison: Comparison) -> str:
    """The name of the compressed picture, which may be yet to come, or of which none can be made."""
    failed = comparison.figures.failed
    if comparison.picture is None:
        return "✗ no compressed picture" if failed else "compressed picture comes …"
    parts = [comparison.settings.model, ratio_text(comparison.figures.ratio)]
    if not comparison.current:
        parts.append("of before" if failed else "updating …")
    return " · ".join(part for part in parts if part)


def image_facts(comparison: Comparison, scale: float | None, *, briefly: bool = False) -> str:
    """The size of the image, the ``scale`` at which it is shown, and unless ``briefly`` what reading it has changed.

    Empty while it is not read.
    """
    source = comparison.source
    if source is None:
        return ""
    facts = [f"{source.width} × {source.height}", f"{size_text(source.raw_bytes)} raw"]
    facts += [] if scale is None else [f"shown at {scale:.0%}"]
    facts += [] if briefly else map(printable, source.notices)
    return " · ".join(facts)


def save_note(comparison: Comparison) -> str:
    """What one should know of the file before it is saved."""
    note = f"{comparison.settings.model} · {comparison.figures.size_line}"
    size = comparison.figures.bytes
    with suppress(OSError):  # the image may be gone since it was read
        if size is not None and size > comparison.path.stat().st_size:
            note += f"\nlarger than {printable(comparison.path.name)}"
    return note


def saved_lines(comparison: Comparison, path: Path, *, outdated: bool) -> list[str]:
    """Where the file was saved, and what of the image is not in it; ``outdated`` where that has changed meanwhile."""
    lines = [place_text(path), *map(printable, comparison.notices)]
    if outdated:
        lines.append(f"{printable(comparison.path.name)} has changed meanwhile; this is what it was before.")
    return lines
