import sys
import threading
from pathlib import Path

import pytest

from aictui.errors import Cancelled, InputError, PluginError, UsageError
from aictui.plugins import installer
from aictui.plugins.installer import InstallerCommand, plan_install, plan_uninstall, run
from aictui.plugins.sources import PluginSource

RECEIPT = """
[tool]
requirements = [
    { name = "aictui", extras = ["bench"], specifier = ">=0.1" },
    { name = "aictui-zstd", specifier = "==1.0" },
    { name = "aictui-lapped", git = "https://example.org/lapped" },
]
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of its own, with every installer on the PATH."""
    prefix = tmp_path / "aictui"
    prefix.mkdir()
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(installer.shutil, "which", lambda name: f"/bin/{name}")
    return prefix


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [
        PluginSource("zstd", "aictui_zstd", "aictui-zstd", "1.0"),
        PluginSource("mine", "/home/me/mine.py"),
    ]
    monkeypatch.setattr(installer, "discover", lambda: sources)


def words(plan: InstallerCommand) -> list[str]:
    return list(plan.command)


def test_an_ordinary_environment_is_changed_with_its_own_pip(environment: Path) -> None:
    assert words(plan_install(["aictui-zstd==1.0"])) == [sys.executable, "-m", "pip", "install", "aictui-zstd==1.0"]


def test_an_environment_made_by_uv_is_changed_with_uv_naming_this_python(environment: Path) -> None:
    (environment / "pyvenv.cfg").write_text("home = /usr\nuv = 0.5.1\n")
    expected = ["/bin/uv", "pip", "install", "--python", sys.executable, "aictui-zstd"]
    assert words(plan_install(["aictui-zstd"])) == expected


def test_an_environment_of_pipx_is_changed_with_pipx(environment: Path, installed: None) -> None:
    (environment / "pipx_metadata.json").write_text("{}")
    assert words(plan_install(["aictui-zstd"])) == ["/bin/pipx", "inject", "aictui", "aictui-zstd"]
    assert words(plan_uninstall(["zstd"])) == ["/bin/pipx", "uninject", "aictui", "aictui-zstd"]


def test_a_uv_tool_keeps_what_it_was_installed_with(environment: Path, installed: None) -> None:
    (environment / "uv-receipt.toml").write_text(RECEIPT)
    lapped = "aictui-lapped @ git+https://example.org/lapped"
    base = ["/bin/uv", "tool", "install", "aictui[bench]>=0.1"]
    assert words(plan_install(["aictui-trellis"])) == [
        *(*base, "--with", "aictui-zstd==1.0", "--with", lapped),
        *("--with", "aictui-trellis"),
    ]
    assert words(plan_uninstall(["zstd"])) == [*base, "--with", lapped]


def test_a_uv_tool_keeps_folders_that_are_worked_on_editable(environment: Path, tmp_path: Path) -> None:
    entry = f'{{ name = "aictui-mine", editable = "{tmp_path.as_posix()}" }}'
    (environment / "uv-receipt.toml").write_text(f'[tool]\nrequirements = [{{ name = "aictui" }}, {entry}]\n')
    assert words(plan_install(["aictui-zstd"]))[-4:] == ["--with-editable", str(tmp_path), "--with", "aictui-zstd"]
    assert "--with-editable" not in words(plan_install(["aictui-mine==1"]))


def test_a_uv_tool_takes_a_package_anew_in_the_version_that_is_asked_for(environment: Path) -> None:
    (environment / "uv-receipt.toml").write_text(RECEIPT)
    lapped = "aictui-lapped @ git+https://example.org/lapped"
    tool, kept = "aictui[bench]>=0.1", ["--with", lapped]
    install = ["/bin/uv", "tool", "install"]
    assert words(plan_install(["aictui_zstd==2.0"])) == [*install, tool, *kept, "--with", "aictui_zstd==2.0"]
    upgraded = [*install, "--upgrade", tool, *kept, "--with", "aictui-zstd"]
    assert words(plan_install(["aictui-zstd"], upgrade=True)) == upgraded


