import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "code",
    [
        "import aictui; from PIL import Image",
        "from PIL import Image; import aictui",
        "import aictui, PIL.ImageFile as i; Image = i.Image",
        "import aictui.pillow_plugin; from PIL import Image",
        "import aictui, importlib.util as u; assert u.find_spec('PIL.Image'); from PIL import Image",
    ],
    ids=["before Pillow", "after Pillow", "by another module", "the format itself first", "after a look for Pillow"],
)
def test_pillow_knows_the_format_whichever_is_imported_first(code: str) -> None:
    check = f"{code}; assert Image.registered_extensions()['.aic'] == 'AIC'"
    subprocess.run([sys.executable, "-W", "error", "-c", check], check=True)
