"""Whole numbers in as few bytes as they need: groups of seven bits, lowest first (LEB128)."""

LONGEST = 9
"""Bytes of the longest number that is read: up to 2**63 - 1."""


def varint(number: int) -> bytes:
    """A whole number from 0; the high bit of a byte says that another follows.

    >>> varint(300).hex(" ")
    'ac 02'
    """
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def read_varint(data: bytes, at: int) -> tuple[int, int] | None:
    """The number that starts at offset ``at`` and the offset behind it; ``None`` where it is cut or too long.

    >>> read_varint(bytes.fromhex("ac 02"), 0)
    (300, 2)
    """
    number = 0
    for place, group in enumerate(data[at : at + LONGEST]):
        number |= (group & 0x7F) << 7 * place
        if group < 0x80:
            return number, at + place + 1
    return None
