"""What training tells while it runs, for a terminal or an application to show."""

from dataclasses import dataclass

from aictui.network.store import ModelInfo


@dataclass(frozen=True)
class Started:
    """Training begins: photos to learn from, photos held out, trainable weights, and the step it goes on from."""

    photos: int
    held_out: int
    weights: int
    step: int
    backend: str


@dataclass(frozen=True)
class Stepped:
    """A step is done; ``fraction`` is of the whole training, ``seconds_left`` an estimate without the fitting after."""

    step: int
    fraction: float
    seconds: float
    seconds_left: float
    loss: float


@dataclass(frozen=True)
class Quality:
    """Held-out quality at one point: what it is called, PSNR in dB, and bits a pixel where they are known."""

    label: str
    psnr: float
    bits_per_pixel: float | None = None


@dataclass(frozen=True)
class Evaluated:
    """The held-out photos were measured; ``score`` grows with quality, ``best`` tells that none was better before."""

    step: int
    qualities: tuple[Quality, ...]
    score: float
    best: bool


@dataclass(frozen=True)
class Noticed:
    """Something to know, in one line: a photo that cannot be read, work after the last step."""

    text: str


@dataclass(frozen=True)
class Fitting:
    """After the last step what codes the latents is fitted: the fraction done, and a word for the phase."""

    fraction: float
    phase: str


@dataclass(frozen=True)
class Finished:
    """The model is saved; ``cancelled`` tells that it is the best up to where the user stopped."""

    info: ModelInfo
    step: int
    seconds: float
    cancelled: bool


Event = Started | Stepped | Evaluated | Noticed | Fitting | Finished
