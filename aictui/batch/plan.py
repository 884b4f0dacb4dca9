"""Which files become which: decided before anything is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aictui.batch.find import Found, find_images
from aictui.batch.policy import OutputPolicy
from aictui.codec.settings import Settings

SUFFIX = ".aic"


@dataclass(frozen=True)
class Item:
    """A file to compress.

    ``output`` is where its result goes; ``alternatives`` are names that an earlier run, which saw other files beside
    it, may have given the result.
    """

    source: Path
    output: Path
    settings: Settings
    pixels: int
    source_bytes: int
    alternatives: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Files to compress, in order, and what happens to results and originals."""

    items: tuple[Item, ...]
    policy: OutputPolicy

    def only(self, sources: Iterable[Path]) -> "Plan":
        """The part of the plan that deals with ``sources``, such as those that failed."""
        wanted = set(sources)
        return replace(self, items=tuple(item for item in self.items if item.source in wanted))

    def to(self, output: Path) -> "Plan":
        """The plan for a single file with its result at ``output``."""
        return replace(self, items=tuple(replace(item, output=output, alternatives=()) for item in self.items))


def plan(
    sources: Sequence[Path],
    settings: Settings,
    policy: OutputPolicy | None = None,
    *,
    recursive: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Plan:
    """Finds the images (`find_images`) and names their results; reads headers and writes nothing.

    A result is called like its image with the suffix ``.aic``, and keeps the image's suffix too (``a.png.aic``) where
    several images of a folder share a name, or a number after it where that is not enough. Raises `InputError`.
    """
    policy = policy or OutputPolicy()
    found = list(find_images(sources, recursive=recursive, include=include, exclude=exclude))
    return plan_found(found, settings, policy)


def plan_found(found: Sequence[Found], settings: Settings, policy: OutputPolicy) -> Plan:
    """The plan for images that were found already."""
    short = [_output(each, policy, each.path.stem) for each in found]
    uses = Counter(_folded(output) for output in short)
    taken: set[str] = set()
    items = []
    for each, output in zip(found, short, strict=True):
        long = _output(each, policy, each.path.name)
        chosen, other = (output, long) if uses[_folded(output)] == 1 else (long, output)
        number = 1
        while _folded(chosen) in taken:
            number += 1
            chosen = _output(each, policy, f"{each.path.name}-{number}")
        taken.add(_folded(chosen))
        items.append(Item(each.path, chosen, settings, each.width * each.height, each.size, (other,)))
    return Plan(tuple(items), policy)


def _output(found: Found, policy: OutputPolicy, name: str) -> Path:
    folder = found.path.parent
    if policy.folder is not None:
        folder = policy.folder / folder.relative_to(found.root)
    return folder / f"{name}{policy.suffix}{SUFFIX}"


def _folded(path: Path) -> str:
    """What two paths share that are one file to a file system without regard to case."""
    return str(path).casefold()
