import logging
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aictui.cli.group import COMMANDS
from aictui.errors import MissingComponentError, PluginError
from aictui.plugins import PluginSource, Registry, catalog
from tests.plugins.conftest import MakeRegistry

CODER = """
from aictui.hookspecs import hookimpl
from aictui.entropy.raw import Raw

class Mine(Raw):
    id = "{id}"

@hookimpl
def register_entropy_coders(register):
    register(Mine)
"""


def test_a_built_in_is_found_without_importing_any_plugin(make_registry: MakeRegistry) -> None:
    registry = make_registry(noisy="import sys\nsys.modules['noisy_was_here'] = sys")
    assert registry.quantizer("round").id == "round"
    assert "noisy_was_here" not in sys.modules
    assert not registry.failures


def test_a_plugin_is_loaded_when_an_id_is_not_built_in(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=CODER.format(id="mine"))
    assert registry.entropy_coder("mine").id == "mine"
    assert list(registry.entropy_coders)[-1] == "mine"
    assert registry.provided("mine") == {"entropy coder": ["mine"]}
    assert registry.hooks("mine") == ["register_entropy_coders"]


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Lets the process's registry be made anew, before and after."""
    catalog.registry.cache_clear()
    yield
    catalog.registry.cache_clear()


@pytest.mark.usefixtures("forgotten")
def test_threads_that_ask_at_once_share_one_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(warn: object) -> list[PluginSource]:
        del warn
        time.sleep(0.02)
        return []

    monkeypatch.setattr(catalog, "discover", look)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: catalog.registry(), range(4)))
    assert len(set(map(id, found))) == 1


COMMAND = """
import click
from aictui.hookspecs import hookimpl

@hookimpl
def register_commands(cli):
    cli.add_command(click.Command("greet"))
    {more}
"""


def test_commands_are_among_what_a_plugin_provides_where_all_could_be_added(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=COMMAND.format(more=""), bad=COMMAND.format(more="1 / 0"))
    assert registry.provided("mine") == {"command": ["greet"]}
    assert registry.provided("bad") == {}
    assert registry.state_of(registry.sources[0]) == "broken"


def test_a_built_in_command_keeps_its_name_against_a_plugin(
    make_registry: MakeRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    registry = make_registry(mine=COMMAND.format(more="cli.add_command(click.Command('info'))"))
    for _ in range(2):
        assert list(registry.commands(registry.sources[0])) == ["greet"]
        assert registry.provided("mine") == {"command": ["greet"]}
    told = "plugin mine supplies command 'info', which built-in has already; it is left out"
    assert registry.problems("mine") == caplog.messages == [told]


def test_every_built_in_command_is_known_as_such() -> None:
    assert set(COMMANDS) == catalog.BUILT_IN_COMMANDS


def test_the_plugin_called_like_an_id_is_asked_first_and_the_others_are_left_alone(make_registry: MakeRegistry) -> None:
    registry = make_registry(aaa="1 / 0", mine=CODER.format(id="mine"))
    assert registry.entropy_coder("mine").id == "mine"
    assert not registry.failures
    assert set(registry.entropy_coders) > {"mine", "raw"}
    assert [failure.plugin for failure in registry.failures] == ["aaa"]


def test_an_unknown_id_says_what_there_is_and_which_plugins_are_idle(make_registry: MakeRegistry) -> None:
    registry = make_registry(broken="1 / 0")
    with pytest.raises(MissingComponentError, match=r"entropy coder 'x' is not installed; there are .*range.*broken"):
        registry.entropy_coder("x")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("1 / 0", "could not load: ZeroDivisionError"),
        ("import nowhere_to_be_found", "could not load: ModuleNotFoundError"),
        ("def f(:", "could not load: SyntaxError"),
        ("from aictui.errors import PluginError\nraise PluginError('not today')", "could not load: not today"),
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E", "could not load: E; switch it off"),
        ("raise SystemExit(3)", "could not load: SystemExit: 3"),
        ("raise KeyboardInterrupt", "could not load: RuntimeError: KeyboardInterrupt"),
        (
            "from aictui.hookspecs import hookimpl\n@hookimpl\ndef register_quantizers(wrong): pass",
            "could not load: PluginValidationError",
        ),
        (
            "from aictui.hookspecs import hookimpl\n@hookimpl\ndef register_quantizers(register): 1 / 0",
            "could not answer register_quantizers: ZeroDivisionError",
        ),
        (
            "from aictui.hookspecs import hookimpl\n@hookimpl\ndef register_quantizers(register): register(3)",
            "registers a quantizer that cannot be used: 3 is not a subclass of Quantizer",
        ),
    ],
)
def test_a_plugin_that_fails_is_left_out_with_one_line_that_names_the_way_out(
    make_registry: MakeRegistry, caplog: pytest.LogCaptureFixture, code: str, says: str
) -> None:
    registry = make_registry(bad=code, mine=CODER.format(id="mine"))
    assert set(registry.quantizers) >= {"round", "deadzone", "int8"}
    assert "mine" in registry.entropy_coders
    (failure,) = registry.failures
    assert failure.plugin == "bad"
    assert says in failure.message
    assert "aictui plugins disable bad" in failure.message
    assert "\n" not in failure.message
    assert failure.message in caplog.messages


