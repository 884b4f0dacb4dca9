"""The results of a batch as JSON values."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aictui.batch.events import FileResult


def report(results: Sequence[FileResult]) -> dict[str, Any]:
    """Totals, then every file: what became of it and why."""
    done = [result for result in results if result.state == "done"]
    return {
        "files": len(results),
        "states": dict(Counter(result.state for result in results)),
        "source_bytes": sum(result.source_bytes for result in done),
        "output_bytes": sum(result.output_bytes for result in done),
        "results": [describe(result) for result in results],
    }


def describe(result: FileResult) -> dict[str, Any]:
    """What became of a file, ``None`` for what is not known of it; ``bytes`` is another name of ``output_bytes``."""
    pixels = result.width * result.height
    return {
        "source": str(result.item.source),
        "output": None if result.output is None else str(result.output),
        "state": result.state,
        "reason": result.reason,
        "target": str(result.item.settings.target),
        "width": result.width or None,
        "height": result.height or None,
        "source_bytes": result.source_bytes,
        "output_bytes": result.output_bytes,
        "bytes": result.output_bytes,
        "ratio": round(result.ratio, 4),
        "bits_per_pixel": round(8 * result.output_bytes / pixels, 4) if pixels else None,
        "psnr": None if result.psnr is None else round(result.psnr, 4),
        "seconds": round(result.seconds, 3),
        "notices": list(result.notices),
    }
