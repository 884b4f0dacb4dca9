"""An option of a component, declared once and rendered as a command-line flag, a field of the TUI and JSON."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from aictui.errors import UsageError
from aictui.printable import shown

OptionValue = bool | int | float | str
OptionKind = Literal["bool", "int", "float", "choice"]

LARGEST_INT = 1 << 62
"""Whole numbers of this magnitude and more have no place in a file."""


@dataclass(frozen=True)
class Option:
    """A named setting of a component.

    ``name`` is a Python identifier; the command line spells it with dashes. ``minimum`` and ``maximum`` are
    inclusive and apply to ``int`` and ``float``; ``choices`` apply to ``choice``.
    """

    name: str
    kind: OptionKind
    default: OptionValue
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"option name {self.name!r} is not an identifier")
        if self.kind not in get_args(OptionKind):
            raise ValueError(f"option {self.name} has kind {self.kind!r}; there are {', '.join(get_args(OptionKind))}")
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"option {self.name} is a choice and has no choices")
        if isinstance(self.choices, str) or not all(isinstance(choice, str) for choice in self.choices):
            raise ValueError(f"option {self.name} has choices {self.choices!r}, where a tuple of texts is due")
        for bound in (self.minimum, self.maximum):
            self._check_bound(bound)
        object.__setattr__(self, "default", self.check(self.default))

    def parse(self, text: str) -> OptionValue:
        """The value that ``text`` spells; raises `UsageError` when it is none."""
        try:
            if self.kind == "bool":
                return self.check(
                    {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
                )
            if self.kind == "int":
                return self.check(int(text))
            if self.kind == "float":
                return self.check(float(text))
        except (KeyError, ValueError):
            raise UsageError(f"option {self.name} takes {self.describe()}, not {text!r}") from None
        return self.check(text)

    def check(self, value: OptionValue) -> OptionValue:
        """``value`` in the option's own type; raises `UsageError` when it is out of range or of another type.

        Numbers of NumPy are numbers.
        """
        given = value
        if not isinstance(value, bool | int | float | str) and getattr(value, "ndim", None) == 0:
            value = value.item()
        elif isinstance(value, float):
            value = float(value)
        if self.kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) <= sys.float_info.max else math.inf
        expected = {"bool": bool, "int": int, "float": float, "choice": str}[self.kind]
        fits = type(value) is expected
        if fits and isinstance(value, int | float):
            low = float("-inf") if self.minimum is None else self.minimum
            high = float("inf") if self.maximum is None else self.maximum
            fits = low <= value <= high and (self.kind == "float" or abs(value) < LARGEST_INT)
        if self.kind == "choice":
            fits = fits and value in self.choices
        if not fits:
            raise UsageError(f"option {self.name} takes {self.describe()}, not {shown(given)}")
        return value

    def _check_bound(self, bound: float | None) -> None:
        if bound is None:
            return
        if not isinstance(bound, int | float):
            raise ValueError(f"option {self.name} has {bound!r} as a bound, where a number is due")
        if self.kind == "int" and abs(bound) >= LARGEST_INT:
            raise ValueError(f"option {self.name} ends at {shown(bound)}; whole numbers are below 2 to the 62nd power")

    def describe(self) -> str:
        """What the option takes, in words: ``a number from 0 to 0.5``."""
        if self.kind == "bool":
            return "yes or no"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        noun = "a whole number" if self.kind == "int" else "a number"
        if self.minimum is not None and self.maximum is not None:
            return f"{noun} from {value_text(self.minimum)} to {value_text(self.maximum)}"
        if self.minimum is not None:
            return f"{noun} of at least {value_text(self.minimum)}"
        if self.maximum is not None:
            return f"{noun} of at most {value_text(self.maximum)}"
        return noun


def value_text(value: OptionValue) -> str:
    """A value as `Option.parse` reads it back, a number with every digit but none that says nothing."""
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def resolve(declared: Sequence[Option], given: Mapping[str, OptionValue], owner: str) -> dict[str, OptionValue]:
    """Every declared option with its given or default value; raises `UsageError` for one that ``owner`` has not."""
    known = {option.name: option for option in declared}
    for name in given:
        if name not in known:
            has = ", ".join(known) or "none"
            raise UsageError(f"{owner} has no option {name!r}; its options: {has}")
    return {name: option.check(given[name]) if name in given else option.default for name, option in known.items()}
