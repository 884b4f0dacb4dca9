"""Running a plan: several files at once, each from reading to writing in one thread."""

import io
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from aictui.atomic import permissions_like, sync_folder
from aictui.batch.control import Control, MemoryGate
from aictui.batch.events import Advanced, Event, FileResult, Finished, Started
from aictui.batch.find import links_to_files
from aictui.batch.ledger import Ledger, content_hash, settings_identity
from aictui.batch.output import check_folder, move_to_trash, write
from aictui.batch.pace import Pace
from aictui.batch.plan import Item, Plan
from aictui.codec.files import read_file
from aictui.codec.inspect import damage
from aictui.codec.settings import Settings
from aictui.errors import AictuiError, Cancelled, InputError, OutputError, is_out_of_memory, reason_of
from aictui.opening import holds_more, opened_image
from aictui.partial import remove_leftovers
from aictui.progress import Progress

BYTES_PER_PIXEL = 110
"""Memory of a picture while it is compressed, as measured at 12 megapixels with all latents and two refinements."""

MEMORY = 2 << 30
"""Default budget for the pictures that are in work at once, in bytes."""


@dataclass(frozen=True)
class Compressed:
    """What an encoder gives back: the file, its ratio to raw RGB, notices a line each, and the size of the picture."""

    data: bytes
    ratio: float
    notices: tuple[str, ...] = ()
    width: int = 0
    height: int = 0


Encoder = Callable[[bytes, Settings, Progress], Compressed]
"""Turns the bytes of an image file into those of an ``.aic`` file."""

_warm: set[bytes] = set()
"""The content hashes of models that have compressed a file in this process."""

_warming = threading.Lock()
"""Held by the first file of a model, or else each thread would load and compile a model of its own."""


def compress(data: bytes, settings: Settings, progress: Progress) -> Compressed:
    """The codec as an `Encoder`."""
    from aictui.codec.encode import encode
    from aictui.codec.image import read_image
    from aictui.network import store

    source = read_image(io.BytesIO(data))
    model = store.find(settings.model).content_hash
    with ExitStack() as first:
        if model not in _warm:
            first.enter_context(_warming)
            if model in _warm:  # by the file that this one waited for
                first.close()
        encoded = encode(source, settings, progress)
        _warm.add(model)
    info = encoded.info
    return Compressed(encoded.data, info.ratio, encoded.notices, info.width, info.height)


