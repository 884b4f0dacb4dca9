"""Installs and removes plugin packages in the running environment, with the tool that owns it.

Nothing runs before its caller has seen the exact command: `plan_install` and `plan_uninstall` say what would run,
`run` runs it and gives its output line by line.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import tomllib
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from aictui.errors import Cancelled, InputError, PluginError, UsageError, reason_of
from aictui.home import with_home
from aictui.plugins.sources import PluginSource, discover

Owner = Literal["pip", "uv", "uv tool", "pipx"]

_LONGEST_NAME = 100
_INTERRUPT = signal.SIGINT if os.name == "posix" else signal.SIGTERM
"""What stops an installer: on an interrupt they put back what they have half done."""
_EXACT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(==[A-Za-z0-9.!+]+)?")


@dataclass(frozen=True)
class InstallerCommand:
    """A command that has not run yet; ``str()`` spells it as one would type it."""

    command: tuple[str, ...]

    def __str__(self) -> str:
        """The command, quoted for a shell."""
        return shlex.join(self.command)


def owner() -> Owner:
    """The tool that made this environment and should change it."""
    prefix = Path(sys.prefix)
    if (prefix / "uv-receipt.toml").is_file() and shutil.which("uv"):
        return "uv tool"
    if (prefix / "pipx_metadata.json").is_file() and shutil.which("pipx"):
        return "pipx"
    marker = prefix / "pyvenv.cfg"
    made_by_uv = marker.is_file() and re.search(r"^uv\s*=", marker.read_text(encoding="utf-8"), re.MULTILINE)
    if shutil.which("uv") and (made_by_uv or find_spec("pip") is None):
        return "uv"
    return "pip"


def plan_install(requirements: Sequence[str], *, upgrade: bool = False, editable: bool = False) -> InstallerCommand:
    """The command that installs packages: by name, ``name==version``, folder, wheel or git URL.

    ``editable`` installs folders so that changes in them take effect at once, for those who write plugins.

    Raises `UsageError` for what is none of these, `PluginError` where nothing here can install packages.
    """
    wanted = [_checked(requirement) for requirement in requirements]
    if not wanted:
        raise UsageError("there is nothing to install; name a package, a folder, a wheel or a git URL")
    who = owner()
    if who == "uv tool":
        named = {_normal(_name(package)) for package in wanted}
        kept = _receipt_packages(without=named)
        added = [("--with-editable" if editable else "--with", package) for package in wanted]
        return _uv_tool([*kept, *added], ["--upgrade"] if upgrade else [])
    if who == "pipx":
        flags = [*(["--force"] if upgrade else []), *(["--editable"] if editable else [])]
        return InstallerCommand((_tool("pipx"), "inject", *flags, _environment_name(), *wanted))
    flags = ["--upgrade"] if upgrade else []
    places = [word for package in wanted for word in ("--editable", package)] if editable else wanted
    return InstallerCommand((*_python_installer(who, "install"), *flags, *places))


def plan_uninstall(names: Sequence[str]) -> InstallerCommand:
    """The command that removes the packages of plugins, named by plugin or package.

    Raises `UsageError` for what is not a plugin that came as a package.
    """
    packages = [_package_of(name) for name in names]
    who = owner()
    if who == "uv tool":
        gone = {_normal(package) for package in packages}
        return _uv_tool(_receipt_packages(without=gone))
    if who == "pipx":
        return InstallerCommand((_tool("pipx"), "uninject", _environment_name(), *packages))
    return InstallerCommand((*_python_installer(who, "uninstall"), *(["--yes"] if who == "pip" else []), *packages))


def run(plan: InstallerCommand, begun: Callable[[Callable[[], None]], object] | None = None) -> Iterator[str]:
    """Runs the command and yields its output line by line; stops it where the caller stops listening.

    ``begun`` is given a function that stops it from another thread, even while it says nothing.

    Raises `PluginError` where it fails, `Cancelled` where it was stopped.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        process = subprocess.Popen(
            plan.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
        )
    except OSError as error:
        raise PluginError(f"{plan.command[0]} cannot be started: {error.strerror}") from None
    assert process.stdout is not None
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        process.send_signal(_INTERRUPT)

    if begun is not None:
        begun(stop)
    try:
        for line in process.stdout:
            yield line.rstrip("\n")
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        process.stdout.close()
    if code != 0:
        if stopped.is_set():
            raise Cancelled(f"`{plan}` was stopped")
        raise PluginError(f"`{plan}` failed with exit code {code}; its output says why")


def freeze() -> list[str]:
    """The installed plugin packages, each as a requirement that installs it again."""
    return sorted({_frozen(source) for source in discover() if source.package})


