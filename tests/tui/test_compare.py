import numpy as np
import pytest
from PIL import Image

from aictui.codec import peers
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings
from aictui.errors import InputError
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.tui.app import AictuiApp
from aictui.tui.built_in_panels import BUILT_IN_PANELS
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.surroundings import Surroundings, Workshop
from aictui.tui.widgets.caption import Caption
from aictui.tui.widgets.summary import Summary
from tests.tui.fakes import FakeSession
from tests.tui.test_pipeline import CATALOG

SIZES = [(80, 24), (120, 40), (200, 60)]


class FakeWorkshop(Workshop):
    """Compresses in no time, and waits where a test says so."""

    def __init__(self, delay=0.0, panels=(), catalog=CATALOG):
        self.delay = delay
        self.panels = panels
        self.catalog = catalog
        self.sessions = []

    def surroundings(self):
        metrics = (PSNR, Metric("ms-ssim", "MS-SSIM", lambda reference, test: 0.9812))
        return Surroundings(self.catalog, metrics, peers.available()[:1], (*BUILT_IN_PANELS, *self.panels), Settings())

    def read(self, path):
        if not path.exists():
            raise InputError(f"{path} does not exist")
        with Image.open(path) as image:
            return SourceImage(np.asarray(image.convert("RGB")))

    def open_session(self, source, settings):
        self.sessions.append(FakeSession(source, settings, self.delay))
        return self.sessions[-1]

    def decode(self, data):
        return None


@pytest.fixture
def photo(tmp_path):
    rows, cols = np.mgrid[0:96, 0:144]
    pixels = np.stack([rows * 2, cols * 1.5, 220 - rows - cols * 0.5], axis=2)
    pixels[30:60, 40:80] = (250, 240, 60)
    path = tmp_path / "harbour.png"
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return path


class Stage:
    """A compare view on screen, with ways to wait for what happens."""

    def __init__(self, pilot, screen):
        self.pilot = pilot
        self.screen = screen

    async def until(self, condition):
        for _ in range(400):
            await self.pilot.pause()
            if condition():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(self.summary.state)

    async def exact(self):
        """Wait for the file, its figures and its picture."""
        await self.until(lambda: self.screen.comparison.figures.decode_seconds is not None)
        await self.drawn()

    async def drawn(self):
        canvas = self.screen.canvas
        await self.until(lambda: not canvas._busy and canvas._drawn_for and canvas._drawn_for.image is canvas._image)

    @property
    def summary(self):
        return self.screen.query_one(Summary)

    @property
    def caption(self):
        return self.screen.query_one(Caption).render().plain

    def text(self):
        return "\n".join(
            "".join(segment.text for segment in strip) for strip in self.screen._compositor.render_strips()
        )


@pytest.fixture
def stage(photo):
    """Opens compare views; each closes with the test."""
    return lambda size=(120, 40), workshop=None: _Opening(photo, size, workshop or FakeWorkshop())


class _Opening:
    def __init__(self, photo, size, workshop):
        self.app = AictuiApp(photo.parent)
        self.screen = CompareScreen(photo, workshop)
        self.test = self.app.run_test(size=size)

    async def __aenter__(self):
        pilot = await self.test.__aenter__()
        await self.app.push_screen(self.screen)
        await pilot.pause()
        return Stage(pilot, self.screen)

    async def __aexit__(self, *error):
        await self.test.__aexit__(*error)


async def test_an_image_is_compressed_at_once_and_its_figures_become_exact(stage):
    async with stage() as view:
        await view.exact()
        assert view.summary.state == "✓ exact"
        assert view.summary.figures.exact
        assert "2.59 kB · 16.0x" in view.summary.figures.size_line
        assert view.caption.startswith("◀ original")
        assert view.caption.endswith("photo · 16.0x ▶")
