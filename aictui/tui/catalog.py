"""What a compression can be made of, with the reasons why some things do not go together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from aictui.codec.settings import MAX_PLANES, Settings
from aictui.options import Option

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker
    from aictui.component import Component
    from aictui.entropy.base import EntropyCoder
    from aictui.network.store import ModelInfo
    from aictui.quantizers.base import Quantizer

Kind = Literal["model", "chunker", "quantizer", "coder", "tune", "planes", "effort"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TITLES: Mapping[Kind, str] = {
    "model": "Model",
    "chunker": "Chunker",
    "quantizer": "Quantizer",
    "coder": "Entropy coder",
    "tune": "Tuned for",
    "planes": "Planes",
    "effort": "Effort",
}
OPTIONAL: tuple[Kind, ...] = ("tune", "planes")
"""Kinds in which some models have no choice."""
AUTO = "auto"


@dataclass(frozen=True)
class Choice:
    """An entry of a menu; ``reason`` says why it cannot be chosen now, ``None`` where it can."""

    id: str
    summary: str
    reason: str | None = None


@dataclass(frozen=True)
class Catalog:
    """Everything that is installed, by id."""

    models: Mapping[str, "ModelInfo"]
    chunkers: Mapping[str, "type[Chunker]"]
    quantizers: Mapping[str, "type[Quantizer]"]
    coders: Mapping[str, "type[EntropyCoder]"]

    @property
    def _components(self) -> "Mapping[str, Mapping[str, type[Component]]]":
        """Chunkers, quantizers and entropy coders by kind and id."""
        return {"chunker": self.chunkers, "quantizer": self.quantizers, "coder": self.coders}

    def chosen(self, kind: Kind, settings: Settings) -> str:
        """The id that ``settings`` mean, defaults filled in; empty where there is none."""
        from aictui.codec.combination import component_ids

        model = self.models.get(settings.model)
        components = component_ids(settings, model, self.coders.get) if model else {}
        return {
            "model": settings.model,
            "chunker": components.get("chunker", settings.chunker or ""),
            "quantizer": components.get("quantizer", settings.quantizer or ""),
            "coder": components.get("coder", settings.coder or ""),
            "tune": settings.tune or (model.default_tune if model else ""),
            "planes": AUTO if settings.planes is None else str(settings.planes),
            "effort": str(settings.effort),
        }[kind]

    def component(self, kind: Kind, settings: Settings) -> "type[Component] | None":
        """The chosen class of a kind that has options."""
        return self._components.get(kind, {}).get(self.chosen(kind, settings))

    def latents_option(self, settings: Settings) -> Option | None:
        """How many latents of a chunk are kept, as an option of the chosen model."""
        model = self.models.get(settings.model)
        if model is None:
            return None
        summary = "keep only this many latents of each chunk, the most important ones"
        return Option("latents", "int", model.latents, summary, minimum=1, maximum=model.latents)

    def choose(self, kind: Kind, chosen: str, settings: Settings) -> Settings:
        """``settings`` with another component; what belonged to the old one is dropped."""
        options = {name: values for name, values in settings.options.items() if name != kind}
        if kind == "model":
            options.pop("chunker", None)
            most = self.models[chosen].max_planes if chosen in self.models else MAX_PLANES
            planes = None if settings.planes is not None and settings.planes > most else settings.planes
            return replace(
                settings, model=chosen, chunker=None, tune=None, planes=planes, latents=None, options=options
            )
        if kind == "planes":
            return replace(settings, planes=None if chosen == AUTO else int(chosen))
        if kind == "effort":
            return replace(settings, effort=int(chosen))
        return replace(settings, options=options, **{kind: chosen})  # type: ignore[arg-type]

    def present(self, settings: Settings) -> Settings:
        """``settings`` with the usual component in the place of each that is not installed."""
        gone = [kind for kind, there in self._components.items() if getattr(settings, kind) not in {None, *there}]
        options = {kind: values for kind, values in settings.options.items() if kind not in gone}
        usual: dict[str, Any] = dict.fromkeys(gone)
        return replace(settings, options=options, **usual) if gone else settings

    def choices(self, kind: Kind, settings: Settings) -> Sequence[Choice]:
        """The entries of a menu, each with the reason why it does not fit to the rest."""
        if kind == "model":
            return [
                Choice(name, _model_summary(info), self._reason(kind, name, settings))
                for name, info in self.models.items()
            ]
        if kind == "tune":
            model = self.models.get(settings.model)
            return [Choice(tune, _tune_summary(tune, model)) for tune in model.tunes] if model else []
        if kind == "planes":
            model = self.models.get(settings.model)
            return _PLANES[: 2 + model.max_planes] if model and model.max_planes else []
        if kind == "effort":
            return EFFORTS
        there = self._components[kind].items()
        return [Choice(name, component.summary, self._reason(kind, name, settings)) for name, component in there]

    def _reason(self, kind: Kind, chosen: str, settings: Settings) -> str | None:
        from aictui.codec.combination import reason

        wanted = self.choose(kind, chosen, settings)
        model = self.models.get(self.chosen("model", wanted))
        chunker = self.chunkers.get(self.chosen("chunker", wanted))
        quantizer = self.quantizers.get(self.chosen("quantizer", wanted))
        coder = self.coders.get(self.chosen("coder", wanted))
        if model is None or chunker is None or quantizer is None or coder is None:
            missing = ["model", "chunker", "quantizer", "coder"][[model, chunker, quantizer, coder].index(None)]
            return f"its {missing} is not installed"
        return reason(model, chunker, quantizer, coder)


EFFORTS = (
    Choice("1", "fastest"),
    Choice("2", "what is usual"),
    Choice("3", "better pictures; takes a minute and more"),
)
_PLANES = (
    Choice(AUTO, "as many as cost next to nothing"),
    Choice("0", "in one piece; the smallest file, cut at the worst"),
    *(
        Choice(str(number), f"a base and {number} refinement{'' if number == 1 else 's'}; for files that are cut")
        for number in range(1, MAX_PLANES + 1)
    ),
)
_TUNES = {"psnr": "the smallest squared error", "visual": "what people see"}


def _tune_summary(tune: str, model: "ModelInfo") -> str:
    summaries = [_TUNES.get(tune, ""), "the model's default" if tune == model.default_tune else ""]
    return "; ".join(filter(None, summaries))


def _model_summary(info: "ModelInfo") -> str:
    """What it is for, as its card says, or else what it can do and what it was trained on."""
    card = {title.lower(): text for title, text in info.card.items()}
    if purpose := card.get("purpose"):
        return purpose
    parts = [
        f"{info.latents} latents a chunk",
        f"tuned for {' or '.join(info.tunes)}" if info.tunes else "",
        "planes, for files that are cut" if info.max_planes else "",
        f"trained on {data}" if (data := card.get("data", "").partition(";")[0]) else "",
    ]
    return "; ".join(filter(None, parts))


def load_catalog() -> Catalog:
    """Everything that is installed; imports plugins, so it belongs in a worker."""
    from aictui.network import store
    from aictui.plugins import registry

    models: dict[str, ModelInfo] = {}
    for info in store.available():
        models.setdefault(info.name, info)
    known = registry()
    return Catalog(models, known.chunkers, known.quantizers, known.entropy_coders)
