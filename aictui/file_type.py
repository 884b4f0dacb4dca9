"""How a compressed file is told from others."""

MAGIC = b"\x89AIC"
"""Its first bytes."""

SUFFIX = ".aic"
"""The end of its name."""
