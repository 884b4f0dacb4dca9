"""What the compare view finds installed, looked up in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.codec.settings import Settings
from aictui.errors import AictuiError
from aictui.progress import Progress, silent
from aictui.tui.catalog import Catalog, load_catalog

if TYPE_CHECKING:
    from aictui.codec.image import SourceImage
    from aictui.codec.peers import Peer
    from aictui.metrics.base import Metric
    from aictui.panels import Panel
    from aictui.plugins import Registry
    from aictui.tui.live import Session


@dataclass(frozen=True)
class Surroundings:
    """Components, metrics, peers and panels that are installed, and the settings to begin with.

    ``notice`` says in a line why these are not the ones that were asked for, where they are not.
    """

    catalog: Catalog
    metrics: "tuple[Metric, ...]"
    peers: "tuple[Peer, ...]"
    panels: "Sequence[type[Panel]]"
    settings: Settings
    notice: str = ""
    registry: "Registry | None" = None
    """What plugins supplied when this was found."""


class Workshop:
    """What the compare view asks of the codec; every method takes a while and belongs in a thread."""

    def surroundings(self, like: Path | None = None) -> Surroundings:
        """What is installed, to begin with the settings that the file ``like`` was made with; imports plugins."""
        from aictui import presets
        from aictui.codec import peers
        from aictui.codec.files import read_file
        from aictui.codec.inspect import inspect
        from aictui.codec.origin import settings_of
        from aictui.plugins import registry

        known = registry()
        settings, notice = presets.default_settings(), ""
        if like is not None:
            try:
                settings = settings_of(inspect(read_file(like)), settings)
            except AictuiError as error:
                notice = f"It begins with the usual settings, not with those of {like.name}: {error}"
        panels = tuple(known.panels.values())
        metrics = tuple(known.metrics.values())
        return Surroundings(load_catalog(), metrics, peers.available(), panels, settings, notice, known)

    def is_current(self, known: Surroundings) -> bool:
        """Whether no plugin came or went since ``known`` was found."""
        from aictui.plugins import registry

        return known.registry is registry()

    def read(self, path: Path) -> "SourceImage":
        """The image of a file; raises `InputError`."""
        from aictui.codec.image import read_image

        return read_image(path)

    def open_session(self, source: "SourceImage", settings: Settings) -> "Session":
        """A live session; loads the model."""
        from aictui.codec.live import LiveSession

        return LiveSession(source, settings)

    def decode(self, data: bytes, progress: Progress = silent) -> object:
        """A file's picture; ``progress`` may raise `Cancelled`."""
        from aictui.codec.decode import decode

        return decode(data, progress)

    def write(self, path: Path, data: bytes, overwrite: str, source: Path) -> Path | None:
        """Writes what was made of a source, whole or not at all; raises `OutputError`."""
        from aictui.codec.files import write_file

        return write_file(path, data, overwrite, source=source, keep_dates=True)  # type: ignore[arg-type]
