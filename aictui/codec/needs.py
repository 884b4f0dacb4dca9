"""What a file needs that is not installed here, and how to get it."""

from typing import TYPE_CHECKING

from aictui.codec.info import ComponentReference
from aictui.component import Component
from aictui.errors import MissingComponentError, PluginError, UsageError
from aictui.network import store
from aictui.options import resolve
from aictui.plugins import registry
from aictui.plugins.catalog import BUILT_IN
from aictui.plugins.loading import way_back

if TYPE_CHECKING:
    from aictui.codec.header import Header


def missing(header: "Header") -> list[str]:
    """A line for everything that a file needs and that is not installed."""
    problems = []
    try:
        store.find(header.model.name, header.model.content_hash)
    except MissingComponentError as error:
        problems.append(str(error))
    problems += filter(None, map(_problem_with, header.components))
    return problems


def packages_for(header: "Header") -> list[str]:
    """The packages, by the names that a file gives them, that bring what it needs and is not installed here.

    A file names none for its model, which a package that it needs anyway may bring. Raises `MissingComponentError` for
    what no package brings, and `PluginError` for a name that cannot be one of a package.
    """
    from aictui.plugins.installer import check_named_by_file

    packages = []
    for reference in header.components:
        if problem := _problem_with(reference):
            if not reference.package or registry().resting(reference.package):
                raise MissingComponentError(problem)
            packages.append(check_named_by_file(reference.package))
    if not packages:
        store.find(header.model.name, header.model.content_hash)
    return list(dict.fromkeys(packages))


def _problem_with(reference: ComponentReference) -> str | None:
    """Why a component that a file names cannot be had here, and what to do; ``None`` where it can."""
    known = registry()
    try:
        found = known.component(reference.kind, reference.id)
    except MissingComponentError:
        if resting := known.resting(reference.package):
            state = f"plugin {resting.name}, which is {resting.state}: {way_back(resting)}"
            return f"needs {reference.kind} {reference.id} of {state}"
        way = "it came from a plugin in no package, whose file you need, or from a newer aictui"
        if reference.package:
            way = _installing(reference.package)
        return f"needs {reference.kind} {reference.id}, which is not installed: {way}"
    supplier = known.supplier(reference.kind, reference.id)
    if reference.package:
        way = _installing(reference.package)
    else:
        way = "upgrade aictui" if supplier is BUILT_IN else f"get another file of plugin {supplier.name}"
    if found.version < reference.version:
        needed = f"{reference.kind} {reference.id} version {reference.version}"
        return f"needs {needed}, and version {found.version} is installed: {way}"
    if supplier is not BUILT_IN and (problem := _option_problem(found, reference)):
        return f"needs {reference.kind} {reference.id} with other options than it has here ({problem}): {way}"
    return None


def _option_problem(kind: type[Component], reference: ComponentReference) -> str | None:
    """Why a plugin's component does not take the options of a file, as after an upgrade that took one away."""
    try:
        resolve(kind.options, reference.options, "it")
    except UsageError as error:
        return str(error)
    return None


def _installing(package: str) -> str:
    """How to get a package that a file names; it may come from anywhere, so nobody is told to type just anything."""
    from aictui.plugins.installer import check_named_by_file

    try:
        return f"install it with `aictui plugins install {check_named_by_file(package)}`"
    except PluginError as error:
        return str(error)
