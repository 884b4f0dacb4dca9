"""Waiting for other processes, and threads, that change the same thing."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def alone(what: str, busy: Exception | None = None) -> Iterator[None]:
    """Waits until nobody else of this user is in a block for ``what``, a word: the name of a lock in the state folder.

    Raises ``busy`` instead of waiting, where that is given. On Windows, and where the state folder cannot hold locks,
    it waits for nobody, so that work goes on all the same.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            import platformdirs

            folder = platformdirs.user_state_path("aictui", appauthor=False, ensure_exists=True)
            file = held.enter_context((folder / f"{what}.lock").open("ab"))
            try:
                # Let go of when the file is closed, by the end of the process at last.
                fcntl.flock(file, fcntl.LOCK_EX if busy is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if busy is not None:
                    raise busy from None
        yield
