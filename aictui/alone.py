"""Waiting for other processes, and threads, that change the same thing."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def alone(what: str) -> Iterator[None]:
    """Waits until nobody else of this user is in a block for ``what``, a word: the name of a lock in the state folder.

    Not on Windows, and not where the state folder cannot hold locks: nobody is kept from his work for that.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            import platformdirs

            folder = platformdirs.user_state_path("aictui", appauthor=False, ensure_exists=True)
            file = held.enter_context((folder / f"{what}.lock").open("ab"))
            fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file is closed, by the end of the process at last
        yield
