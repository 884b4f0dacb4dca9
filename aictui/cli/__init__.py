"""The command line: a thin shell over the same core as the application and the library."""

from aictui.cli.main import main

__all__ = ["main"]
