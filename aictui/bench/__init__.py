"""Rate–distortion benchmark of our models beside the established formats."""

from aictui.bench.benchmark import Benchmark, run

__all__ = ["Benchmark", "run"]
