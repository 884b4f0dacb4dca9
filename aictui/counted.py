"""Numbers of things in words."""


def counted(count: int, noun: str) -> str:
    """``1 image``, ``1,250 images``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
