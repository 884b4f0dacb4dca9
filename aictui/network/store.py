"""The model store: models as single files that can be mailed, found by name and by what they contain.

A model file is safetensors. Its metadata has one entry, ``aictui``: JSON with ``config`` (all that describes the
model), ``hash`` and ``encoder``. Nothing in the file is executed. The content hash is what an ``.aic`` file names: it
covers all that decoding needs, so that files still decode when only the encoder got better; the second hash covers the
rest. Several versions of a name may coexist.
"""

import contextlib
import importlib
import json
import logging
import os
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from aictui import atomic
from aictui.errors import FormatError, MissingComponentError, OutputError
from aictui.home import with_home
from aictui.network.base import Model
from aictui.network.forking import check_process
from aictui.network.identity import ENCODER, Tensors, canonical, check_sum, content_hash, encoder_hash, is_encoder_list
from aictui.printable import printable

SUFFIX = ".safetensors"
VARIABLE = "AICTUI_MODELS"
"""Names the folder of the user's models instead of the one in the platform's data folder."""

ARCHITECTURES: Mapping[str, str] = MappingProxyType(
    {"classic": "aictui.network.classic:ClassicModel", "photo": "aictui.network.photo:PhotoModel"}
)
"""Architecture → ``module:Class``; ``Class(info, tensors)`` is the `Model` of a file."""

logger = logging.getLogger(__name__)

_HEADER_LIMIT = 1 << 24
_REQUIRED: Mapping[str, type] = MappingProxyType(
    {
        "name": str,
        "architecture": str,
        "chunker": str,
        "chunk_size": int,
        "latents": int,
        "levels": int,
        "default_level": int,
    }
)
_OPTIONAL: Mapping[str, type] = MappingProxyType(
    {"tunes": list, "default_tune": int, "max_planes": int, "bounded": bool, "typical_rates": list, "card": dict}
)


