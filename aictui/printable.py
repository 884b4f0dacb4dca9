"""Names and values that come from outside, as messages may show them."""

import re

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""A character that does something to a terminal, or that cannot be encoded."""


_LONGEST = 200
"""Characters of a value that a message repeats."""


def shown(value: object) -> str:
    """A value as Python writes it, in one line that is not too long, for a message that it is the wrong one."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # a whole number of thousands of digits, which Python refuses to write out
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def printable(text: str) -> str:
    r"""``text`` with control characters, and bytes that are not UTF-8, as escapes such as ``\x1b``.

    They would move the cursor, change colours, turn what follows around or fail to be encoded.
    """
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
