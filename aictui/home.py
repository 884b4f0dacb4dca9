"""Paths in the user's home folder."""

import os
from pathlib import Path


def with_home(path: str | os.PathLike[str]) -> Path:
    """The path, where ``~`` is the home folder; where there is no such user, it is a name like others, as in a shell.

    A name of bytes is a name too.

    >>> with_home("~no such user/sea.png").parts
    ('~no such user', 'sea.png')
    """
    return Path(os.path.expanduser(os.fsdecode(path)))  # noqa: PTH111 - that of pathlib raises where there is no such user
