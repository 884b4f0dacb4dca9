"""A codec that answers at once, and a compare view that stands on it."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from PIL import Image
from textual.widgets import Input

from aictui.codec import peers
from aictui.codec.encode import Encoded
from aictui.codec.image import SourceImage
from aictui.codec.info import ComponentReference, FileInfo, ModelReference, PartInfo
from aictui.codec.live import Estimate, Exact, Preview
from aictui.codec.settings import Settings, Target
from aictui.errors import InputError, TargetError
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.network.base import OperatingPoint
from aictui.panels.built_in import BUILT_IN_PANELS
from aictui.progress import silent
from aictui.tui.app import AictuiApp
from aictui.tui.compositing import Compositor
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.screens.save_dialog import SaveDialog
from aictui.tui.surroundings import Surroundings, Workshop
from aictui.tui.widgets.caption import Caption
from aictui.tui.widgets.ratio_slider import RatioSlider
from aictui.tui.widgets.summary import Summary
from aictui.tui.widgets.top_bar import TopBar
from tests.tui.components import CATALOG

POINT = OperatingPoint(level=3, latents=64)


class FakeSession:
    """Compresses by reducing precision: the coarser, the higher the ratio. Counts its calls."""

    def __init__(self, source, settings, delay=0.0):
        self.source = source
        self.settings = settings
        self.delay = delay
        self.calls = []
        self.estimates = SimpleNamespace(count=0)
        self.stopped = 0

    def figures(self, target, psnr=None):
        raw = self.source.raw_bytes
        size = {"ratio": raw / target.value, "size": target.value, "psnr": raw / 8, "quality": raw * target.value / 200}
        count = max(90, round(size[target.kind]))
        return Estimate(POINT, count, raw / count, 8 * count / (raw / 3), psnr)

    def picture(self, ratio):
        step = int(min(max(ratio, 2), 128))
        pixels = self.source.pixels
        return np.clip(pixels // step * step + step // 2, 0, 255).astype(np.uint8)

    def _work(self, name, target, progress):
        self.calls.append((name, target))
        try:
            for step in range(10):
                progress(step / 10, name)
                threading.Event().wait(self.delay / 10)
        except BaseException:
            self.stopped += 1
            raise

    def estimate(self, target, progress=silent):
        return self.figures(target)

    def preview(self, target, progress=silent):
        self._work("preview", target, progress)
        estimate = self.figures(target)
        pixels = self.picture(estimate.ratio)
        return Preview(pixels, self.figures(target, psnr(self.source.pixels, pixels)))

    def sample(self, target, progress=silent):
        return self.preview(target, progress)

    def prepare(self, target, progress=silent):
        self._work("prepare", target, progress)

    def exact(self, target, progress=silent):
        self._work("exact", target, progress)
        estimate = self.figures(target)
        if estimate.ratio > 10_000:
            raise TargetError(f"{target} is out of reach")
        pixels = self.picture(estimate.ratio)
        return Exact(encoded(self.source, estimate.bytes, psnr(self.source.pixels, pixels)), pixels)


def psnr(reference, test):
    error = np.mean((reference.astype(float) - test) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-3)))


def encoded(source, size, quality):
    """A file of ``size`` bytes in four parts."""
    payload = max(size - 60, 8)
    lengths = [payload // 2, payload // 4, payload // 8, payload - payload // 2 - payload // 4 - payload // 8]
    parts = tuple(PartInfo(60, length, length, "whole") for length in lengths)

    def component(kind, name):
        return ComponentReference(kind, name, 1, "", {})

    info = FileInfo(
        version=1,
        width=source.width,
        height=source.height,
        mode=source.mode,
        model=ModelReference("photo", bytes(8)),
        chunker=component("chunker", "rgb16"),
        quantizer=component("quantizer", "deadzone"),
        coder=component("entropy coder", "range"),
        point=POINT,
        trimmed=False,
        header_bytes=60,
        file_bytes=size,
        whole_bytes=size,
        metadata={},
        alpha_bytes=0,
        parts=parts,
    )
    return Encoded(bytes(size), info, quality, 0.123)


METRICS = (PSNR, Metric("ms-ssim", "MS-SSIM", lambda reference, test: 0.9812))


class FakeWorkshop(Workshop):
    """Compresses in no time; ``session`` may be a slower or a broken kind of it."""

    def __init__(self, session=FakeSession, panels=(), known_peers=None, delay=0.0, metrics=METRICS):
        self.session = session
        self.panels = panels
        self.known_peers = peers.available()[:1] if known_peers is None else known_peers
        self.delay = delay
        self.metrics = metrics
        self.sessions = []
        self.remembered = {}
        self.notice = ""

    def surroundings(self, like=None):
        panels = (*BUILT_IN_PANELS, *self.panels)
        found = Surroundings(CATALOG, self.metrics, self.known_peers, panels, Settings())
        return found if like is None else replace(found, settings=self.remembered[like], notice=self.notice)

    def is_current(self, known):
        return tuple(known.panels) == (*BUILT_IN_PANELS, *self.panels)

    def read(self, path):
        if not path.exists():
            raise InputError(f"{path} does not exist")
        with Image.open(path) as image:
            return SourceImage(np.asarray(image.convert("RGB")))

    def open_session(self, source, settings):
        self.sessions.append(self.session(source, settings, self.delay))
        return self.sessions[-1]

    def decode(self, data, progress=silent):
        return None


class Stage:
    """A compare view on screen, with ways to wait for what happens."""

    def __init__(self, pilot, screen):
        self.pilot = pilot
        self.screen = screen
        self.press = pilot.press

    async def until(self, condition):
        for _ in range(1000):
            await self.pilot.pause()
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(self.state)

    async def exact(self):
        """Wait for the file, its figures and its picture."""
        await self.until(lambda: self.screen.comparison.figures.decode_seconds is not None)
        await self.drawn()

    async def drawn(self):
        """Wait for the picture that is wanted."""
        canvas = self.screen.canvas
        await self.until(lambda: not canvas._busy and canvas._drawn_for and canvas._drawn_for.image is canvas._image)

    @property
    def state(self):
        summary = self.screen.query_one(Summary)
        return summary.problem or summary.state

    @property
    def figures(self):
        return self.screen.comparison.figures

    @property
    def ratio(self):
        return self.screen.query_one(RatioSlider).ratio

    @property
    def caption(self):
        return self.screen.query_one(Caption).render().plain

    @property
    def place(self):
        return self.screen.query_one(TopBar).figures

    def text(self, kind):
        """What a widget of this kind shows now."""
        widget = self.screen.query_one(kind)
        return "\n".join(strip.text for strip in widget.render_lines(widget.content_region.reset_offset))

    def shown(self):
        """The (height, width, 3) scene that is composed now."""
        return Compositor().compose(self.screen.canvas._image)


@asynccontextmanager
async def comparing(path, size=(120, 40), workshop=None, terminal=None, like=None):
    """A compare view of the image at ``path``."""
    app = AictuiApp(path.parent, terminal)
    async with app.run_test(size=size) as pilot:
        screen = CompareScreen(path, workshop or FakeWorkshop(), like)
        await app.push_screen(screen)
        await pilot.pause()
        yield Stage(pilot, screen)


def make_photo(path):
    """A small picture with edges and slopes."""
    rows, cols = np.mgrid[0:96, 0:144]
    pixels = np.stack([rows * 2, cols * 1.5, 220 - rows - cols * 0.5], axis=2)
    pixels[30:60, 40:80] = (250, 240, 60)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return path


class Coarse(FakeSession):
    """A session that keeps no more than an eighth of the bytes."""

    def figures(self, target, psnr=None):
        wanted = super().figures(target, psnr)
        return super().figures(Target("ratio", 8), psnr) if wanted.ratio < 8 else wanted


class Stubborn(FakeSession):
    """A session whose work cannot be stopped and ends when a test lets it."""

    gate = threading.Event()

    def preview(self, target, progress=silent):
        self.gate.wait(10)
        return super().preview(target, silent)


async def save_as(view, name):
    """Ask to save under a name, and close the dialog."""
    await view.press("s")
    await view.until(lambda: isinstance(view.pilot.app.screen, SaveDialog))
    view.pilot.app.screen.query_one("#name", Input).value = name
    await view.press("enter")
    await view.until(lambda: view.pilot.app.screen is view.screen)
