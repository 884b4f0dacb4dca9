"""How a compressed file is told from others, and what images are called."""

MAGIC = b"\x89AIC"
"""Its first bytes."""

SUFFIX = ".aic"
"""The end of its name."""

IMAGE_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("avif", "bmp", "dib", "gif", "heic", "heif", "ico", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg"),
        *("jxl", "pbm", "pgm", "png", "pnm", "ppm", "qoi", "tga", "tif", "tiff", "webp"),
    )
)
"""The ends of the names of images of other formats. Whether a file really is one only its header tells."""
