import os
import subprocess
import sys

import pytest


def test_keras_writes_into_the_cache_folder_alone(tmp_path):
    pytest.importorskip("jax")
    program = "from aictui.network.backend import use_keras; use_keras().ops.ones(3)"
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(tmp_path / "cache"), "KERAS_BACKEND": "jax"}
    for name in ("KERAS_HOME", "MPLCONFIGDIR"):
        environment.pop(name, None)
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert list(home.iterdir()) == []
    if sys.platform == "linux":
        made = {path.name for path in (tmp_path / "cache" / "aictui").iterdir()}
        assert {"jax", "keras"} <= made <= {"jax", "keras", "matplotlib"}


@pytest.mark.skipif(sys.platform == "win32", reason="a full disk is made of a limit that Windows has not")
def test_a_program_that_was_written_in_part_is_not_kept(tmp_path):
    pytest.importorskip("jax")
    full_disk = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
    program = "from aictui.network.backend import use_keras; use_keras().ops.ones(3)"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "KERAS_BACKEND": "jax"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    kept = []
    for text in (full_disk + program, program):
        run = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)
        assert "cache entry" not in run.stderr
        kept.append(list((tmp_path / "aictui" / "jax").iterdir()))
    assert not kept[0]
    assert kept[1]


def test_garbage_collection_passes_over_what_the_import_of_keras_made():
    pytest.importorskip("jax")
    program = (
        "import gc\n"
        "from aictui.network.backend import use_keras\n"
        "passes = []\n"
        "gc.callbacks.append(lambda phase, info: phase == 'start' and passes.append(info['generation']))\n"
        "use_keras()\n"
        "assert passes.count(2) <= 1 and gc.isenabled() and gc.get_freeze_count() > 100_000\n"
    )
    subprocess.run([sys.executable, "-c", program], env={**os.environ, "KERAS_BACKEND": "jax"}, check=True)
