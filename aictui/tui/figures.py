"""The figures of a comparison, and how people read them."""

from dataclasses import dataclass, field, replace

from aictui.tui.text import ratio_text, size_text

APPROXIMATELY = "≈"
UNKNOWN = "…"
NOTHING = "–"


@dataclass(frozen=True)
class Point:
    """A point of a rate–distortion curve: bits a pixel, and PSNR in dB."""

    bits_per_pixel: float
    psnr: float


@dataclass(frozen=True)
class Figures:
    """What is known of a compressed picture; ``None`` is not known yet.

    ``metrics`` holds values by the metric's id, such as ``psnr`` in dB, and ``None`` for what cannot be measured; the
    times are seconds. ``exact`` tells that a file was made; before that, all are estimates. ``planes`` are the
    refinements of precision that the picture rests on, of which a preview has none. Where ``failed``, what is not
    known will not be.
    """

    bytes: int | None = None
    ratio: float | None = None
    bits_per_pixel: float | None = None
    encode_seconds: float | None = None
    decode_seconds: float | None = None
    exact: bool = False
    planes: int | None = None
    metrics: dict[str, float | None] = field(default_factory=dict)
    failed: bool = False

    def with_metric(self, metric: str, value: float | None) -> "Figures":
        """These figures and one more value."""
        return replace(self, metrics={**self.metrics, metric: value})

    @property
    def unknown(self) -> str:
        """What stands for a figure that is not known."""
        return NOTHING if self.failed else UNKNOWN

    @property
    def size_line(self) -> str:
        """Size, ratio and bits a pixel in a line: ``≈ 73.7 kB · 16.0x · 1.50 bpp``."""
        parts = [size_text(self.bytes), ratio_text(self.ratio), bits_text(self.bits_per_pixel)]
        line = " · ".join(part for part in parts if part)
        return line if self.exact or not line else f"{APPROXIMATELY} {line}"


def planes_text(figures: Figures) -> str:
    """``2``, ``none``, or that a preview is in one piece where planes were asked for; ``…`` while that is not known."""
    if figures.planes is None:
        return figures.unknown
    return (str(figures.planes) if figures.planes else "none") if figures.exact else "one piece"


def bits_text(bits_per_pixel: float | None) -> str:
    """``1.50 bpp``; nothing for ``None``."""
    return "" if bits_per_pixel is None else f"{bits_per_pixel:.3g} bpp"


def seconds_text(seconds: float | None) -> str:
    """``42 ms``, ``1.3 s``; nothing for ``None``."""
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def metric_text(metric: str, value: float | None, unit: str = "") -> str:
    """A metric's value with as many digits as mean something; ``–`` where it cannot be measured."""
    if value is None:
        return NOTHING
    if value == float("inf"):
        return "equal"
    digits = 4 if abs(value) <= 1.5 and metric != "psnr" else 2 if unit else 1
    return f"{value:.{digits}f}{' ' if unit else ''}{unit}"
