"""Named parameters."""

from typing import Any, NoReturn

import numpy as np

from lib import check_input


class Params(dict[str, np.ndarray]):
    """name -> array. Assigning copies into the array that the layer computes with.

    The names are fixed, and each array may be a view into a larger one. Replacing such a view
    would detach it silently: the layer would go on with the old numbers. So both
    `params[name] = value` and `params[name][...] = value` write into it.
    """

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self:
            raise ValueError(f"name: expected one of {', '.join(self)}, got {name!r}")
        own = self[name]
        own[...] = check_input.floats(f"params[{name!r}]", value, own.shape, own.dtype)

    def update(self, *args: Any, **kwargs: Any) -> None:
        for name, value in dict(*args, **kwargs).items():
            self[name] = value

    def __ior__(self, other: Any) -> "Params":  # type: ignore[override, misc]
        self.update(other)
        return self

    def _fixed(self, *args: Any) -> NoReturn:
        raise TypeError("params: the names of the parameters are fixed")

    __delitem__ = pop = popitem = clear = setdefault = _fixed

    def __reduce__(self) -> tuple:
        """Copies and pickles are made from a plain dict: pickle would assign item by item."""
        return type(self), (dict(self),)
