import gc
import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from aictui import __version__
from aictui.cli.group import cli
from aictui.cli.main import explain
from aictui.errors import Cancelled, FormatError, InputError
from tests.cli.conftest import Command

GOLDEN = Path(__file__).parents[1] / "codec" / "golden" / "one-piece.aic"


def test_help_lists_every_command(aictui: Command) -> None:
    outcome = aictui("--help")
    assert outcome.code == 0
    for command in ["compress", "decompress", "info", "trim", "models", "presets", "plugins", "train", "bench"]:
        assert f"  {command} " in outcome.out


def test_the_help_of_completion_has_a_line_for_every_shell(aictui: Command) -> None:
    lines = aictui("completion", "--help").out.splitlines()
    assert [line.split()[0] for line in lines if ":  " in line and " > " in line] == ["bash:", "zsh:", "fish:"]
    assert not any("\\b" in line for line in lines)


def test_the_version_is_printed(aictui: Command) -> None:
    assert aictui("--version").out == f"aictui {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["frobnicate"], 2, "'frobnicate' is neither a command nor a file or folder"),
        (["nowhere.png"], 3, "nowhere.png: no such file or folder"),
        (["some/where"], 3, "some/where: no such file or folder"),
        (["--frobnicate"], 2, "No such option '--frobnicate'"),
        (["compress"], 2, "Missing argument 'IMAGES...'"),
        (["compress", "x.png", "--ratio", "much"], 2, "'much' is not a valid float"),
        (["--plugins-dir", "nowhere", "plugins", "list"], 2, "Directory 'nowhere' does not exist"),
    ],
)
def test_what_cannot_be_is_one_line_and_an_exit_code(
    aictui: Command, arguments: list[str], code: int, says: str
) -> None:
    outcome = aictui(*arguments)
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err.startswith("aictui: ")
    assert says in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("group", ["models", "plugins"])
def test_a_group_without_a_command_shows_its_help(aictui: Command, group: str) -> None:
    outcome = aictui(group)
    assert outcome.code == 2
    assert outcome.err.startswith(f"Usage: aictui {group} ")
    assert "\n  list " in outcome.err


