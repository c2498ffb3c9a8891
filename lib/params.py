"""Named parameters."""

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from lib import check_input


class Params(dict[str, np.ndarray]):
    """name -> array. Assigning copies into the array that the layer computes with.

    `bases` are the arrays that own the numbers; `views` says for a name in which base it lies, and
    where: {"W_hi": ("V", (1, slice(0, H)))}. Without `views` each base is a parameter itself.
    Names are fixed. Replacing a view would detach it silently: the layer would go on with the old
    numbers. So all ways of assigning write into it; and copies and pickles keep bases and views.
    """

    def __init__(
        self,
        bases: Mapping[str, np.ndarray],
        views: Mapping[str, tuple[str, Any]] | None = None,
    ):
        self.bases, self.views = dict(bases), views
        if views is None:
            super().__init__(bases)
        else:
            super().__init__(
                {name: bases[base][key] for name, (base, key) in views.items()}
            )

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def update(self, *args: Any, **kwargs: Any) -> None:
        """All values are checked before the first one is written."""
        checked = {}
        for name, value in dict(*args, **kwargs).items():
            if name not in self:
                raise ValueError(
                    f"name: expected one of {', '.join(self)}, got {name!r}"
                )
            shape, dtype = self[name].shape, self[name].dtype
            value = check_input.floats(f"params[{name!r}]", value, shape, dtype)
            checked[name] = value.copy()  # it may be a view of another parameter
        for name, value in checked.items():
            self[name][...] = value

    def replace(self, values: Any) -> None:
        """Assign all parameters at once: the names must be these."""
        if not isinstance(values, Mapping):
            raise TypeError(
                f"params: expected a dict of arrays, got {type(values).__name__}"
            )
        if values.keys() != self.keys():
            odd = ", ".join(sorted(map(str, values.keys() ^ self.keys())))
            raise ValueError(
                f"params: expected the names {', '.join(self)}; the difference is {odd}"
            )
        self.update(values)

    def copy(self) -> dict[str, np.ndarray]:
        """A plain dict of copies, such as one keeps of the best parameters so far."""
        return {name: array.copy() for name, array in self.items()}

    def __ior__(self, other: Any) -> "Params":  # type: ignore[override, misc]
        self.update(other)
        return self

    def _fixed(self, *args: Any) -> NoReturn:
        raise TypeError("params: the names of the parameters are fixed")

    __delitem__ = pop = popitem = clear = setdefault = _fixed

    def __reduce__(self) -> tuple:
        return type(self), (self.bases, self.views)


class HasParams:
    """An object whose `params` can be assigned as a whole, which copies too."""

    _params: Params

    @property
    def params(self) -> Params:
        """name -> array; see `Params`."""
        return self._params

    @params.setter
    def params(self, values: Mapping[str, np.ndarray]) -> None:
        self._params.replace(values)


class HasParts:
    """An object made of parts: its parameters are the parts' own arrays, `part.name`."""

    _parts: Any  # () -> the parts by name, each with `params`

    @property
    def params(self) -> Params:
        """The parameters of all parts. Assigning copies into them; see `Params`."""
        found: dict[str, np.ndarray] = {}
        for name, part in self._parts().items():
            found |= prefixed(name, part.params)
        return Params(found)

    @params.setter
    def params(self, values: Mapping[str, np.ndarray]) -> None:
        self.params.replace(values)


def prefixed(prefix: str, named: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """W -> prefix.W"""
    return {f"{prefix}.{name}": array for name, array in named.items()}


def share_parameters(a: HasParams | HasParts, b: HasParams | HasParts) -> bool:
    """Is a part of one a part of the other? An optimizer would take its step twice."""
    return not {id(array) for array in a.params.values()}.isdisjoint(
        id(array) for array in b.params.values()
    )
