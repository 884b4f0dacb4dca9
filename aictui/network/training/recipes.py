"""The recipe of each architecture."""

from aictui.errors import InputError, UsageError
from aictui.network.training.data import PhotoFolder
from aictui.network.training.recipe import Recipe
from aictui.network.training.request import TrainingRequest


def recipe_for(request: TrainingRequest, photos: PhotoFolder) -> Recipe:
    """The recipe of the architecture that is asked for; raises `UsageError`, `InputError`, `MissingComponentError`."""
    if request.crop is not None and not photos.reach(request.crop, photos.training + photos.held_out):
        asked = f"crops of {request.crop} pixels a side were asked for"
        raise InputError(f"{asked}, and no photo in {request.folder} reaches that; take smaller crops")
    if request.architecture == "classic":
        from aictui.network.training.classic import ClassicRecipe

        return ClassicRecipe(request, photos)
    if request.architecture == "photo":
        from aictui.network.training.photo import PhotoRecipe, check_sizes

        check_sizes(photos)
        return PhotoRecipe(request, photos)
    raise UsageError(f"there is no training for architecture {request.architecture!r}; there are classic and photo")
