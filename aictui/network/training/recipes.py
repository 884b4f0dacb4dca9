"""The recipe of each architecture."""

from aictui.errors import UsageError
from aictui.network.training.data import PhotoFolder
from aictui.network.training.loop import TrainingRequest
from aictui.network.training.recipe import Recipe


def recipe_for(request: TrainingRequest, photos: PhotoFolder) -> Recipe:
    """The recipe of the architecture that is asked for; raises `UsageError`, `MissingComponentError`."""
    if request.architecture == "classic":
        from aictui.network.training.classic import ClassicRecipe

        return ClassicRecipe(request, photos)
    if request.architecture == "photo":
        from aictui.network.training.photo import PhotoRecipe

        return PhotoRecipe(request, photos)
    raise UsageError(f"there is no training for architecture {request.architecture!r}; there are classic and photo")
