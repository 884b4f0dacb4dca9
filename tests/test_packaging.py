"""What the source distribution holds."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_source_distribution_holds_the_repository() -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    wanted = {name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()}
    packed = {file.relative_path for file in sdist.SdistBuilder(str(ROOT)).recurse_included_files()}
    assert wanted - packed <= {".gitignore", "pyproject.toml"}  # which every source distribution holds
