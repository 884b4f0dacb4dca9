"""What the compare view finds installed, looked up in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.codec.settings import Settings
from aictui.tui.catalog import Catalog, load_catalog

if TYPE_CHECKING:
    from aictui.codec.image import SourceImage
    from aictui.codec.peers import Peer
    from aictui.metrics.base import Metric
    from aictui.panels import Panel
    from aictui.tui.live import Session


@dataclass(frozen=True)
class Surroundings:
    """Components, metrics, peers and panels that are installed, and the settings to begin with."""

    catalog: Catalog
    metrics: "tuple[Metric, ...]"
    peers: "tuple[Peer, ...]"
    panels: "Sequence[type[Panel]]"
    settings: Settings


class Workshop:
    """What the compare view asks of the codec; every method takes a while and belongs in a thread."""

    def surroundings(self) -> Surroundings:
        """What is installed; imports plugins."""
        from aictui import config
        from aictui.codec import peers
        from aictui.plugins import registry

        known = registry()
        settings = config.default_settings()
        panels = tuple(known.panels.values())
        return Surroundings(load_catalog(), tuple(known.metrics.values()), peers.available(), panels, settings)

    def read(self, path: Path) -> "SourceImage":
        """The image of a file; raises `InputError`."""
        from aictui.codec.image import read_image

        return read_image(path)

    def open_session(self, source: "SourceImage", settings: Settings) -> "Session":
        """A live session; loads the model."""
        from aictui.codec.live import LiveSession

        return LiveSession(source, settings)

    def decode(self, data: bytes) -> object:
        """A file's picture."""
        from aictui.codec.decode import decode

        return decode(data)

    def write(self, path: Path, data: bytes, overwrite: str) -> Path | None:
        """Writes a file whole or not at all; raises `OutputError`."""
        from aictui.codec.files import write_file

        return write_file(path, data, overwrite)  # type: ignore[arg-type]
