"""Loading one plugin apart from all others: what it raises, or a hang, stays its own."""

import importlib
import importlib.util
import inspect
import logging
import math
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pluggy

from aictui import hookspecs
from aictui.errors import AictuiError, MissingComponentError, PluginError
from aictui.network.keras_choice import prepare_keras
from aictui.plugins.sources import ALLOW_VARIABLE, GROUP, PluginSource
from aictui.printing import prints_aside
from aictui.working_folder import same_working_folder

TRACE_VARIABLE = "AICTUI_TRACE_PLUGINS"
"""Where set and not empty, every hook call is printed on standard error."""

TIME_VARIABLE = "AICTUI_PLUGIN_SECONDS"
"""How many seconds a plugin may take to load or to answer a hook; 0: for ever."""

DEFAULT_SECONDS = 15.0

T = TypeVar("T")


class _Running(threading.local):
    plugin = False


_running = _Running()


def runs_plugin() -> bool:
    """Whether this thread runs a plugin's code for another, which waits for it."""
    return _running.plugin


def way_out(source: PluginSource) -> str:
    """What to do about a plugin that fails, for the end of a message."""
    out = f"switch it off with `aictui plugins disable {shlex.quote(source.name)}`"
    return (
        f"{out} or remove it with `aictui plugins uninstall {shlex.quote(source.package)}`" if source.package else out
    )


def way_back(source: PluginSource) -> str:
    """What to do about a plugin that may not load, for the end of a message."""
    if source.state == "disabled":
        return f"`aictui plugins enable {shlex.quote(source.name)}` lets it load"
    return f"{ALLOW_VARIABLE} names the plugins that may load"


def load(source: PluginSource) -> pluggy.PluginManager:
    """A plugin manager that holds this plugin alone; raises `PluginError`."""
    if "keras" not in sys.modules:  # which a plugin may import, and which would look for TensorFlow by itself
        with suppress(MissingComponentError):
            prepare_keras()
    return guarded_call(source, "load", lambda: manager_of(source.name, _module(source)))


def unknown_hooks(manager: pluggy.PluginManager) -> list[str]:
    """The names under which plugins implement hooks that there are none of, unless marked as optional."""
    callers = [caller for plugin in manager.get_plugins() for caller in manager.get_hookcallers(plugin) or []]
    unknown = [caller for caller in callers if not caller.has_spec()]
    return sorted(each.name for each in unknown if not all(one.optionalhook for one in each.get_hookimpls()))


def unmarked_hooks(manager: pluggy.PluginManager) -> list[str]:
    """The functions of plugins that are called like a hook and that pluggy passes over, as nothing marks them."""
    hooks = [name for name in vars(hookspecs) if name.startswith("register_")]
    return sorted(
        name
        for plugin in manager.get_plugins()
        for name in hooks
        if inspect.isfunction(inspect.getattr_static(plugin, name, None))
        and manager.parse_hookimpl_opts(plugin, name) is None
    )


def guarded_call(source: PluginSource, doing: str, function: Callable[[], T]) -> T:
    """The result of ``function``, a plugin's code; raises `PluginError` when it raises or takes too long."""
    try:
        with same_working_folder(), _same_streams(), _same_logging():
            return _within_time(prints_aside()(function))
    except _TooLongError:
        seconds = f"{time_limit():g} seconds"
        reason = f"did not {doing} within {seconds} ({TIME_VARIABLE} changes the limit)"
        raise TooSlowError(f"plugin {source.name} {reason}; {way_out(source)}") from None
    except BaseException as error:
        if is_interrupt(error) or (isinstance(error, PluginError) and is_own(error)):
            raise
        raise PluginError(f"plugin {source.name} could not {doing}: {describe(error)}; {way_out(source)}") from error


def is_interrupt(error: BaseException) -> bool:
    """Whether it may be the user's Ctrl-C, which reaches the main thread alone."""
    return isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def is_own(error: BaseException) -> bool:
    """Whether aictui's own code raised an error that is meant for users, and not a plugin's, whose name it lacks."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_in = trace.tb_frame.f_globals.get("__name__", "") if trace is not None else ""
    return isinstance(error, AictuiError) and f"{raised_in}.".startswith("aictui.")


def describe(error: BaseException) -> str:
    """An exception in one line: ``KeyError: 'x'``; the words alone of an error that is meant for users."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # a plugin's exception may not even tell what it is
        text = ""
    if text and isinstance(error, AictuiError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def time_limit() -> float:
    """Seconds that a plugin may take; 0: no limit."""
    return DEFAULT_SECONDS if time_limit_problem() else float(os.environ.get(TIME_VARIABLE, DEFAULT_SECONDS))


def time_limit_problem() -> str | None:
    """What is wrong with the limit that the environment sets, in a line."""
    word = os.environ.get(TIME_VARIABLE, str(DEFAULT_SECONDS))
    try:
        if 0 <= float(word) < math.inf:
            return None
    except ValueError:
        pass
    return f"{TIME_VARIABLE} takes a number of seconds from 0, not {word!r}; {DEFAULT_SECONDS:g} are taken"


@contextmanager
def _same_streams() -> Iterator[None]:
    """Puts a standard stream back that a plugin has set to ``None``, which would break what comes after it.

    Another one stays: it may have been put there by another thread meanwhile.
    """
    before = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr")}
    try:
        yield
    finally:
        for name, stream in before.items():
            if getattr(sys, name) is None:
                setattr(sys, name, stream)


@contextmanager
def _same_logging() -> Iterator[None]:
    """Puts back what becomes of messages where a plugin has configured that for the whole process.

    What others log would else come on standard output, or aictui's own warnings would come no more.
    """
    root = logging.getLogger()
    handlers, level, silenced = root.handlers[:], root.level, root.manager.disable
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.disable(silenced)
        for name, logger in root.manager.loggerDict.items():
            if name.startswith("aictui") and isinstance(logger, logging.Logger):
                logger.disabled = False  # as `logging.config` leaves what it finds


class TooSlowError(PluginError):
    """A plugin's code did not end within the time that it is given."""


class _TooLongError(Exception):
    """A plugin's code did not end in time; what it raises itself is another matter."""


def _within_time(function: Callable[[], T]) -> T:
    # A thread of its own, since nothing else bounds the time of foreign code; Ctrl-C still reaches the waiting one.
    limit = time_limit()
    if limit == 0:
        return function()
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        _running.plugin = True
        try:
            results.append(function())
        except BaseException as error:  # no Ctrl-C, which reaches the waiting thread alone
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(limit)
    if errors:
        if isinstance(errors[0], KeyboardInterrupt):  # here it would be taken for the user's
            raise RuntimeError(describe(errors[0]))
        raise errors[0]
    if not results:
        raise _TooLongError
    return results[0]


def _module(source: PluginSource) -> ModuleType:
    if source.entry_point is not None:
        module: ModuleType = source.entry_point.load()  # it may be any object; pluggy looks at its hooks
        return module
    if not source.target.endswith(".py"):
        return importlib.import_module(source.target)
    path = Path(source.target)
    name = f"aictui_plugin_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def manager_of(name: str, module: ModuleType) -> pluggy.PluginManager:
    """A plugin manager that holds an imported module; raises whatever pluggy finds wrong with its hooks."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(module, name)
    if os.environ.get(TRACE_VARIABLE):
        manager.add_hookcall_monitoring(
            before=lambda hook, _implementations, _arguments: print(f"aictui: {name}: {hook}", file=sys.stderr),
            after=lambda _outcome, _hook, _implementations, _arguments: None,
        )
    return manager
