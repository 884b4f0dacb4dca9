"""The checks of each kind of component, in this process."""

from collections.abc import Iterator
from types import ModuleType
from typing import cast

from aictui.chunkers.base import Chunker
from aictui.component import Component
from aictui.entropy.base import EntropyCoder
from aictui.options import Option, OptionValue
from aictui.plugins.checks import component_problem
from aictui.quantizers.base import Quantizer
from aictui.testing import chunkers, entropy_coders, quantizers
from aictui.testing.results import Case, Check, Verdict, require, run
from aictui.testing.surroundings import surroundings


def check_chunker(chunker: type[Chunker]) -> list[Check]:
    """What the kit finds out about a chunker."""
    return list(run(cases_of(chunker)))


def check_quantizer(quantizer: type[Quantizer]) -> list[Check]:
    """What the kit finds out about a quantizer."""
    return list(run(cases_of(quantizer)))


def check_entropy_coder(coder: type[EntropyCoder]) -> list[Check]:
    """What the kit finds out about an entropy coder."""
    return list(run(cases_of(coder)))


def conforms(component: type[Component]) -> None:
    """Raises `AssertionError`, with every rule that it breaks, unless a component keeps all of them."""
    found = Verdict(name_of(component), tuple(run(cases_of(component))))
    if not found.passed:
        failed = tuple(check for check in found.checks if not check.passed)
        raise AssertionError(str(Verdict(found.component, failed)))


def cases_of(component: type[Component]) -> Iterator[Case]:
    """Every check of a component: with its defaults, and with each option at its ends."""
    from aictui.testing.isolation import same_elsewhere
    from aictui.testing.threads import same_in_threads

    rules = rules_of(component)
    before = surroundings()
    yield "declares an id, a summary and options", lambda: _declared(component)
    if component_problem(component.kind, component):
        return  # nor would it be offered to anybody
    yield from rules.cases(component())
    yield "the same in another process", lambda: same_elsewhere(component)
    yield "the same in several threads at once", lambda: same_in_threads(component, rules)
    for option, value in settings_of(component):
        name = f"with {option.name} = {value}"
        yield name, lambda o=option, v=value: _all(rules, component(**{o.name: v}))  # type: ignore[misc]
    yield "the process is left as it was", lambda: _unchanged(before)
    yield from rules.report(component())


def rules_of(component: type[Component]) -> ModuleType:
    """The module with the rules of a component's kind."""
    for base, rules in ((Chunker, chunkers), (Quantizer, quantizers), (EntropyCoder, entropy_coders)):
        if issubclass(component, base):
            return rules
    raise TypeError(f"{component.__name__} is not a chunker, quantizer or entropy coder")


def name_of(component: type[Component]) -> str:
    """How a component is called: ``entropy coder range``; raises `TypeError` for what is none."""
    rules_of(component)
    return f"{component.kind} {getattr(component, 'id', component.__name__)}"


def settings_of(component: type[Component]) -> Iterator[tuple[Option, OptionValue]]:
    """Every option with the values at its ends; both values, or all choices, where there are few."""
    for option in component.options:
        ends: tuple[OptionValue | None, ...] = (option.minimum, option.maximum)
        if option.kind in ("bool", "choice"):
            ends = option.choices or (True, False)
        for value in ends:
            if value is not None and value != option.default:
                number = cast("float", value)
                yield (
                    option,
                    int(number) if option.kind == "int" else float(number) if option.kind == "float" else value,
                )


def _declared(component: type[Component]) -> str:
    problem = component_problem(component.kind, component)
    require(not problem, problem or "")
    require(bool(component.summary), "summary says in a few words what it is good for")
    for option in component.options:
        require(bool(option.help), f"option {option.name} has a help text")
        require(option.parse(str(option.default)) == option.default, f"option {option.name} cannot read its default")
    made = component()
    require(set(made.settings) == {option.name for option in component.options}, "settings lack an option")
    return f"version {component.version}" + ("" if component.options else ", no options")


def _unchanged(before: dict[str, object]) -> None:
    changed = [name for name, value in surroundings().items() if value != before[name]]
    require(not changed, f"it changes {', '.join(changed)}, which others share")


def _all(rules: ModuleType, made: Component) -> None:
    failed = [check for check in run(rules.cases(made)) if not check.passed]
    require(not failed, "; ".join(map(str, failed)))
