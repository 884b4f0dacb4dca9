"""The results of a batch as JSON values."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aictui.batch.events import Result


def report(results: Sequence[Result]) -> dict[str, Any]:
    """Totals, then every file: what became of it and why."""
    done = [result for result in results if result.state == "done"]
    return {
        "files": len(results),
        "states": dict(Counter(result.state for result in results)),
        "source_bytes": sum(result.source_bytes for result in done),
        "output_bytes": sum(result.output_bytes for result in done),
        "results": [
            {
                "source": str(result.item.source),
                "output": None if result.output is None else str(result.output),
                "state": result.state,
                "reason": result.reason,
                "target": str(result.item.settings.target),
                "source_bytes": result.source_bytes,
                "output_bytes": result.output_bytes,
                "ratio": round(result.ratio, 4),
                "seconds": round(result.seconds, 3),
                "notices": list(result.notices),
            }
            for result in results
        ],
    }
