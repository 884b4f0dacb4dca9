"""Names that come from outside, as a terminal may show them."""

import re

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""A character that does something to a terminal, or that cannot be encoded."""


def printable(text: str) -> str:
    r"""``text`` with control characters, and bytes that are not UTF-8, as escapes such as ``\x1b``.

    They would move the cursor, change colours, turn what follows around or fail to be encoded.
    """
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
