"""The errors that aictui raises, each one clear line with an exit code of its own.

::

    AictuiError                  exit 1
    ├── UsageError               exit 2   the request contradicts itself or names what does not exist
    ├── InputError               exit 3   a source cannot be read, or is not an image
    ├── FormatError              exit 4   not an .aic file, or a damaged one
    ├── MissingComponentError    exit 5   a model or plugin that is needed is not installed
    ├── CombinationError         exit 6   model, chunker, quantizer and entropy coder that do not fit together
    ├── TargetError              exit 7   a ratio, size or quality that cannot be reached
    ├── OutputError              exit 8   a result cannot be written, or would overwrite a file
    ├── PluginError              exit 9   a plugin failed
    └── Cancelled                exit 130 the user asked to stop

A message says what was asked, what was found and what to do, in one line.
"""

__all__ = [
    "AictuiError",
    "Cancelled",
    "CombinationError",
    "FormatError",
    "InputError",
    "MissingComponentError",
    "OutputError",
    "PluginError",
    "TargetError",
    "UsageError",
]


class AictuiError(Exception):
    """Base of every error that aictui raises on purpose; ``str()`` of it is one line for the user."""

    exit_code = 1
    title = "Something went wrong"


class UsageError(AictuiError):
    """The request contradicts itself or names something that does not exist."""

    exit_code = 2
    title = "This request does not work"


class InputError(AictuiError):
    """A source cannot be read, or is not an image."""

    exit_code = 3
    title = "The image cannot be read"


class FormatError(AictuiError):
    """The data is not an ``.aic`` file, or is damaged."""

    exit_code = 4
    title = "The file is damaged"


class MissingComponentError(AictuiError):
    """A model or a plugin that is needed is not installed."""

    exit_code = 5
    title = "Something is not installed"


class CombinationError(AictuiError):
    """Model, chunker, quantizer and entropy coder do not fit together."""

    exit_code = 6
    title = "These do not fit together"


class TargetError(AictuiError):
    """A ratio, size or quality cannot be reached."""

    exit_code = 7
    title = "The target cannot be reached"


class OutputError(AictuiError):
    """A result cannot be written, or would overwrite a file."""

    exit_code = 8
    title = "The result cannot be written"


class PluginError(AictuiError):
    """A plugin failed; the message names it and the way out."""

    exit_code = 9
    title = "A plugin failed"


class Cancelled(AictuiError):  # noqa: N818 - an answer to the user's wish, not an error
    """The user asked to stop."""

    exit_code = 130
    title = "Cancelled"


def reason_of(error: OSError | ValueError) -> str:
    """What the system says of an error, without its number; a name with a NUL in it is a `ValueError`."""
    return getattr(error, "strerror", None) or str(error)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory did not suffice, of which frameworks tell in their own ways."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or "resource_exhausted" in words or "out of memory" in words