def test_a_plugin_that_hangs_is_left_out_after_the_time_limit(
    make_registry: MakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICTUI_PLUGIN_SECONDS", "0.1")
    registry = make_registry(slow="import threading\nthreading.Event().wait(5)")
    assert "range" in registry.entropy_coders
    (failure,) = registry.failures
    assert "did not load within 0.1 seconds" in failure.message


def test_a_plugin_that_waits_in_vain_itself_is_told_with_its_own_words(make_registry: MakeRegistry) -> None:
    registry = make_registry(slow='raise TimeoutError("no answer from the licence server")')
    assert "range" in registry.entropy_coders
    (failure,) = registry.failures
    assert "no answer from the licence server" in failure.message
    assert "seconds" not in failure.message


def test_standard_streams_outlast_a_plugin_that_takes_them_away(make_registry: MakeRegistry) -> None:
    streams = sys.stdin, sys.stdout, sys.stderr
    taken = "import sys\nsys.stdin = sys.stdout = sys.stderr = None\n"
    registry = make_registry(mine=taken + CODER.format(id="mine"), bad=taken + "1 / 0")
    assert registry.entropy_coder("mine").id == "mine"
    assert set(registry.entropy_coders) >= {"mine", "raw"}
    assert streams == (sys.stdin, sys.stdout, sys.stderr)


@pytest.mark.parametrize(
    "configured",
    [
        "logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)",
        "logging.getLogger().handlers.clear()",
        "logging.disable(logging.CRITICAL)",
        "logging.config.dictConfig({'version': 1, 'root': {'level': 'ERROR'}})",
    ],
)
def test_a_plugin_that_configures_logging_does_so_for_nobody_else(
    make_registry: MakeRegistry, caplog: pytest.LogCaptureFixture, configured: str
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    careless = f"import logging.config, sys\nlogging.getLogger().handlers.clear()\n{configured}\n"
    registry = make_registry(careless=careless + CODER.format(id="mine"), zbad="1 / 0")
    assert set(registry.entropy_coders) >= {"mine", "raw"}
    assert (root.handlers, root.level) == before
    assert "plugin zbad could not load" in caplog.text


def test_a_plugin_that_goes_to_another_folder_takes_nobody_with_it(
    make_registry: MakeRegistry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    registry = make_registry(mine="import os\nos.chdir('/')\n" + CODER.format(id="mine"))
    assert registry.entropy_coder("mine").id == "mine"
    assert Path.cwd() == tmp_path.resolve()


def test_a_broken_plugin_is_tried_and_told_once(make_registry: MakeRegistry) -> None:
    registry = make_registry(bad="1 / 0")
    assert registry.quantizers
    assert registry.chunkers
    assert registry.metrics
    assert len(registry.failures) == 1


def test_strict_raises_what_is_otherwise_a_warning(make_registry: MakeRegistry) -> None:
    with pytest.raises(PluginError, match="plugin bad could not load"):
        assert make_registry(strict=True, bad="1 / 0").quantizers


def test_a_built_in_keeps_its_id_against_a_plugin(make_registry: MakeRegistry) -> None:
    registry = make_registry(thief=CODER.format(id="raw"))
    assert registry.entropy_coders["raw"].__module__ == "aictui.entropy.raw"
    assert "which built-in has already" in registry.failures[0].message


MISSPELT = """
from aictui.hookspecs import hookimpl

@hookimpl
def register_entropy_codecs(register):
    pass

@hookimpl(optionalhook=True)
def register_of_the_future(register):
    pass
"""


def test_a_hook_that_there_is_not_is_told_and_the_others_work(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=CODER.format(id="mine") + MISSPELT)
    assert registry.entropy_coder("mine").id == "mine"
    (failure,) = registry.failures
    assert failure.message.startswith("plugin mine implements register_entropy_codecs, which is none of the hooks ")


def test_a_hook_that_nothing_marks_is_told(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=CODER.format(id="mine").replace("@hookimpl\n", ""), theirs=CODER.format(id="theirs"))
    assert "mine" not in registry.entropy_coders
    (failure,) = registry.failures
    assert failure.message == (
        "plugin mine has a function register_entropy_coders that is not called: mark it with @aictui.hookimpl"
    )


@pytest.mark.parametrize("ending", ["return [Mine]", "yield Mine"])
def test_a_hook_that_returns_what_it_should_register_is_told(make_registry: MakeRegistry, ending: str) -> None:
    registry = make_registry(mine=CODER.format(id="mine").replace("register(Mine)", ending))
    assert "mine" not in registry.entropy_coders
    (failure,) = registry.failures
    assert "returns something from register_entropy_coders, where nobody takes it" in failure.message


def test_what_a_hook_returns_after_it_registered_is_nobodys_trouble(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=CODER.format(id="mine") + "    return Mine\n")
    assert registry.entropy_coder("mine").id == "mine"
    assert not registry.failures


def test_a_file_plugin_has_no_package_to_install(make_registry: MakeRegistry) -> None:
    registry = make_registry(mine=CODER.format(id="mine"))
    assert registry.requirement("entropy coder", "mine") == ""
    assert registry.requirement("entropy coder", "raw") == ""


def test_every_call_of_a_hook_can_be_traced(
    make_registry: MakeRegistry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AICTUI_TRACE_PLUGINS", "1")
    assert make_registry(mine=CODER.format(id="mine")).entropy_coders
    assert "aictui: mine: register_entropy_coders" in capsys.readouterr().err


def test_without_plugins_there_are_the_built_ins() -> None:
    registry = Registry([])
    assert set(registry.chunkers) >= {"rgb16", "planes16"}
    assert set(registry.quantizers) >= {"round", "deadzone", "int8"}
    assert set(registry.entropy_coders) >= {"range", "adaptive", "deflate", "raw"}
    assert set(registry.metrics) >= {"psnr", "ms-ssim"}
    assert registry.model_files == ()


CURIOUS = """
from aictui import plugins
from aictui.hookspecs import hookimpl
from aictui.entropy.raw import Raw

{at_import}

class Curious(Raw):
    id = "curious"

@hookimpl
def register_entropy_coders(register):
    known = plugins.registry()
    assert known.quantizer("round").id == "round"
    assert "mine" in known.entropy_coders
    register(Curious)
"""


@pytest.mark.parametrize("at_import", ["", "assert 'mine' in plugins.registry().entropy_coders"])
def test_a_plugin_may_look_up_what_others_supply_while_it_is_asked(
    make_registry: MakeRegistry, monkeypatch: pytest.MonkeyPatch, at_import: str
) -> None:
    monkeypatch.setenv("AICTUI_PLUGIN_SECONDS", "5")
    registry = make_registry(curious=CURIOUS.format(at_import=at_import), mine=CODER.format(id="mine"))
    monkeypatch.setattr("aictui.plugins.registry", lambda: registry)
    assert {"curious", "mine"} <= set(registry.entropy_coders)
    assert not registry.failures


MODELS = """
from pathlib import Path
from aictui.hookspecs import hookimpl

@hookimpl
def register_models(register):
    register(Path(__file__).parent / "{folder}" / "model.safetensors")
"""


def test_model_files_of_one_name_from_several_plugins_are_all_there(make_registry: MakeRegistry, folder: Path) -> None:
    files = [folder / name / "model.safetensors" for name in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        file.touch()
    registry = make_registry(one=MODELS.format(folder="one"), two=MODELS.format(folder="two"))
    assert registry.model_files == tuple(files)
    assert registry.provided("two") == {"model": ["model"]}
    assert not registry.failures


def test_a_hook_that_fails_takes_nothing_else_of_its_plugin_away(make_registry: MakeRegistry) -> None:
    code = """
from aictui import hookimpl
from aictui.quantizers.round import Round

class Good(Round):
    id = "good"

class Bad(Round):
    id = "Bad id"

@hookimpl
def register_chunkers(register):
    raise ValueError("not today")

@hookimpl
def register_quantizers(register):
    register(Bad)
    register(Good)
"""
    registry = make_registry(half=code)
    assert "good" not in registry.chunkers
    assert registry.quantizer("good").id == "good"
    assert registry.provided("half") == {"quantizer": ["good"]}
    problems = registry.problems("half")
    assert ["not today" in problems[0], "Bad.id" in problems[1]] == [True, True]
    assert len(problems) == 2
