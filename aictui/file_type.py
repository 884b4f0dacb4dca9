"""How a compressed file is told from others, and what images are called."""

MAGIC = b"\x89AIC"
"""Its first bytes."""

SUFFIX = ".aic"
"""The end of its name."""

FORMAT = "AIC"
"""What Pillow calls the format."""

IMAGE_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("apng", "avif", "bmp", "dds", "dib", "gif", "heic", "heif", "icns", "ico", "j2k", "jfif", "jp2", "jpe"),
        *("jpeg", "jpg", "jxl", "pbm", "pcx", "pgm", "png", "pnm", "ppm", "psd", "qoi", "sgi", "tga", "tif", "tiff"),
        "webp",
    )
)
"""The ends of the names of images of other formats. Whether a file really is one only its header tells."""