def read_requirements(path: Path) -> list[str]:
    """The requirements of a file, one a line, without comments; raises `InputError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a list of packages: {reason_of(error)}") from None
    lines = [line.split(" #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def check_named_by_file(requirement: str) -> str:
    """A requirement that an image file names, if it is a plain name or ``name==version``; raises `PluginError`.

    A file may come from anywhere, so it must not be able to name a URL, a path or an option.
    """
    if not _EXACT.fullmatch(requirement) or len(requirement) > _LONGEST_NAME:
        shown = requirement if len(requirement) <= _LONGEST_NAME else f"{requirement[:_LONGEST_NAME]}…"
        raise PluginError(f"the file names {shown!r} as the package it needs, which is not a plain package name")
    return requirement


def _checked(requirement: str) -> str:
    if not requirement.strip() or requirement.startswith("-"):
        raise UsageError(f"{requirement!r} is not a package; name one, or a folder, a wheel or a git URL")
    path = with_home(requirement)
    looks_local = requirement.startswith((".", "/", "~")) or requirement.endswith(".whl") or os.sep in requirement
    # Those of pathlib raise for a text that is too long for a name.
    is_folder, is_file = os.path.isdir(path), os.path.isfile(path)  # noqa: PTH112, PTH113
    if is_folder or (is_file and path.suffix in {".whl", ".gz", ".zip"}):
        if is_folder and not looks_local:
            # A folder that happens to bear the name of a package is not what `install NAME` asks for.
            return requirement
        return str(path.resolve())
    if looks_local and "://" not in requirement and "@" not in requirement:
        raise UsageError(f"{requirement}: no such folder or wheel")
    return requirement


def _package_of(name: str) -> str:
    for source in discover():
        if name == source.name or (source.package and _normal(name) == _normal(source.package)):
            if not source.package:
                raise UsageError(f"plugin {name} is the file {source.target}; remove that file, or disable the plugin")
            return source.package
    there = ", ".join(source.name for source in discover()) or "none"
    raise UsageError(f"{name!r} is not an installed plugin; there are: {there}")


def _python_installer(who: Owner, verb: str) -> tuple[str, ...]:
    if who == "uv":
        return (_tool("uv"), "pip", verb, "--python", sys.executable)
    if find_spec("pip") is None:
        raise PluginError("neither pip nor uv is there to install with; `python -m ensurepip` brings pip")
    managed = Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED"
    if sys.prefix == sys.base_prefix and managed.is_file():
        raise PluginError("this Python belongs to the operating system; install aictui in a virtual environment")
    return (sys.executable, "-m", "pip", verb)


def _uv_tool(additions: Sequence[tuple[str, str]], flags: Sequence[str] = ()) -> InstallerCommand:
    # uv rebuilds a tool's environment from this list, so what is not named again would be gone.
    words = (word for pair in additions for word in pair)
    return InstallerCommand((_tool("uv"), "tool", "install", *flags, _receipt_tool(), *words))


def _receipt() -> list[dict[str, Any]]:
    receipt = tomllib.loads((Path(sys.prefix) / "uv-receipt.toml").read_text(encoding="utf-8"))
    return list(receipt["tool"]["requirements"])


def _receipt_tool() -> str:
    return next((_spelled(entry) for entry in _receipt() if _normal(entry["name"]) == "aictui"), "aictui")


def _receipt_packages(*, without: Set[str]) -> list[tuple[str, str]]:
    """The packages beside aictui, each with the flag that brings it along."""
    packages = [entry for entry in _receipt() if _normal(entry["name"]) not in {"aictui", *without}]
    return [
        ("--with-editable", str(Path(entry["editable"]).resolve()))
        if "editable" in entry
        else ("--with", _spelled(entry))
        for entry in packages
    ]


def _spelled(entry: dict[str, Any]) -> str:
    name = entry["name"]
    if extras := entry.get("extras"):
        name += f"[{','.join(extras)}]"
    for key in ("directory", "editable", "path"):
        if key in entry:
            return f"{name} @ {Path(entry[key]).resolve().as_uri()}"
    if "git" in entry:
        return f"{name} @ git+{entry['git']}"
    return f"{name} @ {entry['url']}" if "url" in entry else f"{name}{entry.get('specifier', '')}"


def _frozen(source: PluginSource) -> str:
    try:
        direct = distribution(source.package).read_text("direct_url.json")
    except PackageNotFoundError:
        direct = None
    if direct is None:
        return source.requirement
    origin = json.loads(direct)
    url = origin["url"]
    if vcs := origin.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return f"{source.package} @ {url}"


def _environment_name() -> str:
    return Path(sys.prefix).name


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PluginError(f"{name} owns this environment but is not on the PATH")
    return found


def _name(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;@]", requirement, maxsplit=1)[0]


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