def test_upgrading_and_editable_installs_are_passed_on(environment: Path, tmp_path: Path) -> None:
    assert words(plan_install(["aictui-zstd"], upgrade=True))[-2:] == ["--upgrade", "aictui-zstd"]
    assert words(plan_install([str(tmp_path)], editable=True))[-2:] == ["--editable", str(tmp_path)]


@pytest.mark.parametrize("requirement", ["-r", "--index-url=x", "", " ", "./nowhere", "/nowhere/x.whl", "nowhere.whl"])
def test_what_is_no_package_is_refused_before_anything_runs(environment: Path, requirement: str) -> None:
    with pytest.raises(UsageError):
        plan_install([requirement])


def test_nothing_to_install_is_said(environment: Path) -> None:
    with pytest.raises(UsageError, match="nothing to install"):
        plan_install([])


def test_names_urls_folders_and_wheels_are_taken(environment: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "aictui_zstd-1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    for requirement in ["zstd", "zstd>=1", "git+https://example.org/x", "x @ git+https://example.org/x", str(wheel)]:
        assert words(plan_install([requirement]))[-1] == requirement


def test_a_folder_that_is_called_like_a_package_is_not_installed_by_that_name(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zstd").mkdir()
    monkeypatch.chdir(tmp_path)
    assert words(plan_install(["zstd"]))[-1] == "zstd"
    assert words(plan_install(["./zstd"]))[-1] == str(tmp_path / "zstd")


def test_only_plugins_are_uninstalled(environment: Path, installed: None) -> None:
    assert words(plan_uninstall(["zstd"]))[-2:] == ["--yes", "aictui-zstd"]
    assert words(plan_uninstall(["aictui_zstd"]))[-1] == "aictui-zstd"
    with pytest.raises(UsageError, match="'numpy' is not an installed plugin; there are: zstd, mine"):
        plan_uninstall(["numpy"])
    with pytest.raises(UsageError, match=r"mine is the file /home/me/mine\.py"):
        plan_uninstall(["mine"])


def test_a_python_of_the_operating_system_is_left_alone(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "EXTERNALLY-MANAGED").write_text("")
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(installer.sysconfig, "get_path", lambda _: str(tmp_path))
    with pytest.raises(PluginError, match="belongs to the operating system"):
        plan_install(["zstd"])


def test_a_plan_is_spelled_as_one_would_type_it() -> None:
    assert str(InstallerCommand(("pip", "install", "a b>=1"))) == "pip install 'a b>=1'"


def test_output_comes_line_by_line_with_errors_in_between() -> None:
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr)"
    assert list(run(InstallerCommand((sys.executable, "-c", code)))) == ["one", "two"]


def test_a_command_that_fails_is_a_plugin_error_after_its_output() -> None:
    seen = []
    with pytest.raises(PluginError, match="failed with exit code 3"):
        seen += run(InstallerCommand((sys.executable, "-c", "raise SystemExit(3)")))
    with pytest.raises(PluginError, match="cannot be started"):
        list(run(InstallerCommand(("/nowhere/pip",))))


def test_a_command_ends_when_nobody_listens_any_more() -> None:
    lines = run(InstallerCommand((sys.executable, "-c", "print('on', flush=True)\nwhile True: pass")))
    assert next(lines) == "on"
    lines.close()  # type: ignore[attr-defined]


def test_a_command_that_says_nothing_can_be_stopped() -> None:
    silent = InstallerCommand((sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(Cancelled):
        list(run(silent, lambda stop: threading.Timer(0.5, stop).start()))


def test_a_list_of_requirements_may_have_comments(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("# mine\naictui-zstd==1.0  # fast\n\n./folder\n")
    assert installer.read_requirements(file) == ["aictui-zstd==1.0", "./folder"]
    with pytest.raises(InputError, match="cannot be read"):
        installer.read_requirements(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "named", ["git+https://evil", "--index-url=x", "../x", "x @ file:///x", "x; rm", "a b", "a" * 5000]
)
def test_an_image_file_cannot_make_anything_but_a_plain_package_be_installed(named: str) -> None:
    assert installer.check_named_by_file("aictui-zstd==1.0") == "aictui-zstd==1.0"
    with pytest.raises(PluginError, match="not a plain package name"):
        installer.check_named_by_file(named)
