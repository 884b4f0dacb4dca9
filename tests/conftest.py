"""What every test stands on: no configuration, plugin or model of whoever runs the tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the user's configuration, models, plugins and state out of the tests, and the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICTUI_CONFIG", str(home / "config" / "config.toml"))
        patch.setenv("AICTUI_MODELS", str(home / "models"))
        patch.setenv("AICTUI_PLUGINS", "")
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        patch.delenv("AICTUI_DEBUG", raising=False)
        yield