class Batch:
    """A plan at work.

    ``notify`` hears every `Event`, called from worker threads, one at a time. `run` blocks until all files are through;
    any thread may pause, resume and cancel it through ``control``. A file that fails never stops the others. While
    one file is transformed another is read, entropy coded or written, since that work lets go of the interpreter.
    """

    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        notify: Callable[[Event], None] = lambda _: None,
        *,
        control: Control | None = None,
        workers: int | None = None,
        memory: int = MEMORY,
        encoder: Encoder | None = None,
        identity: Callable[[Settings], str] | None = None,
    ) -> None:
        self.plan = plan
        self.control = control or Control()
        self._ledger = ledger
        self._notify = notify
        self._workers = workers or (os.cpu_count() or 1) + 1
        self._gate = MemoryGate(memory)
        self._encoder = encoder or compress
        self._identity = identity or settings_identity
        self._identities: dict[int, str] = {}
        self._links: dict[str, list[Path]] = {}
        self._lock = threading.Lock()
        self._results: dict[Path, FileResult] = {}
        self._pace = Pace(sum(item.pixels for item in plan.items))

    def run(self) -> list[FileResult]:
        """Compresses all files and returns what became of each, in the plan's order.

        Raises `MissingComponentError` before anything is done where a model is missing.
        """
        self._identify()
        for folder in {item.output.parent for item in self.plan.items}:
            remove_leftovers(folder)
        if self.plan.policy.place == "replace":
            self._links = links_to_files({item.source.parent for item in self.plan.items})
        with ThreadPoolExecutor(self._workers, thread_name_prefix="batch") as pool:
            futures = [pool.submit(self._work, item) for item in self.plan.items]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self.control.cancel()  # or else leaving the pool would wait for all the files
                raise
        return [self._results[item.source] for item in self.plan.items]

    def outlook(self) -> Iterator[FileResult]:
        """A dry run: for each file whether it would be compressed or passed over; writes nothing but the ledger."""
        self._identify()
        for item in self.plan.items:
            self.control.check()
            try:
                content, _ = self._content(item.source)
                result = self._done_before(item, content)
            except Exception as error:  # a broken file must not stop the others
                result = FileResult(item, "failed", reason=_explain(error))
            yield result or FileResult(item, "planned", item.output, item.source_bytes)

    def _identify(self) -> None:
        for item in self.plan.items:
            if id(item.settings) not in self._identities:
                self._identities[id(item.settings)] = self._identity(item.settings)

    def _work(self, item: Item) -> None:
        started = self.control.clock()
        try:
            self.control.check()
            with self._gate.room(item.pixels * BYTES_PER_PIXEL + item.source_bytes):
                self.control.check()
                started = self.control.clock()
                self._tell(Started(item))
                result = self._compress(item, started)
        except Cancelled:
            result = FileResult(item, "cancelled", source_bytes=item.source_bytes, reason="cancelled")
        except Exception as error:  # a broken file must not stop the others
            seconds = self.control.clock() - started
            result = FileResult(item, "failed", None, item.source_bytes, seconds=seconds, reason=_explain(error))
        self._finish(result)

    def _compress(self, item: Item, started: float) -> FileResult:
        content, data = self._content(item.source)
        before = self._passed_over(item, content)
        if before is not None:
            return before
        check_folder(item.output.parent)
        if data is None:
            data = read_file(item.source)
            content = content_hash(data)  # the ledger's may be that of a file that was there before

        def progress(fraction: float, phase: str) -> None:
            self.control.check()
            self._tell(Advanced(item, fraction, phase))

        compressed = self._encoder(data, item.settings, progress)
        self.control.check()
        try:
            return self._keep(item, content, len(data), compressed, started)
        except (OutputError, OSError):
            meanwhile = self._passed_over(item, content)  # another batch may have been at it
            if meanwhile is None:
                raise
            return meanwhile

    def _passed_over(self, item: Item, content: str) -> FileResult | None:
        """What was done before, with the original where the policy wants it."""
        before = self._done_before(item, content)
        if before and before.state == "skipped" and before.output and self.plan.policy.place == "replace":
            # an earlier run was killed before it could do that, or was not asked to
            notices = self._retire(item, content, content_hash(read_file(before.output)), before.output)
            return replace(before, notices=notices)
        return before

    def _keep(self, item: Item, content: str, source_bytes: int, compressed: Compressed, started: float) -> FileResult:
        """Writes a result where it is worth it."""
        policy, size = self.plan.policy, len(compressed.data)
        identity, output = self._identities[id(item.settings)], content_hash(compressed.data)
        objection = policy.objection(source_bytes, size)
        width, height = compressed.width, compressed.height
        figures = (source_bytes, size, compressed.ratio)
        if objection:
            self._ledger.record(content, identity, output, size)
            seconds = self.control.clock() - started
            return FileResult(item, "kept", None, *figures, seconds, objection, compressed.notices, width, height)
        status = item.source.stat()
        write(
            item.output,
            compressed.data,
            overwrite=policy.existing == "overwrite",
            times=(status.st_atime_ns, status.st_mtime_ns) if policy.keep_dates else None,
            permissions=permissions_like(item.source),
            ready=lambda: self._ledger.record(content, identity, output, size),
        )
        notices = compressed.notices
        if policy.place == "replace":
            notices = (*notices, *self._retire(item, content, output, item.output))
        seconds = self.control.clock() - started
        return FileResult(item, "done", item.output, *figures, seconds, "", notices, width, height)

    def _retire(self, item: Item, content: str, output: str, path: Path) -> tuple[str, ...]:
        """Moves the original to the trash, if the result at ``path`` and the original are what they should be.

        Gives back a notice where they are not, or where the original holds more than the result.
        """
        if not os.path.lexists(item.source):
            return ()  # another batch was at it
        if content_hash(read_file(path)) != output:
            return (f"{path.name} was changed by somebody else, so the original stays",)
        if content_hash(read_file(item.source)) != content:
            return (f"the original changed after it was read, so it stays beside {path.name}",)
        with opened_image(item.source) as image:
            if holds_more(image):
                return (f"the original holds more than the one picture in {path.name}, so it stays",)
        if problem := _hopeless(path, item.settings):
            return (f"{path.name} cannot be decoded, so the original stays: {problem}",)
        sync_folder(path.parent)  # after a loss of power, one of the two must be there
        real = os.path.realpath(item.source)
        links = [] if os.path.islink(item.source) else [link.name for link in self._links.get(real, [])]  # noqa: PTH114
        move_to_trash(item.source)
        return (f"{' and '.join(links)} led to the original, and now to nothing",) if links else ()

    def _content(self, path: Path) -> tuple[str, bytes | None]:
        """The content hash of a source, and its bytes if they had to be read for it."""
        try:
            known = self._ledger.content(path)
            if known is not None:
                return known, None
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                data = file.read()
        except OSError as error:
            raise InputError(f"{path} cannot be read: {reason_of(error)}") from None
        content = content_hash(data)
        if len(data) == status.st_size:
            self._ledger.remember(path, status.st_size, status.st_mtime_ns, status.st_ino, content)
        return content, data

    def _done_before(self, item: Item, content: str) -> FileResult | None:
        """What an earlier run made of this content with these settings, or why nothing can be made of it now."""
        earlier = self._ledger.results(content, self._identities[id(item.settings)])
        raw_bytes = item.pixels * 3
        for path in (item.output, *item.alternatives) if earlier else ():
            is_there = os.path.isfile(path)  # noqa: PTH113 - takes any name, also a longer one than there can be
            if is_there and path.stat().st_size in earlier.values():
                found = path.read_bytes()
                if content_hash(found) in earlier:
                    figures = (item.source_bytes, len(found), raw_bytes / len(found))
                    objection = self.plan.policy.objection(item.source_bytes, len(found))
                    if objection:
                        objection = f"{objection}; {path.name} is there of an earlier run"
                        return FileResult(item, "kept", None, *figures, reason=objection)
                    return FileResult(item, "skipped", path, *figures, reason="done already")
        if earlier:
            size = min(earlier.values())
            objection = self.plan.policy.objection(item.source_bytes, size)
            if objection:
                return FileResult(item, "kept", None, item.source_bytes, size, raw_bytes / size, reason=objection)
        if item.output.exists() and self.plan.policy.existing == "skip":
            reason = f"{item.output.name} is there already, {_origin(item.output)}"
            return FileResult(item, "skipped", None, item.source_bytes, reason=reason)
        return None

    def _finish(self, result: FileResult) -> None:
        with self._lock:
            self._results[result.item.source] = result
            self._pace.finish(result.item, worked=result.state in {"done", "kept"} and result.seconds > 0)
            left = self._pace.seconds_left(self.control.clock())
            self._notify(Finished(result, len(self._results), len(self.plan.items), left))

    def _tell(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, Advanced):
                self._pace.advance(event.item, event.fraction, self.control.clock())
            self._notify(event)


def _hopeless(path: Path, settings: Settings) -> str | None:
    """Why a result cannot be decoded, of which nobody but its plugin knows."""
    from aictui.codec.components import rests_on_plugins
    from aictui.codec.decode import decode

    if not rests_on_plugins(settings):
        return None
    try:
        decode(read_file(path))
    except AictuiError as error:
        return str(error)
    return None


def _origin(path: Path) -> str:
    """What stands in a result's place and is not a result of this content with these settings."""
    if path.is_dir():
        return "a folder"
    try:
        harm = damage(read_file(path))
    except InputError:
        harm = None
    if harm is None:
        return "not known to be of this image with these settings; overwriting replaces it"
    return f"but {harm}; overwriting makes it anew"


def _explain(error: BaseException) -> str:
    if isinstance(error, AictuiError):
        return str(error)
    if is_out_of_memory(error):
        return "there is not enough memory for this picture"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {reason_of(error).lower()}"
    return " ".join(f"unexpected {type(error).__name__}: {error}".split())
