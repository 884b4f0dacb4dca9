"""Arrays that can only be read."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def locked(array: NDArray[T]) -> NDArray[T]:
    """The array as one that can only be read: what one component changed in place would change for all."""
    view = array.view()
    view.flags.writeable = False
    return view
