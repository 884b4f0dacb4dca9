"""``python -m aictui`` is ``aictui``: the way into the program, which imports nothing before it can be interrupted."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs ``aictui`` with the program's arguments and exits, quietly on Ctrl-C while the program is still imported."""
    try:
        from aictui.cli import main as run

        run()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            print("aictui: cancelled", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
