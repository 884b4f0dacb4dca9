"""Paths as people type them."""

from pathlib import Path

from aictui.errors import UsageError, reason_of


def typed_path(text: str) -> Path:
    """The path that ``text`` means, where ``~`` is the home folder; raises `UsageError` for a user that is unknown."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        user = path.parts[0]
        raise UsageError(
            f"{text}: there is no user {user[1:]}; write ./{text} for what is called {user} here"
            if user != "~"
            else f"{text}: nobody knows where your home folder is; write the path without ~"
        ) from None


def absolute_typed_path(text: str) -> Path:
    """As `typed_path`, but from the root; raises `UsageError` too where the present folder is gone."""
    path = typed_path(text)
    try:
        return path.absolute()
    except FileNotFoundError:
        raise UsageError(f"{text}: the present folder was removed; type the path from the root") from None


def place_at(text: str) -> tuple[Path, bool]:
    """The absolute path of something that exists, and whether it is a folder; raises `UsageError`."""
    path = absolute_typed_path(text)
    try:
        path.stat()
        return path, path.is_dir()
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{path} does not exist; type the path of a folder or an image") from None
    except PermissionError:
        raise UsageError(f"{path} may not be entered (permission denied); type another path") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be opened: {reason_of(error)}; type another path") from None
