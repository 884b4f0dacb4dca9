"""``python -m aictui`` is ``aictui``."""

from aictui.cli import main

main()
