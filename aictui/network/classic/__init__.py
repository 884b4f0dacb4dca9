"""The `classic` model: every chunk by itself to ordered latents and back, the original method."""

from aictui.network.classic.model import ClassicModel

__all__ = ["ClassicModel"]
