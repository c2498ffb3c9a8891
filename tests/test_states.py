"""States as trees of arrays."""

import numpy as np
import pytest
from cases import B, assert_same, random_layer

from lib import LSTM, GRUState, LSTMState, Stacked
from lib.states import leaves, mapped


@pytest.mark.parametrize(
    "case, names",
    [
        ("GRU", ["s.h"]),
        ("Clockwork", ["s.h", "s.t"]),
        ("Stacked", ["s.0.h", "s.0.c", "s.1.h", "s.2.h"]),
        ("Stacked-of-stacked", ["s.0.0.h", "s.0.0.c", "s.0.1.h", "s.0.1.t", "s.1.h"]),
        ("Bidirectional", ["s.ahead.h", "s.ahead.c", "s.back.h"]),
    ],
)
def test_names_of_the_leaves(case, names):
    state = random_layer(case).initial_state(B)
    assert list(leaves(state, "s")) == names


def test_leaves_are_the_arrays_themselves():
    state = (LSTMState(np.zeros(2), np.ones(3)), GRUState(np.ones(4)))
    assert leaves(state, "state")["state.0.c"] is state[0].c


def test_a_mapped_state_is_of_the_same_kind():
    state = Stacked([LSTM(2, 2), LSTM(2, 2)]).initial_state(B)
    found = mapped(lambda array: array + 1, state)
    assert [type(found), *map(type, found)] == [tuple, LSTMState, LSTMState]
    assert all((array == 1).all() for array in leaves(found, "state").values())


def test_several_states_are_mapped_place_by_place():
    a, b = LSTMState(np.ones(2), 2 * np.ones(2)), LSTMState(3 * np.ones(2), np.ones(2))
    assert_same(mapped(np.add, a, b), LSTMState(4 * np.ones(2), 3 * np.ones(2)))


def test_states_of_another_form_are_an_error():
    with pytest.raises(ValueError):
        mapped(np.add, LSTMState(1, 2), GRUState(1))