@dataclass(frozen=True)
class ModelInfo:
    """What a model file's header says; costs no more than reading that header.

    ``config`` is everything that describes the model, as plain JSON values. ``path`` is where the file lies and
    ``size`` its bytes. ``content_hash`` tells how it decodes, ``encoder_hash`` how it encodes, in 8 bytes each.
    """

    path: Path
    size: int
    content_hash: bytes
    config: Mapping[str, Any]
    encoder_hash: bytes = b""

    @property
    def name(self) -> str:
        """The name that people use."""
        return str(self.config["name"])

    @property
    def reference(self) -> str:
        """Name and start of the hash: ``photo@1a2b3c4d``."""
        return f"{self.name}@{self.content_hash.hex()[:8]}"

    @property
    def architecture(self) -> str:
        """Key into `ARCHITECTURES`."""
        return str(self.config["architecture"])

    @property
    def chunker(self) -> str:
        """Id of the chunker it was trained with."""
        return str(self.config["chunker"])

    @property
    def chunk_size(self) -> int:
        """Length D of a chunk's vector."""
        return int(self.config["chunk_size"])

    @property
    def latents(self) -> int:
        """Latents of a chunk."""
        return int(self.config["latents"])

    @property
    def levels(self) -> int:
        """How many levels of precision there are."""
        return int(self.config["levels"])

    @property
    def default_level(self) -> int:
        """The level where nothing is asked for."""
        return int(self.config["default_level"])

    @property
    def tunes(self) -> tuple[str, ...]:
        """What it can be tuned for."""
        return tuple(self.config.get("tunes", ()))

    @property
    def default_tune(self) -> str:
        """What it is tuned for where nothing is asked for; empty where it has no tunes."""
        index = self.config.get("default_tune", 0)
        return self.tunes[index] if index in range(len(self.tunes)) else next(iter(self.tunes), "")

    @property
    def max_planes(self) -> int:
        """The most refinements of precision."""
        return int(self.config.get("max_planes", 0))

    @property
    def bounded(self) -> bool:
        """Whether its latents can be held to one byte each."""
        return bool(self.config.get("bounded", False))

    @cached_property
    def card(self) -> Mapping[str, str]:
        """What people should know of it, by title: data, licence, training, results."""
        card: dict[Any, Any] = self.config.get("card", {})
        return MappingProxyType({printable(str(key)): printable(str(value)) for key, value in card.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        """For other processes, and for copies: a view of a dictionary can be neither sent nor copied by itself."""
        return _model_info, (self.path, self.size, self.content_hash, dict(self.config), self.encoder_hash)


def _model_info(path: Path, size: int, content_hash: bytes, config: dict[str, Any], encoder: bytes) -> ModelInfo:
    return ModelInfo(path, size, content_hash, MappingProxyType(config), encoder)


def available(warn: Callable[[str], None] | None = None) -> list[ModelInfo]:
    """Every model that is installed, of one name the one that the name means first.

    The user's models come first, newest before older, then those shipped, then those of plugins. A file that
    cannot be read is told to ``warn`` and left out.
    """
    models: dict[tuple[str, bytes], ModelInfo] = {}
    for info in _readable(warn):
        models.setdefault((info.name, info.content_hash), info)
    return list(models.values())


def find(name: str, content_hash: bytes | None = None) -> ModelInfo:
    """The model called ``name`` (or ``name@hash``, or a hash), with this content where a hash is given.

    Raises `MissingComponentError`, naming the version that is asked for, those that are there, and damaged files.
    """
    wanted, at, prefix = name.partition("@")
    for info in _readable():
        digest = info.content_hash.hex()
        by_name = info.name == wanted and digest.startswith(prefix.lower()) and bool(prefix) == bool(at)
        by_hash = len(wanted) >= 8 and digest.startswith(wanted.lower())
        if (by_name or by_hash) and content_hash in (None, info.content_hash):
            return info
    asked = f"{wanted}@{content_hash.hex()[:8]}" if content_hash else name or "without a name"
    problems: list[str] = []
    there = ", ".join(info.reference for info in available(problems.append)) or "none"
    missing = f"needs model {asked}, which is not installed (there are: {there})"
    way = f"put its {SUFFIX} file into {user_folder()}, or install the plugin that brings it"
    raise MissingComponentError("; ".join([missing, *problems, way]))


def load(name: str, content_hash: bytes | None = None) -> Model:
    """The model of `find`, ready to run; loaded once and kept. Raises `UsageError` in a process forked since.

    A damaged file gives way to an intact one of the same content, with a warning; without one it is a `FormatError`.
    """
    info = find(name, content_hash)
    check_process()  # before the lock, which another thread may have held when this process was forked
    with _loading:  # or else threads that ask at once would each have a model of their own, and compile it
        return _load(info.path, info.content_hash, info.encoder_hash)


def load_file(path: Path) -> Model:
    """The model of a file; raises `FormatError`, and `MissingComponentError` for an unknown architecture."""
    info, tensors = read(path)
    place = ARCHITECTURES.get(info.architecture)
    if place is None:
        raise MissingComponentError(
            f"{path.name} has architecture {info.architecture!r}, which this version of aictui does not know; "
            f"it knows {', '.join(ARCHITECTURES)}"
        )
    module, _, attribute = place.partition(":")
    try:
        model: Model = getattr(importlib.import_module(module), attribute)(info, tensors)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise FormatError(f"model file {path} lacks something it needs: {error}") from error
    return model


def user_folder() -> Path:
    """The folder of the user's own models; it need not exist."""
    named = os.environ.get(VARIABLE)
    if named:
        return with_home(named)
    from platformdirs import user_data_path

    return user_data_path("aictui", appauthor=False) / "models"


def shipped_folder() -> Path:
    """The folder of the models that come with aictui: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "_models"
    return inside if inside.is_dir() else package.parent / "models"


def install(tensors: Tensors, config: Mapping[str, Any]) -> ModelInfo:
    """Keeps a model in the user's folder as ``name-hash.safetensors``, beside other versions of its name.

    One that decodes the same is replaced.
    """
    digest = content_hash(tensors, config).hex()[:8]
    return save(user_folder() / f"{config['name']}-{digest}{SUFFIX}", tensors, config)


def save(path: Path, tensors: Tensors, config: Mapping[str, Any]) -> ModelInfo:
    """Writes a model file, whole or not at all; equal models give equal bytes. Raises `OutputError`."""
    from safetensors.numpy import save as serialize

    ordered = {name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}
    digest, encoder = content_hash(ordered, config), encoder_hash(ordered, config)
    entry = canonical({"config": dict(config), "hash": digest.hex(), "encoder": encoder.hex()})
    data = serialize(ordered, {"aictui": entry})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, data)
    except OSError as error:
        raise OutputError(f"the model {path} cannot be written: {error.strerror}") from None
    return ModelInfo(path, len(data), digest, MappingProxyType(dict(config)), encoder)


def read(path: Path) -> tuple[ModelInfo, Tensors]:
    """Header and tensors of a model file; raises `FormatError` where they do not match their hash."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as deserialize

    info = read_info(path)
    try:
        tensors = deserialize(path.read_bytes())
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise _damaged(path, str(error)) from None
    found = content_hash(tensors, info.config), encoder_hash(tensors, info.config)
    if found != (info.content_hash, info.encoder_hash):
        raise _damaged(path, "its content does not match its hash")
    return info, tensors


def read_info(path: Path) -> ModelInfo:
    """What the header of a model file says; raises `FormatError`."""
    if path.is_fifo():
        raise FormatError(f"model file {path} cannot be read: it is a pipe")  # which would wait for a writer
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > _HEADER_LIMIT:
                raise _damaged(path, "its header is too long")
            header = json.loads(file.read(length))
            size = os.fstat(file.fileno()).st_size
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        if size != 8 + length + max(ends, default=0):
            raise _damaged(path, "it was cut, or something was added")
        entry = json.loads(header["__metadata__"]["aictui"], parse_constant=_refuse)
        config, digest = entry["config"], bytes.fromhex(entry["hash"])
        encoder = bytes.fromhex(entry["encoder"]) if "encoder" in entry else check_sum({}, {})
    except OSError as error:
        raise FormatError(f"model file {path} cannot be read: {error.strerror}") from None
    except (struct.error, ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(path, "it is not a safetensors file of aictui") from None
    wrong = list(_REQUIRED)
    if isinstance(config, dict):
        wrong = [key for key, kind in _REQUIRED.items() if type(config.get(key)) is not kind]
        wrong += [key for key, kind in _OPTIONAL.items() if key in config and type(config[key]) is not kind]
    if not wrong and not is_encoder_list(config.get(ENCODER, [])):
        wrong = [ENCODER]
    names = [] if wrong else [config["name"], config["architecture"], config["chunker"], *config.get("tunes", ())]
    if not all(isinstance(name, str) and name and name == printable(name) for name in names):
        raise _damaged(path, "it has a name that cannot be shown")
    if wrong or len(digest) != 8:
        raise _damaged(path, f"its configuration lacks {', '.join(wrong) or 'a hash of 8 bytes'}")
    return ModelInfo(path, size, digest, MappingProxyType(config), encoder)


_loading = threading.Lock()


@lru_cache(maxsize=4)
def _load(path: Path, content_hash: bytes, _encoder_hash: bytes) -> Model:
    """The model of a file, or of another file of the same content where that one is damaged."""
    try:
        return load_file(path)
    except FormatError as error:
        for info in _readable():
            if info.content_hash == content_hash and info.path != path:
                with contextlib.suppress(FormatError):
                    model = load_file(info.path)
                    logger.warning("%s; %s has the same model and is used instead", error, info.path)
                    return model
        raise


def _readable(warn: Callable[[str], None] | None = None) -> Iterator[ModelInfo]:
    """What the header of every model file says, in the order of `available`."""
    for path in _files():
        try:
            yield read_info(path)
        except FormatError as error:
            if warn is not None:
                warn(str(error))


def _files() -> Iterator[Path]:
    user = user_folder()
    if user.is_dir():
        yield from sorted(user.glob(f"*{SUFFIX}"), key=_modified, reverse=True)
    yield from sorted(shipped_folder().glob(f"*/*{SUFFIX}"))
    from aictui.plugins import registry  # asked last, since it imports plugins

    yield from registry().model_files


def _modified(path: Path) -> float:
    """When a file was changed; the start of time for a link to nowhere, of which `read_info` tells."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _damaged(path: Path, reason: str) -> FormatError:
    return FormatError(f"model file {path} is damaged: {reason}; get it again")
