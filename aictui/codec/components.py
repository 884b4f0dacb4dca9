"""The model and the three components of a pipeline: found, checked against each other, and made."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from aictui.codec.combination import component_ids, is_narrow, reason
from aictui.codec.info import ComponentReference, ModelReference
from aictui.codec.limits import check_level, check_limits
from aictui.codec.needs import missing
from aictui.codec.settings import Settings
from aictui.component import Component
from aictui.errors import CombinationError, FormatError, MissingComponentError, UsageError
from aictui.network import store
from aictui.network.base import Model
from aictui.options import OptionValue
from aictui.plugins import registry
from aictui.plugins.catalog import BUILT_IN

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker
    from aictui.codec.header import Header
    from aictui.entropy.base import EntropyCoder
    from aictui.quantizers.base import Quantizer

C = TypeVar("C", bound=Component)


@dataclass(frozen=True)
class Pipeline:
    """A model with a chunker, a quantizer and an entropy coder that fit it."""

    model: Model
    chunker: "Chunker"
    quantizer: "Quantizer"
    coder: "EntropyCoder"

    @property
    def bounded(self) -> bool:
        """Whether the model has to keep every symbol within the quantizer's bounds."""
        return is_narrow(self.quantizer.symbol_range)

    @property
    def fixed_width(self) -> bool:
        """Whether the entropy coder writes every symbol in a byte: the size follows from the number of latents."""
        return self.coder.fixed_width

    def stack(self, channels: int) -> int:
        """How many grids lie one above the other for a picture of so many channels; see `OperatingPoint`."""
        return channels if self.chunker.planes else 1


def for_settings(settings: Settings) -> Pipeline:
    """The pipeline that settings ask for.

    Raises `MissingComponentError`, `CombinationError`, and `UsageError` for an option that does not exist.
    """
    info, chunker, quantizer, coder = _chosen(settings)
    return Pipeline(store.load(info.name, info.content_hash), chunker, quantizer, coder)


def check(settings: Settings) -> None:
    """Raises what every picture would fail for with these settings, before any is read and the model is loaded.

    What `for_settings` raises, `UsageError` for what the model has not got, and `TargetError` for its levels.
    """
    info, *_ = _chosen(settings)
    check_limits(info, settings)
    check_level(info, settings.target)


def rests_on_plugins(settings: Settings) -> bool:
    """Whether a chunker, quantizer or entropy coder that settings ask for comes from a plugin."""
    known, chunker = registry(), settings.chunker or store.find(settings.model).chunker
    asked = (("chunker", chunker), ("quantizer", settings.quantizer), ("entropy coder", settings.coder))
    return any(name is not None and known.supplier(kind, name) is not BUILT_IN for kind, name in asked)


def _chosen(settings: Settings) -> "tuple[store.ModelInfo, Chunker, Quantizer, EntropyCoder]":
    try:
        info = store.find(settings.model)
    except MissingComponentError as error:
        raise MissingComponentError(f"the compression {error}") from None
    known = registry()
    ids = component_ids(settings, info, known.entropy_coder)
    chunker, quantizer = known.chunker(ids["chunker"]), known.quantizer(ids["quantizer"])
    coder = known.entropy_coder(ids["coder"])
    problem = reason(info, chunker, quantizer, coder)
    if problem:
        raise CombinationError(problem)
    options = settings.options
    made = quantizer(**options.get("quantizer", {}))
    if settings.planes and not made.nests:
        raise CombinationError(
            f"quantizer {made.id} has other steps than refinements can split; take 0 planes or another quantizer"
        )
    return info, chunker(**options.get("chunker", {})), made, coder(**options.get("coder", {}))


def for_file(header: "Header") -> Pipeline:
    """The pipeline that a file was made with; raises `MissingComponentError`, and `FormatError` for nonsense."""
    problems = missing(header)
    if problems:
        raise MissingComponentError("this file " + "; ".join(problems))
    known = registry()
    return Pipeline(
        store.load(header.model.name, header.model.content_hash),
        _made(known.chunker(header.chunker.id), header.chunker),
        _made(known.quantizer(header.quantizer.id), header.quantizer),
        _made(known.entropy_coder(header.coder.id), header.coder),
    )


def tune_name(header: "Header") -> str:
    """What the model of a file calls its tune; empty where it has none, or is not installed."""
    try:
        tunes = store.find(header.model.name, header.model.content_hash).tunes
    except MissingComponentError:
        return ""
    return tunes[header.point.tune] if header.point.tune < len(tunes) else ""


def reference(component: Component) -> ComponentReference:
    """How a file names a component."""
    defaults = {option.name: option.default for option in component.options}
    options: dict[str, OptionValue] = {
        name: value for name, value in component.settings.items() if value != defaults[name]
    }
    package = registry().requirement(component.kind, component.id)
    return ComponentReference(component.kind, component.id, component.version, package, options)


def model_reference(model: Model) -> ModelReference:
    """How a file names a model."""
    return ModelReference(model.name, model.content_hash)


def _made(kind: type[C], reference: ComponentReference) -> C:
    try:
        return kind(**reference.options)
    except UsageError as error:
        raise FormatError(f"the header of this file holds an impossible option: {error}") from None