def test_a_path_opens_the_application(aictui: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("aictui.cli.group._needs_terminal", lambda: None)
    monkeypatch.setattr("aictui.tui.app.run", opened.append)
    assert aictui(tmp_path.parent).code == 0
    assert aictui().code == 0
    assert opened == [tmp_path.parent, tmp_path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder that is in use")
def test_from_a_folder_that_was_removed_nothing_opens(
    aictui: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aictui.cli.group._needs_terminal", lambda: None)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    outcome = aictui()
    assert outcome.code == 3
    assert outcome.err == (
        "aictui: the present folder was removed; change to another one, or name the folder to open\n"
    )


def test_a_command_goes_before_a_folder_of_its_name(aictui: Command, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    assert "List and describe" in aictui("models", "--help").out


@pytest.mark.parametrize("redirected", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_the_application_says_what_works(
    redirected: str, aictui: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, file = SimpleNamespace(isatty=lambda: True), SimpleNamespace(isatty=lambda: False)
    streams = {name: file if name == redirected else terminal for name in ("stdin", "stdout", "stderr")}
    monkeypatch.setattr("aictui.cli.group.sys", SimpleNamespace(**streams))
    monkeypatch.setattr("aictui.tui.app.run", lambda _: pytest.fail("the application was opened"))
    outcome = aictui()
    assert outcome.code == 2
    assert "needs a terminal" in outcome.err


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "cancelled"),
        (Cancelled("by the user"), 130, "cancelled"),
        (FormatError("x.aic is\ndamaged"), 4, "x.aic is damaged"),
        (MemoryError(), 1, "not enough memory"),
        (ValueError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes"), 1, "not enough memory"),
        (ZeroDivisionError("by\nzero"), 1, "unexpected ZeroDivisionError: by zero (set AICTUI_DEBUG=1 to see where)"),
    ],
)
def test_whatever_goes_wrong_is_one_line_without_a_traceback(
    aictui: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, says: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("aictui.network.store.available", fail)
    outcome = aictui("models", "list")
    assert (outcome.code, outcome.err) == (code, f"aictui: {says}\n") or says in outcome.err
    assert outcome.err.count("\n") == 1
    monkeypatch.setenv("AICTUI_DEBUG", "1")
    assert "Traceback" in aictui("models", "list").err


def test_when_the_reader_goes_away_nothing_is_said() -> None:
    command = f"{sys.executable} -m aictui --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}


def test_ctrl_c_ends_with_130_and_one_line() -> None:
    script = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from aictui.cli import main
from aictui.network import store
store.available = lambda **_: signal.raise_signal(signal.SIGINT)
main(["models", "list"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "aictui: cancelled\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_ends_a_command_leaves_nothing_half_written(
    aictui: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    number = getattr(signal, name)

    def ended_meanwhile(_descriptor: int) -> None:
        assert signal.getsignal(number) != signal.SIG_DFL, "this process would end"
        signal.raise_signal(number)

    monkeypatch.setattr(os, "fsync", ended_meanwhile)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        outcome = aictui("trim", GOLDEN, "--size", "1MB", "-o", "cut.aic")
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert (outcome.code, outcome.err) == (128 + number, "aictui: cancelled\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_signal_that_is_ignored_as_under_nohup_stays_ignored(
    aictui: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "invoke", lambda _: signal.raise_signal(signal.SIGHUP))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert aictui("models", "list").code == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_ctrl_c_while_the_program_is_imported_ends_with_130_and_one_line() -> None:
    script = """
import sys
from aictui.__main__ import main

class Interrupted:
    def find_spec(self, name, *_more):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "aictui: cancelled\n")


def test_matplotlib_which_keras_imports_says_nothing(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("matplotlib"), "level", logging.NOTSET)
    aictui("--version")
    assert not logging.getLogger("matplotlib").isEnabledFor(logging.WARNING)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", ["--help", "--version", "models list --json", "models path", "completion bash"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_standard_output_is_told_in_one_line(arguments: str, unbuffered: str) -> None:
    command = [sys.executable, "-m", "aictui", *arguments.split()]
    with Path("/dev/full").open("w") as full:
        variables = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=variables, check=False)
    told = "aictui: standard output cannot be written: no space left on device\n"
    assert (done.returncode, done.stderr) == (8, told)


@pytest.mark.skipif(os.name == "nt", reason="the system has no such limits")
@pytest.mark.parametrize("arguments", ["compress --help", f"trim {GOLDEN} --size 1500B -o -"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_standard_output_that_fills_up_halfway_is_told_in_one_line(
    arguments: str, unbuffered: str, tmp_path: Path
) -> None:
    command = f"ulimit -f 1; exec {sys.executable} -m aictui {arguments} >{tmp_path / 'written'}"
    variables = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=variables, check=False)
    assert (done.returncode, done.stderr) == (8, "aictui: standard output cannot be written: file too large\n")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii"])
def test_names_that_the_encoding_of_the_terminal_has_not_are_written(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "写真.aic"
    path.write_bytes(GOLDEN.read_bytes())
    command = [sys.executable, "-m", "aictui", "info", str(path)]
    variables = os.environ | {"PYTHONIOENCODING": encoding}
    table = subprocess.run(command, capture_output=True, env=variables, check=False)
    assert (table.returncode, table.stderr) == (0, b"")
    assert rb"\u5199\u771f.aic" in table.stdout or "写真.aic".encode() in table.stdout
    objects = subprocess.run([*command, "--json"], capture_output=True, env=variables, check=False)
    assert json.loads(objects.stdout.decode("utf-8"))["file"] == str(path)


@pytest.mark.skipif(os.name == "nt", reason="the shell there closes no streams")
@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        ("--version >&-", 8, "aictui: standard output cannot be written: it is closed\n"),
        ("--version <&-", 0, ""),
        ("--version 2>&-", 0, ""),
        ("info - <&-", 3, "aictui: standard input cannot be read: it is closed\n"),
        ("models info nope 2>&- >&- <&-", 5, ""),
        ("2>&-", 2, ""),
        ("models info nope 2>/dev/full", 5, ""),
    ],
)
def test_what_needs_no_closed_stream_is_done(arguments: str, code: int, err: str) -> None:
    command = f"{sys.executable} -m aictui {arguments}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, err)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(aictui: Command, shell: str) -> None:
    outcome = aictui("completion", shell)
    assert outcome.code == 0
    assert f"_AICTUI_COMPLETE={shell}_complete" in outcome.out


def test_completion_knows_commands_and_components() -> None:
    def complete(line: str) -> str:
        words = line.split(" ")
        variables = {"_AICTUI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        command = [sys.executable, "-m", "aictui"]
        return subprocess.run(command, capture_output=True, text=True, env=os.environ | variables, check=False).stdout

    assert "plain,compress" in complete("aictui comp")
    assert "plain,deadzone" in complete("aictui compress --quantizer dead")


def test_a_broken_configuration_completes_nothing_instead_of_showing_where_it_broke(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[defaults")
    words = {"COMP_WORDS": "aictui compress --quantizer dead", "COMP_CWORD": "3"}
    variables = {"_AICTUI_COMPLETE": "bash_complete", "AICTUI_CONFIG": str(config), **words}
    command = [sys.executable, "-m", "aictui"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | variables, check=False)
    assert "Traceback" not in done.stdout + done.stderr


PLUGIN = """
import click
from aictui.hookspecs import hookimpl

@hookimpl
def register_commands(cli):
    @cli.command()
    @click.argument("name")
    def greet(name):
        click.echo(f"hello {name}")
"""


def test_a_plugin_may_add_commands(aictui: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aictui.plugins import registry

    (tmp_path / "greeter.py").write_text(PLUGIN)
    monkeypatch.setenv("AICTUI_PLUGINS", "greeter")
    monkeypatch.setenv("AICTUI_PLUGINS_DIR", "")
    registry.cache_clear()
    try:
        assert aictui("--plugins-dir", tmp_path, "greet", "you").out == "hello you\n"
    finally:
        registry.cache_clear()


@pytest.mark.parametrize(
    ("body", "code", "err"),
    [
        ("1 / 0", 9, "aictui: command greet of plugin greeter failed: ZeroDivisionError: division by zero; switch it"),
        ("raise BaseException('gone')", 9, "aictui: command greet of plugin greeter failed: BaseException: gone; "),
        ("return 5", 5, ""),
        ("return True", 0, ""),
        ("return 256", 1, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no such name')", 1, "no such name"),
    ],
)
def test_a_command_of_a_plugin_fails_as_that_of_its_plugin(tmp_path: Path, body: str, code: int, err: str) -> None:
    source = PLUGIN.replace('click.echo(f"hello {name}")', body).replace("import click", "import sys\nimport click")
    (tmp_path / "greeter.py").write_text(source)
    variables = os.environ | {"AICTUI_PLUGINS": "greeter"}
    command = [sys.executable, "-m", "aictui", "--plugins-dir", tmp_path, "greet", "you"]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == code
    assert done.stderr.startswith(err)
    assert done.stderr.count("\n") == (1 if err else 0)


def test_a_file_that_may_not_be_reached_is_one_line_and_no_traceback() -> None:
    message, code = explain(PermissionError(13, "Permission denied", "secret/beach.jpg"))
    assert message == "secret/beach.jpg: permission denied"
    assert code == InputError.exit_code


@pytest.mark.usefixtures("small_model")
@pytest.mark.parametrize("command", ["compress", "decompress", "info", "trim"])
def test_a_file_without_permission_cannot_be_read_and_is_no_wrong_usage(
    aictui: Command, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.write_bytes(b"secret")
    may, opened = os.access, Path.open
    monkeypatch.setattr(os, "access", lambda path, *rest, **more: str(path) != str(locked) and may(path, *rest, **more))
    monkeypatch.setattr(
        Path, "open", lambda path, *how, **more: _refuse(path) if path == locked else opened(path, *how, **more)
    )
    monkeypatch.setattr("PIL.Image.open", _refuse)
    outcome = aictui(command, locked, *(["--size", "1kB"] if command == "trim" else []))
    assert outcome.code == 3
    assert "locked may not be read (permission denied)" in outcome.err


def _refuse(path: object, *_more: object) -> None:
    raise PermissionError(13, "Permission denied", str(path))


@pytest.mark.usefixtures("small_model")
def test_what_pillow_warns_of_is_not_shown(aictui: Command, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40)).save(tmp_path / "a.png", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    outcome = aictui("compress", "a.png")
    assert outcome.code == 0
    assert "Warning" not in outcome.err


def test_an_interrupt_in_the_garbage_collector_is_not_lost(aictui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def collected(_phase: str, _info: object) -> None:
        gc.callbacks.remove(collected)
        raise KeyboardInterrupt

    def work(_context: object) -> None:
        gc.callbacks.append(collected)
        gc.collect()
        for _ in range(500):
            time.sleep(0.01)

    monkeypatch.setattr(cli, "invoke", work)
    hook = sys.unraisablehook
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background may ignore it
    try:
        outcome = aictui()
    finally:
        signal.signal(signal.SIGINT, handler)
    assert (outcome.code, outcome.err) == (130, "aictui: cancelled\n")
    assert sys.unraisablehook is hook


@pytest.mark.usefixtures("small_model")
@pytest.mark.parametrize("arguments", [["compress"], ["decompress"], ["trim", "--size", "1kB"], ["compress", "-r"]])
def test_a_folder_that_is_not_there_does_not_become_a_file(
    aictui: Command, tmp_path: Path, image: Path, arguments: list[str]
) -> None:
    assert aictui("compress", image).code == 0
    file = image if arguments[0] == "compress" else image.with_suffix(".aic")
    outcome = aictui(*arguments, file, "-o", "results/")
    assert outcome.code == 8
    assert "there is no folder results/; make it first, or leave out the slash" in outcome.err
    assert not (tmp_path / "results").exists()
    if arguments[0] != "trim":
        assert aictui(arguments[0], file, file, "-o", "results/").code in {0, 1}
        assert (tmp_path / "results").is_dir()
