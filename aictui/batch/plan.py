"""Which files become which: decided before anything is written."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from aictui.batch.find import FoundImage, find_images
from aictui.batch.policy import OutputPolicy
from aictui.codec.settings import Settings
from aictui.file_type import SUFFIX


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
    several images of a folder share a name or one of them has the result's name, or a number after it where that is
    not enough. Raises `InputError`.
    """
    policy = policy or OutputPolicy()
    found = list(find_images(sources, recursive=recursive, include=include, exclude=exclude))
    return plan_found(found, settings, policy)


def plan_found(found: Sequence[FoundImage], settings: Settings, policy: OutputPolicy) -> Plan:
    """The plan for images that were found already."""
    key = _keys()
    short = [_output(each, policy, each.path.stem) for each in found]
    uses = Counter(key(output) for output in short)
    taken = {key(each.path) for each in found}
    taken |= {key(Path(os.path.realpath(each.path))) for each in found if os.path.islink(each.path)}  # noqa: PTH114
    items = []
    for each, output in zip(found, short, strict=True):
        long = _output(each, policy, each.path.name)
        free = uses[key(output)] == 1 and key(output) not in taken
        chosen, other = (output, long) if free else (long, output)
        number = 1
        while key(chosen) in taken:
            number += 1
            chosen = _output(each, policy, f"{each.path.name}-{number}")
        taken.add(key(chosen))
        items.append(Item(each.path, chosen, settings, each.width * each.height, each.size, (other,)))
    return Plan(tuple(items), policy)


def _output(found: FoundImage, policy: OutputPolicy, name: str) -> Path:
    folder = found.path.parent
    if policy.folder is not None:
        folder = policy.folder / folder.relative_to(found.root)
    return folder / f"{name}{policy.suffix}{SUFFIX}"


def _keys() -> Callable[[Path], str]:
    """Answers what the paths of one file share, however its folder is spelt.

    Neither case nor the way in which accents are written tells files apart everywhere.
    """
    resolved = cache(os.path.realpath)
    return lambda path: unicodedata.normalize("NFC", str(Path(resolved(path.parent), path.name))).casefold()
