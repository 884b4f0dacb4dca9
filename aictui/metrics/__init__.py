"""Image quality metrics and the comparison of rate–distortion curves."""

from aictui.metrics.base import Metric
from aictui.metrics.bd_rate import bd_rate
from aictui.metrics.ms_ssim import MS_SSIM, ms_ssim
from aictui.metrics.psnr import PSNR, psnr
from aictui.metrics.ssimulacra2 import SSIMULACRA2, ssimulacra2

__all__ = ["Metric", "bd_rate", "built_in", "ms_ssim", "psnr", "ssimulacra2"]


def built_in() -> tuple[Metric, ...]:
    """The metrics that aictui brings."""
    return PSNR, MS_SSIM, SSIMULACRA2
