"""What chunkers, quantizers and entropy coders have in common."""

from abc import ABC
from typing import ClassVar

from aictui.options import Option, OptionValue, resolve


class Component(ABC):
    """A part of the pipeline that a plugin can supply.

    ``id`` names a byte format: the meaning of a file made with it never changes. A new meaning takes a new id;
    ``version`` counts compatible additions. An instance carries the values of its ``options`` as ``settings``. It works
    in one thread at a time, while others of its class may be at work in others.
    """

    kind: ClassVar[str]
    id: ClassVar[str]
    version: ClassVar[int] = 1
    summary: ClassVar[str] = ""
    options: ClassVar[tuple[Option, ...]] = ()

    def __init__(self, **settings: OptionValue) -> None:
        self.settings: dict[str, OptionValue] = resolve(self.options, settings, f"{self.kind} {self.id}")
