"""Every layer against a second implementation: the papers' equations, and PyTorch's gradients.

The steps below are written from the papers, not from `lib`; x and the states are rows. `m` holds
the factors of recurrent dropout, 1 without.
"""

import numpy as np
import pytest
import torch
from cases import CASES, MASKS, assert_close, random_layer, random_run

from lib import Dropout

sigma, tanh = torch.sigmoid, torch.tanh


def total(p, k, x, h):
    return x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"]


def peep(p, k, c):
    """What gate k sees of the cell state."""
    if f"W_c{k}" in p:
        return c @ p[f"W_c{k}"]
    return c * p[f"p_{k}"] if f"p_{k}" in p else 0


def elman(p, x, state, m):
    (h,) = state
    return (tanh(total(p, "h", x, m * h)),)


def jordan(p, x, state, m):
    _, y = state
    h = tanh(x @ p["W_xh"] + (m * y) @ p["W_yh"] + p["b_h"])
    return h, tanh(h @ p["W_hy"] + p["b_y"])


def lstm(p, x, state, m, from_below=0):
    """With the peepholes and the forget gate that have parameters."""
    (h, c), c_before = state, state[1]
    h = m * h
    i = sigma(total(p, "i", x, h) + peep(p, "i", c_before))
    f = sigma(total(p, "f", x, h) + peep(p, "f", c_before)) if "b_f" in p else 1
    c = f * c_before + i * tanh(total(p, "g", x, h)) + from_below
    o = sigma(total(p, "o", x, h) + peep(p, "o", c))
    return o * tanh(c), c


def coupled(p, x, state, m):
    h, c = m * state[0], state[1]
    f = sigma(total(p, "f", x, h))
    c = f * c + (1 - f) * tanh(total(p, "g", x, h))
    return sigma(total(p, "o", x, h)) * tanh(c), c


def gru(reset_after, update):
    def step(p, x, state, m):
        (h,), h_in = state, m * state[0]
        z, r = sigma(total(p, "z", x, h_in)), sigma(total(p, "r", x, h_in))
        if reset_after:
            n = tanh(x @ p["W_xn"] + p["b_n"] + r * (h_in @ p["W_hn"] + p["b_hn"]))
        else:
            n = tanh(total(p, "n", x, r * h_in))
        return (z * h + (1 - z) * n if update == "keep" else z * n + (1 - z) * h,)

    return step


def depth_gated(p, x, state, m):
    after, below = [], None
    for k, (h, c) in enumerate(zip(*state)):
        q = {n.partition(".")[2]: a for n, a in p.items() if n[:6] == f"layer{k}"}
        let_in = 0
        if below is not None:
            seen = q["w_cd"] * c + q["w_ld"] * below
            let_in = sigma(x @ q["W_xd"] + q["b_d"] + seen) * below
        x, below = lstm(q, x, (h, c), m[k], let_in)
        after.append((x, below))
    return tuple(torch.stack(parts) for parts in zip(*after))


def clockwork(*periods):
    """Row by row and module by module."""

    def step(p, x, state, m):
        h, t = state
        size, new = h.shape[1] // len(periods), h.clone()
        parts = [slice(k * size, (k + 1) * size) for k in range(len(periods))]
        for row in range(len(h)):
            for to, period in zip(parts, periods):
                if t[row] % period:
                    continue
                a = x[row] @ p["W_xh"][:, to] + p["b_h"][to]
                for source, other in zip(parts, periods):
                    if other >= period:
                        a = a + (m * h)[row, source] @ p["W_hh"][source, to]
                new[row, to] = tanh(a)
        return new, t + 1

    return step


REFERENCES = {
    "SimpleRNN-tanh": elman,
    "LSTM": lstm,
    "LSTM-1997": lstm,
    "Peephole": lstm,
    "Peephole-fo": lstm,
    "Peephole-1997": lstm,
    "Peephole-full": lstm,
    "Peephole-full-i": lstm,
    "Coupled": coupled,
    "Depth-gated": depth_gated,
    "Depth-gated-3": depth_gated,
    "Depth-gated-1997": depth_gated,
    "Clockwork": clockwork(1, 3),
    "Clockwork-2": clockwork(1, 2, 2, 5),
    "Clockwork-slow": clockwork(2, 3),
    "Jordan": jordan,
    "GRU": gru(False, "keep"),
    "GRU-write": gru(False, "write"),
    "GRU-after": gru(True, "keep"),
    "GRU-after-write": gru(True, "write"),
}


def reference(step, layer, run, mask, m):
    """What `forward_backward` returns, by a loop and PyTorch's own backward."""

    def leaf(array):
        return torch.tensor(array, requires_grad=array.dtype.kind == "f")

    p, xs = {n: leaf(a) for n, a in layer.params.items()}, leaf(run.xs)
    first = state = tuple(map(leaf, run.state))
    hs, loss = [], 0
    for t in range(xs.shape[1]):
        real = torch.tensor([True] * len(xs) if mask is None else mask[:, t])
        after = step(p, xs[:, t], state, m)
        state = tuple(
            torch.where(real[:, None] if a.ndim > 1 else real, a, b)
            for a, b in zip(after, state)
        )
        hs.append(state[0][-1] if state[0].ndim == 3 else state[0])
        loss = loss + (torch.tensor(run.dhs[:, t]) * hs[-1]).sum()
    for d, field in zip(run.dstate, state):
        loss = loss + (torch.tensor(d) * field).sum()
    loss.backward()

    def grad(tensor):
        return np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()

    return {
        "hs": torch.stack(hs, 1).detach().numpy(),
        "state": tuple(field.detach().numpy() for field in state),
        "dxs": grad(xs),
        "dstate": tuple(map(grad, first)),
        "grads": {name: grad(tensor) for name, tensor in p.items()},
    }


def drawn(dropout, state):
    """The factors that `dropout` gives a layer: one draw, or one for each level."""
    fed_back = state.y if "y" in state._fields else state.h
    if fed_back.ndim == 2:
        return torch.tensor(dropout.forward(np.ones(fed_back.shape))[1])
    draws = [dropout.forward(np.ones(level.shape))[1] for level in fed_back]
    return torch.tensor(np.stack(draws))


@pytest.mark.parametrize("rate", [None, 0.4], ids=["whole", "dropout"])
@pytest.mark.parametrize("mask", [None, MASKS["middle"]], ids=["none", "middle"])
@pytest.mark.parametrize("case", REFERENCES)
def test_layer_equals_its_reference(case, mask, rate):
    layer = random_layer(case)
    run = random_run(layer)
    dropout, m = None, torch.ones(3)[:, None, None] if "Depth" in case else 1
    if rate is not None:
        m = drawn(Dropout(rate, np.random.default_rng(7)), run.state)
        assert (m == 0).any() and (m != 0).any()
        dropout = Dropout(rate, np.random.default_rng(7))
    hs, state, cache = layer.forward(run.xs, run.state, mask, dropout)
    dxs, dstate, grads = layer.backward(run.dhs, cache, run.dstate)
    got = {"hs": hs, "state": state, "dxs": dxs, "dstate": dstate, "grads": grads}
    assert_close(got, reference(REFERENCES[case], layer, run, mask, m))


def test_every_kind_of_layer_has_a_reference():
    kinds = {type(random_layer(case)) for case in REFERENCES}
    made_of_layers = {"Stacked", "Stacked-of-stacked"}
    assert kinds == {type(random_layer(case)) for case in set(CASES) - made_of_layers}
