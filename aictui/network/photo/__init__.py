"""The `photo` model: a linear transform bent by two small nets, and a prior that runs in exact integers."""

from aictui.network.photo.model import PhotoModel

__all__ = ["PhotoModel"]
