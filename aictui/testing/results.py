"""What the kit finds out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aictui.plugins.loading import describe

Case = tuple[str, Callable[[], str | None]]
"""The name of a check, and what it does: returns a detail worth telling, raises where the component fails."""


@dataclass(frozen=True)
class Check:
    """One rule, whether the component keeps it, and what was found."""

    name: str
    passed: bool
    detail: str = ""

    def __str__(self) -> str:
        """The check as a line."""
        return f"{'ok  ' if self.passed else 'FAIL'} {self.name}" + (f": {self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Verdict:
    """All checks of one component, which is named as ``entropy coder range``."""

    component: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether the component keeps every rule."""
        return all(check.passed for check in self.checks)

    def __str__(self) -> str:
        """The component and its checks, a line each."""
        return "\n".join([self.component, *(f"  {check}" for check in self.checks)])


def run(cases: Iterable[Case], begin: Callable[[str], object] = str) -> Iterator[Check]:
    """Runs checks one by one; ``begin`` hears the name of each before it starts."""
    for name, case in cases:
        begin(name)
        try:
            detail = case()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # such as SystemExit
            yield Check(name, False, str(error) if isinstance(error, AssertionError) else describe(error))
        else:
            yield Check(name, True, detail or "")


def require(condition: bool, problem: str) -> None:
    """Raises `AssertionError` with the problem unless the condition holds."""
    if not condition:
        raise AssertionError(problem)
