"""Panels: what the compare view of the application shows of a finished compression, a tab each."""

from aictui.panels.base import Panel, Result

__all__ = ["Panel", "Result"]
