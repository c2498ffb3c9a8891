"""Every wrong argument is an error that names it, and says what was expected and what came."""

import warnings

import numpy as np
import pytest
from cases import B, D, H, T

from lib import (
    LSTM,
    SGD,
    Adam,
    Dense,
    Embedding,
    LSTMState,
    Model,
    RNNState,
    SimpleRNN,
    clip_by_norm,
    gradcheck,
    mean_squared_error,
    norm,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)
from lib.initializers import glorot_uniform, orthogonal
from lib.jacobians import sensitivity, state_jacobian

V = 6
xs, dhs = np.ones((B, T, D)), np.ones((B, T, H))
x, h = xs[:, 0], np.ones((B, H))
tokens, ones = np.ones((B, T), int), np.ones((B, T), bool)
logits, bits = np.ones((B, T, V)), np.ones((B, T, V))
theta, gradient = {"w": np.ones(2)}, {"w": np.ones(2)}

rnn, lstm, dense, embedding = SimpleRNN(D, H), LSTM(D, H), Dense(D, H), Embedding(V, D)
narrow = LSTM(D, H, dtype=np.float32)
model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
of_numbers = Model(None, LSTM(D, H), Dense(H, V))
rnn_cache, lstm_cache = rnn.forward(xs)[2], lstm.forward(xs)[2]
rnn_step, lstm_step = rnn.step(x, None)[1], lstm.step(x, None)[1]
dense_cache, embedding_cache = dense.forward(xs)[1], embedding.forward(tokens)[1]
model_cache = model.forward(tokens)[2]


def one(array, value):
    """The array with one bad entry."""
    array = np.array(array, float)
    array.flat[1] = value
    return array


def fit(batches, optimizer=None, **arguments):
    return model.fit(batches, optimizer or SGD(), progress=False, **arguments)


def assign(params, name, value):
    params[name] = value


TYPE, VALUE = TypeError, ValueError
NAN, INF = np.nan, np.inf
BATCH = "batches: expected (inputs, targets) or (inputs, targets, mask) each, got "
RUBBISH = (
    "loss: expected a function that returns (number, gradient), got one that returns "
)
COUNT = "expected at least one entry that counts, got none"

# fmt: off
CASES = [
    # Constructors
    ("rnn-zero-input", lambda: SimpleRNN(0, H), VALUE, "input_size: expected an int >= 1, got 0"),
    ("lstm-zero-input", lambda: LSTM(0, H), VALUE, "input_size: expected an int >= 1, got 0"),
    ("rnn-negative-hidden", lambda: SimpleRNN(D, -3), VALUE,
     "hidden_size: expected an int >= 1, got -3"),
    ("lstm-negative-hidden", lambda: LSTM(D, -3), VALUE,
     "hidden_size: expected an int >= 1, got -3"),
    ("lstm-bool-input", lambda: LSTM(True, H), TYPE, "input_size: expected an int >= 1, got True"),
    ("lstm-float-hidden", lambda: LSTM(D, 4.0), TYPE, "hidden_size: expected an int >= 1, got 4.0"),
    ("lstm-str-hidden", lambda: LSTM(D, "4"), TYPE, "hidden_size: expected an int >= 1, got '4'"),
    ("lstm-int-dtype", lambda: LSTM(D, H, dtype=int), TYPE,
     "dtype: expected float32 or float64, got int64"),
    ("rnn-half-dtype", lambda: SimpleRNN(D, H, dtype="f2"), TYPE,
     "dtype: expected float32 or float64, got float16"),
    ("lstm-no-dtype", lambda: LSTM(D, H, dtype="x"), TYPE,
     "dtype: expected float32 or float64, got 'x'"),
    ("lstm-seed-as-rng", lambda: LSTM(D, H, rng=3), TYPE,
     "rng: expected a numpy.random.Generator, got 3"),
    ("rnn-seed-as-rng", lambda: SimpleRNN(D, H, rng=3), TYPE,
     "rng: expected a numpy.random.Generator, got 3"),
    ("lstm-nan-forget-bias", lambda: LSTM(D, H, forget_bias=NAN), VALUE,
     "forget_bias: expected a finite number, got nan"),
    ("lstm-no-forget-bias", lambda: LSTM(D, H, forget_bias=None), TYPE,
     "forget_bias: expected a number, got None"),
    ("lstm-inf-input-bias", lambda: LSTM(D, H, input_bias=INF), VALUE,
     "input_bias: expected a finite number, got inf"),
    ("rnn-activation", lambda: SimpleRNN(D, H, activation="gelu"), VALUE,
     "activation: expected one of tanh, sigmoid, relu, linear, got 'gelu'"),
    ("rnn-activation-kind", lambda: SimpleRNN(D, H, activation=None), TYPE,
     "activation: expected one of tanh, sigmoid, relu, linear, got None"),
    ("dense-zero-input", lambda: Dense(0, H), VALUE, "input_size: expected an int >= 1, got 0"),
    ("dense-bool-output", lambda: Dense(D, True), TYPE,
     "output_size: expected an int >= 1, got True"),
    ("dense-dtype", lambda: Dense(D, H, dtype=bool), TYPE,
     "dtype: expected float32 or float64, got bool"),
    ("dense-rng", lambda: Dense(D, H, 0), TYPE, "rng: expected a numpy.random.Generator, got 0"),
    ("embedding-zero", lambda: Embedding(0, D), VALUE,
     "vocabulary_size: expected an int >= 1, got 0"),
    ("embedding-negative", lambda: Embedding(V, -1), VALUE,
     "output_size: expected an int >= 1, got -1"),
    ("embedding-dtype", lambda: Embedding(V, D, dtype=complex), TYPE,
     "dtype: expected float32 or float64, got complex128"),
    ("embedding-rng", lambda: Embedding(V, D, "rng"), TYPE,
     "rng: expected a numpy.random.Generator, got 'rng'"),
    ("sgd-zero", lambda: SGD(0), VALUE, "learning_rate: expected a finite number > 0, got 0"),
    ("sgd-negative", lambda: SGD(-0.1), VALUE,
     "learning_rate: expected a finite number > 0, got -0.1"),
    ("sgd-nan", lambda: SGD(NAN), VALUE, "learning_rate: expected a finite number > 0, got nan"),
    ("adam-zero", lambda: Adam(0.0), VALUE, "learning_rate: expected a finite number > 0, got 0.0"),
    ("adam-inf", lambda: Adam(INF), VALUE, "learning_rate: expected a finite number > 0, got inf"),
    ("adam-bool", lambda: Adam(True), TYPE, "learning_rate: expected a number > 0, got True"),
    ("adam-str", lambda: Adam("0.1"), TYPE, "learning_rate: expected a number > 0, got '0.1'"),
    ("adam-huge", lambda: Adam(10**400), VALUE, "learning_rate: expected a finite number > 0, got"),
    ("adam-beta1", lambda: Adam(beta1=1), VALUE,
     "beta1: expected a finite number >= 0 and < 1, got 1"),
    ("adam-beta2", lambda: Adam(beta2=-0.1), VALUE,
     "beta2: expected a finite number >= 0 and < 1, got -0.1"),
    ("adam-epsilon", lambda: Adam(epsilon=0), VALUE,
     "epsilon: expected a finite number > 0, got 0"),
    ("model-embedding-kind", lambda: Model("x", lstm, dense), TYPE,
     "embedding: expected Embedding or None, got str"),
    ("model-layer-kind", lambda: Model(None, dense, dense), TYPE,
     "layer: expected a recurrent layer, got Dense"),
    ("model-readout-kind", lambda: Model(None, lstm, None), TYPE,
     "readout: expected Dense, got NoneType"),
    ("model-embedding-size", lambda: Model(Embedding(V, 2), lstm, Dense(H, V)), VALUE,
     "layer: expected input_size 2, the embedding's output_size, got 3"),
    ("model-readout-size", lambda: Model(None, lstm, Dense(3, V)), VALUE,
     "readout: expected input_size 4, the layer's hidden_size, got 3"),
    ("model-embedding-dtype", lambda: Model(embedding, narrow, Dense(H, V)), VALUE,
     "embedding: expected dtype float32, the layer's, got float64"),
    ("model-readout-dtype", lambda: Model(None, narrow, Dense(H, V)), VALUE,
     "readout: expected dtype float32, the layer's, got float64"),
    # State
    ("initial-state-zero", lambda: lstm.initial_state(0), VALUE,
     "batch_size: expected an int >= 1, got 0"),
    ("initial-state-bool", lambda: rnn.initial_state(True), TYPE,
     "batch_size: expected an int >= 1, got True"),
    ("state-of-rnn", lambda: lstm.forward(xs, RNNState(h)), TYPE,
     "state: expected LSTMState(h, c), got RNNState of 1"),
    ("state-of-lstm", lambda: rnn.forward(xs, LSTMState(h, h)), TYPE,
     "state: expected RNNState(h), got LSTMState of 2"),
    ("state-array", lambda: rnn.forward(xs, h), TYPE, "state: expected RNNState(h), got ndarray"),
    ("state-batch", lambda: lstm.forward(xs, lstm.initial_state(3)), VALUE,
     "state.h: expected shape (2, 4), got (3, 4)"),
    ("state-size", lambda: lstm.forward(xs, LSTMState(h, x)), VALUE,
     "state.c: expected shape (2, 4), got (2, 3)"),
    ("state-nan", lambda: lstm.forward(xs, LSTMState(h, one(h, NAN))), VALUE,
     "state.c: expected finite numbers, got nan at index (0, 1)"),
    ("state-inf", lambda: rnn.forward(xs, RNNState(one(h, INF))), VALUE,
     "state.h: expected finite numbers, got inf at index (0, 1)"),
    ("step-state-kind", lambda: lstm.step(x, RNNState(h)), TYPE,
     "state: expected LSTMState(h, c), got RNNState of 1"),
    ("step-state-nan", lambda: rnn.step(x, RNNState(one(h, NAN))), VALUE,
     "state.h: expected finite numbers, got nan at index (0, 1)"),
    # Inputs
    *[
        (f"{name}-{id}",
         lambda layer=layer, bad=bad: layer.forward(bad), error, "xs: expected " + message)
        for name, layer in (("rnn", rnn), ("lstm", lstm))
        for id, bad, error, message in [
            ("two-axes", x, VALUE, "shape (B, T, 3) with B, T >= 1, got (2, 3)"),
            ("size", dhs, VALUE, "shape (B, T, 3) with B, T >= 1, got (2, 5, 4)"),
            ("no-steps", xs[:, :0], VALUE, "shape (B, T, 3) with B, T >= 1, got (2, 0, 3)"),
            ("no-rows", xs[:0], VALUE, "shape (B, T, 3) with B, T >= 1, got (0, 5, 3)"),
            ("nan", one(xs, NAN), VALUE, "finite numbers, got nan at index (0, 0, 1)"),
            ("inf", one(xs, -INF), VALUE, "finite numbers, got -inf at index (0, 0, 1)"),
            ("two-infs", one(one(xs, -INF)[::-1, ::-1, ::-1], INF), VALUE,
             "finite numbers, got inf at index (0, 0, 1)"),
            ("complex", xs * 1j, TYPE, "real numbers, got dtype complex128"),
            ("bool", xs > 0, TYPE, "real numbers, got dtype bool"),
            ("text", "text", TYPE, "real numbers, got dtype <U4"),
            ("None", None, TYPE, "an array, got NoneType"),
            ("ragged", [[[1, 2, 3]], [[1]]], VALUE, "an array, got rows of different lengths"),
        ]
    ],
    ("too-large-for-float32", lambda: narrow.forward(one(xs, 1e300)), VALUE,
     "xs: expected finite numbers, got 1e+300 at index (0, 0, 1) (float32)"),
    ("step-three-axes", lambda: lstm.step(xs, None), VALUE,
     "x: expected shape (B, 3) with B >= 1, got (2, 5, 3)"),
    ("step-size", lambda: rnn.step(h, None), VALUE,
     "x: expected shape (B, 3) with B >= 1, got (2, 4)"),
    ("step-no-rows", lambda: rnn.step(x[:0], None), VALUE,
     "x: expected shape (B, 3) with B >= 1, got (0, 3)"),
    ("step-nan", lambda: lstm.step(one(x, NAN), None), VALUE,
     "x: expected finite numbers, got nan at index (0, 1)"),
    ("dense-size", lambda: dense.forward(dhs), VALUE, "x: expected shape (2, 5, 3), got (2, 5, 4)"),
    ("dense-number", lambda: dense.forward(1.0), VALUE, "x: expected shape (3), got ()"),
    ("dense-empty", lambda: dense.forward(x[:0]), VALUE,
     "x: expected at least one entry, got shape (0, 3)"),
    ("dense-nan", lambda: dense.forward(one(x, NAN)), VALUE,
     "x: expected finite numbers, got nan at index (0, 1)"),
    ("embedding-too-large", lambda: embedding.forward([0, 6]), VALUE,
     "tokens: expected integers in 0..5, got 6"),
    ("embedding-below-zero", lambda: embedding.forward([0, -1]), VALUE,
     "tokens: expected integers in 0..5, got -1"),
    ("embedding-float", lambda: embedding.forward([0.0]), TYPE,
     "tokens: expected integers, got dtype float64"),
    ("embedding-bool", lambda: embedding.forward(ones), TYPE,
     "tokens: expected integers, got dtype bool"),
    ("embedding-empty", lambda: embedding.forward(tokens[:0]), VALUE,
     "tokens: expected at least one entry, got shape (0, 5)"),
    ("model-one-axis", lambda: model.forward(tokens[0]), VALUE,
     "inputs: expected shape (B, T) with B, T >= 1, got (5,)"),
    ("model-token", lambda: model.forward(tokens + 5), VALUE,
     "inputs: expected integers in 0..5, got 6"),
    ("model-numbers", lambda: model.forward(xs), TYPE,
     "inputs: expected integers, got dtype float64"),
    ("model-nan", lambda: of_numbers.forward(one(xs, NAN)), VALUE,
     "inputs: expected finite numbers, got nan at index (0, 0, 1)"),
    ("model-size", lambda: of_numbers.forward(dhs), VALUE,
     "inputs: expected shape (B, T, 3) with B, T >= 1, got (2, 5, 4)"),
    ("sensitivity-layer", lambda: sensitivity(dense, xs[0]), TYPE,
     "layer: expected a recurrent layer, got Dense"),
    ("sensitivity-axes", lambda: sensitivity(lstm, xs), VALUE,
     "xs: expected shape (T, 3) with T >= 1, got (2, 5, 3)"),
    ("jacobian-layer", lambda: state_jacobian("lstm", x[:1], (h, h)), TYPE,
     "layer: expected a recurrent layer, got str"),
    ("jacobian-x", lambda: state_jacobian(lstm, x, (h[:1], h[:1])), VALUE,
     "x: expected shape (1, 3), got (2, 3)"),
    ("jacobian-state", lambda: state_jacobian(lstm, x[:1], (h, h)), VALUE,
     "state.h: expected shape (1, 4), got (2, 4)"),
    ("jacobian-state-kind", lambda: state_jacobian(lstm, x[:1], h), TYPE,
     "state: expected LSTMState(h, c), got ndarray"),
    ("gradcheck-axes", lambda: gradcheck(lstm, x), VALUE,
     "xs: expected shape (B, T, 3) with B, T >= 1, got (2, 3)"),
    ("cache-none", lambda: lstm.backward(dhs, None), TYPE,
     "cache: expected that of forward of LSTM(3, 4, dtype=float64), got NoneType"),
    ("cache-of-step", lambda: lstm.backward(dhs, lstm_step), VALUE,
     "cache: expected that of forward of LSTM(3, 4, dtype=float64), got that of step of LSTM(3"),
    ("cache-of-another-layer", lambda: lstm.backward(dhs, rnn_cache), VALUE,
     "cache: expected that of forward of LSTM(3, 4, dtype=float64), got that of forward of Sim"),
    ("cache-of-another-size", lambda: rnn.backward(dhs, SimpleRNN(7, H).forward(
        np.ones((B, T, 7)))[2]), VALUE, "cache: expected that of forward of SimpleRNN(3, 4"),
    ("cache-of-another-activation", lambda: rnn.backward(dhs, SimpleRNN(
        D, H, activation="relu").forward(xs)[2]), VALUE, "cache: expected that of forward of"),
    ("cache-of-forward", lambda: rnn.step_backward((h,), rnn_cache), VALUE,
     "cache: expected that of step of SimpleRNN"),
    ("gradcheck-float32", lambda: gradcheck(narrow, xs), TYPE,
     "layer: expected dtype float64, got float32"),
    ("gradcheck-layer", lambda: gradcheck(dense, xs), TYPE,
     "layer: expected a recurrent layer, got Dense"),
    ("gradcheck-state", lambda: gradcheck(rnn, xs, h), TYPE,
     "state: expected a tuple of arrays, got ndarray"),
    ("params-replaced", lambda: setattr(lstm, "params", {"W": h}), VALUE,
     "params: expected the names W_xi, W_hi, "),
    ("orthogonal-shape", lambda: orthogonal(None, (0, 3)), VALUE,
     "shape: expected an int >= 1, got 0"),
    ("glorot-shape", lambda: glorot_uniform(None, 3), TYPE,
     "shape: expected a tuple (from, to), got 3"),
    ("gradcheck-rng", lambda: gradcheck(lstm, xs, rng=1), TYPE,
     "rng: expected a numpy.random.Generator, got 1"),
    # Masks
    ("mask-length", lambda: lstm.forward(xs, None, ones[:, 1:]), VALUE,
     "mask: expected shape (2, 5), got (2, 4)"),
    ("mask-axes", lambda: rnn.forward(xs, None, xs > 0), VALUE,
     "mask: expected shape (2, 5), got (2, 5, 3)"),
    ("mask-swapped", lambda: rnn.forward(xs, None, ones.T), VALUE,
     "mask: expected shape (2, 5), got (5, 2)"),
    ("mask-int", lambda: lstm.forward(xs, None, tokens), TYPE,
     "mask: expected bool (True = it counts), got dtype int64"),
    ("mask-ragged", lambda: lstm.forward(xs, None, [[True], []]), VALUE,
     "mask: expected an array, got rows of different lengths"),
    ("mask-of-model", lambda: model.forward(tokens, None, ones[:1]), VALUE,
     "mask: expected shape (2, 5), got (1, 5)"),
    # Gradients from outside
    ("dhs-shape", lambda: lstm.backward(xs, lstm_cache), VALUE,
     "dhs: expected shape (2, 5, 4), got (2, 5, 3)"),
    ("dhs-last", lambda: rnn.backward(h, rnn_cache), VALUE,
     "dhs: expected shape (2, 5, 4), got (2, 4)"),
    ("dhs-nan", lambda: lstm.backward(one(dhs, NAN), lstm_cache), VALUE,
     "dhs: expected finite numbers, got nan at index (0, 0, 1)"),
    ("dhs-inf", lambda: rnn.backward(one(dhs, INF), rnn_cache), VALUE,
     "dhs: expected finite numbers, got inf at index (0, 0, 1)"),
    ("dhs-None", lambda: rnn.backward(None, rnn_cache), TYPE,
     "dhs: expected an array, got NoneType"),
    ("dstate-kind", lambda: lstm.backward(dhs, lstm_cache, RNNState(h)), TYPE,
     "dstate: expected LSTMState(h, c), got RNNState of 1"),
    ("dstate-shape", lambda: rnn.backward(dhs, rnn_cache, RNNState(x)), VALUE,
     "dstate.h: expected shape (2, 4), got (2, 3)"),
    ("dstate-nan", lambda: lstm.backward(dhs, lstm_cache, LSTMState(h, one(h, NAN))), VALUE,
     "dstate.c: expected finite numbers, got nan at index (0, 1)"),
    ("step-dstate-kind", lambda: rnn.step_backward(h, rnn_step), TYPE,
     "dstate: expected RNNState(h), got ndarray"),
    ("step-dstate-nan", lambda: lstm.step_backward(LSTMState(one(h, NAN), h), lstm_step), VALUE,
     "dstate.h: expected finite numbers, got nan at index (0, 1)"),
    ("dense-dy", lambda: dense.backward(xs, dense_cache), VALUE,
     "dy: expected shape (2, 5, 4), got (2, 5, 3)"),
    ("dense-dy-nan", lambda: dense.backward(one(dhs, NAN), dense_cache), VALUE,
     "dy: expected finite numbers, got nan at index (0, 0, 1)"),
    ("embedding-dx", lambda: embedding.backward(x, embedding_cache), VALUE,
     "dx: expected shape (2, 5, 3), got (2, 3)"),
    ("model-doutputs", lambda: model.backward(dhs, model_cache), VALUE,
     "doutputs: expected shape (2, 5, 6), got (2, 5, 4)"),
    ("model-doutputs-nan", lambda: model.backward(one(logits, NAN), model_cache), VALUE,
     "doutputs: expected finite numbers, got nan at index (0, 0, 1)"),
    # Parameters
    ("model-params", lambda: setattr(model, "params", {"W": h}), VALUE,
     "params: expected the names embedding.W, layer.W_xi, "),
    ("model-params-kind", lambda: setattr(model, "params", None), TYPE,
     "params: expected a dict of arrays, got NoneType"),
    ("params-name", lambda: assign(lstm.params, "W_q", 0), VALUE,
     "name: expected one of W_xi, W_hi, b_i, W_xf"),
    ("params-name-came", lambda: assign(rnn.params, "W_xi", 0), VALUE,
     "name: expected one of W_xh, W_hh, b_h, got 'W_xi'"),
    ("params-update-name", lambda: rnn.params.update(W_q=0), VALUE,
     "name: expected one of W_xh, W_hh, b_h, got 'W_q'"),
    ("params-or-name", lambda: rnn.params.__ior__({"W_q": 0}), VALUE,
     "name: expected one of W_xh, W_hh, b_h, got 'W_q'"),
    ("params-shape", lambda: assign(lstm.params, "W_xi", h), VALUE,
     "params['W_xi']: expected shape (3, 4), got (2, 4)"),
    ("params-number", lambda: assign(lstm.params, "b_i", 0.0), VALUE,
     "params['b_i']: expected shape (4), got ()"),
    ("params-nan", lambda: assign(dense.params, "b", one(h[0], NAN)), VALUE,
     "params['b']: expected finite numbers, got nan at index (1,)"),
    ("params-None", lambda: assign(embedding.params, "W", None), TYPE,
     "params['W']: expected an array, got NoneType"),
    ("params-text", lambda: assign(embedding.params, "W", "W"), TYPE,
     "params['W']: expected real numbers, got dtype <U1"),
    # Losses
    ("softmax-targets-shape", lambda: softmax_cross_entropy(logits, tokens[:, 1:]), VALUE,
     "targets: expected shape (2, 5), got (2, 4)"),
    ("softmax-one-hot", lambda: softmax_cross_entropy(logits, bits.astype(int)), VALUE,
     "targets: expected shape (2, 5), got (2, 5, 6)"),
    ("softmax-float", lambda: softmax_cross_entropy(logits, 1.0 * tokens), TYPE,
     "targets: expected integers, got dtype float64"),
    ("softmax-range", lambda: softmax_cross_entropy(logits, tokens + 5), VALUE,
     "targets: expected integers in 0..5, got 6"),
    ("softmax-negative", lambda: softmax_cross_entropy(logits, -tokens), VALUE,
     "targets: expected integers in 0..5, got -1"),
    ("softmax-nan", lambda: softmax_cross_entropy(one(logits, NAN), tokens), VALUE,
     "logits: expected finite numbers, got nan at index (0, 0, 1)"),
    ("softmax-number", lambda: softmax_cross_entropy(1.0, 0), VALUE,
     "logits: expected at least one axis, got a single number"),
    ("softmax-empty", lambda: softmax_cross_entropy(logits[:0], tokens[:0]), VALUE,
     "logits: expected at least one entry, got shape (0, 5, 6)"),
    ("softmax-mask-shape", lambda: softmax_cross_entropy(logits, tokens, ones.T), VALUE,
     "mask: expected shape (2, 5), got (5, 2)"),
    ("softmax-mask-dtype", lambda: softmax_cross_entropy(logits, tokens, 1.0 * ones), TYPE,
     "mask: expected bool (True = it counts), got dtype float64"),
    ("softmax-mask-empty", lambda: softmax_cross_entropy(logits, tokens, ~ones), VALUE,
     "mask: " + COUNT),
    ("softmax-too-large", lambda: softmax_cross_entropy(one(logits, 1e308), tokens), VALUE,
     "logits: expected numbers up to 4.5e+307, got 1e+308 (float64)"),
    ("softmax-too-small", lambda: softmax_cross_entropy(logits.astype("f4") * -3e38, tokens), VALUE,
     "logits: expected numbers up to 8.5e+37, got 3e+38 (float32)"),
    ("sigmoid-targets-shape", lambda: sigmoid_cross_entropy(logits, tokens), VALUE,
     "targets: expected shape (2, 5, 6), got (2, 5)"),
    ("sigmoid-targets-value", lambda: sigmoid_cross_entropy(logits, 0.5 * bits), VALUE,
     "targets: expected 0 or 1, got 0.5"),
    ("sigmoid-targets-nan", lambda: sigmoid_cross_entropy(logits, one(bits, NAN)), VALUE,
     "targets: expected finite numbers, got nan at index (0, 0, 1)"),
    ("sigmoid-inf", lambda: sigmoid_cross_entropy(one(logits, INF), bits), VALUE,
     "logits: expected finite numbers, got inf at index (0, 0, 1)"),
    ("sigmoid-empty", lambda: sigmoid_cross_entropy([], []), VALUE,
     "logits: expected at least one entry, got shape (0,)"),
    ("sigmoid-mask-shape", lambda: sigmoid_cross_entropy(logits, bits, ones), VALUE,
     "mask: expected shape (2, 5, 6), got (2, 5)"),
    ("sigmoid-mask-empty", lambda: sigmoid_cross_entropy(logits, bits, bits < 0), VALUE,
     "mask: " + COUNT),
    ("squared-targets-shape", lambda: mean_squared_error(logits, dhs), VALUE,
     "targets: expected shape (2, 5, 6), got (2, 5, 4)"),
    ("squared-targets-nan", lambda: mean_squared_error(logits, one(bits, NAN)), VALUE,
     "targets: expected finite numbers, got nan at index (0, 0, 1)"),
    ("squared-nan", lambda: mean_squared_error(one(logits, NAN), bits), VALUE,
     "outputs: expected finite numbers, got nan at index (0, 0, 1)"),
    ("squared-None", lambda: mean_squared_error(None, bits), TYPE,
     "outputs: expected an array, got NoneType"),
    ("squared-empty", lambda: mean_squared_error(xs[..., :0], xs[..., :0]), VALUE,
     "outputs: expected at least one entry, got shape (2, 5, 0)"),
    ("squared-mask-shape", lambda: mean_squared_error(logits, bits, bits > 0), VALUE,
     "mask: expected shape (2, 5), got (2, 5, 6)"),
    ("squared-mask-empty", lambda: mean_squared_error(logits, bits, ~ones), VALUE,
     "mask: " + COUNT),
    # Optimizers
    *[
        (f"{type(optimizer).__name__}-{id}",
         lambda o=optimizer, p=params, g=grads: o.step(p, g), error, message)
        for optimizer in (SGD(), Adam())
        for id, params, grads, error, message in [
            ("missing", theta, {}, VALUE,
             "grads: expected the names of params, got a difference in ['w']"),
            ("too-many", theta, {**gradient, "b": h}, VALUE,
             "grads: expected the names of params, got a difference in ['b']"),
            ("shape", theta, {"w": h}, VALUE,
             "grads['w']: expected float64 of shape (2,), got float64 of shape (2, 4)"),
            ("dtype", theta, {"w": np.ones(2, "f4")}, VALUE,
             "grads['w']: expected float64 of shape (2,), got float32 of shape (2,)"),
            ("ints", theta, {"w": np.ones(2, int)}, TYPE,
             "grads['w']: expected float32 or float64, got int64"),
            ("nan", theta, {"w": one(h, NAN)}, VALUE,
             "grads['w']: expected finite numbers, got NaN or infinity"),
            ("inf", theta, {"w": one(h, -INF)}, VALUE,
             "grads['w']: expected finite numbers, got NaN or infinity"),
            ("int-params", {"w": np.ones(2, int)}, gradient, TYPE,
             "params['w']: expected float32 or float64, got int64"),
            ("list", theta, {"w": [1, 2]}, TYPE, "grads['w']: expected an array, got list"),
            ("None", theta, None, TYPE, "grads: expected a dict of arrays, got NoneType"),
            ("params", [h], gradient, TYPE, "params: expected a dict of arrays, got list"),
        ]
    ],
    ("clip-zero", lambda: clip_by_norm(gradient, 0), VALUE,
     "limit: expected a finite number > 0, got 0"),
    ("clip-negative", lambda: clip_by_norm(gradient, -1), VALUE,
     "limit: expected a finite number > 0, got -1"),
    ("clip-None", lambda: clip_by_norm(gradient, None), TYPE,
     "limit: expected a number > 0, got None"),
    ("clip-nan", lambda: clip_by_norm({"w": one(h, NAN)}, 1), VALUE,
     "grads['w']: expected finite numbers, got NaN or infinity"),
    ("clip-ints", lambda: clip_by_norm({"w": np.ones(2, int)}, 1), TYPE,
     "grads['w']: expected float32 or float64, got int64"),
    ("norm-list", lambda: norm([h]), TYPE, "grads: expected a dict of arrays, got list"),
    ("clip-list", lambda: clip_by_norm([h], 1), TYPE, "grads: expected a dict of arrays, got list"),
    # Training
    ("fit-no-batches", lambda: fit([]), VALUE, "batches: expected at least one batch, got none"),
    ("fit-None", lambda: fit(None), TYPE, "batches: expected an iterable, got NoneType"),
    ("fit-arrays", lambda: fit([tokens]), TYPE, BATCH + "ndarray of 2"),
    ("fit-one", lambda: fit([(tokens,)]), TYPE, BATCH + "tuple of 1"),
    ("fit-four", lambda: fit([(tokens, tokens, ones, ones)]), TYPE, BATCH + "tuple of 4"),
    ("fit-numbers", lambda: fit([1]), TYPE, BATCH + "int"),
    ("fit-optimizer", lambda: fit([(tokens, tokens)], "adam"), TYPE,
     "optimizer: expected SGD or Adam, got str"),
    ("fit-optimizer-class", lambda: fit([(tokens, tokens)], Adam), TYPE,
     "optimizer: expected Adam(), got the class Adam"),
    ("fit-carry", lambda: fit([(tokens, tokens), (tokens[:1], tokens[:1])], carry=True), VALUE,
     "batches: expected 2 rows in each with carry=True, got inputs of shape (1, 5)"),
    *[
        (f"fit-loss-{id}", lambda bad=bad: fit([(tokens, tokens)], loss=lambda a, y: bad), error,
         message)
        for id, bad, error, message in [
            ("none", None, TYPE, RUBBISH + "NoneType"),
            ("one", 1.0, TYPE, RUBBISH + "float"),
            ("three", (1.0, logits, 3), TYPE, RUBBISH + "tuple"),
            ("array", (logits, logits), TYPE, RUBBISH + "ndarray as its number"),
            ("bool", (True, logits), TYPE, RUBBISH + "bool as its number"),
            ("text", (1.0, "logits"), TYPE, "doutputs: expected real numbers, got dtype <U6"),
            ("shape", (1.0, dhs), VALUE, "doutputs: expected shape (2, 5, 6), got (2, 5, 4)"),
        ]
    ],
    ("fit-loss", lambda: fit([(tokens, tokens)], loss="mse"), TYPE,
     "loss: expected a function, got str"),
    ("fit-steps", lambda: fit([(tokens, tokens)], steps=0), VALUE,
     "steps: expected an int >= 1, got 0"),
    ("fit-clip", lambda: fit([(tokens, tokens)], clip=0), VALUE,
     "clip: expected a finite number > 0, got 0"),
    ("fit-targets", lambda: fit([(tokens, tokens + 5)]), VALUE,
     "targets: expected integers in 0..5, got 6"),
    ("fit-mask", lambda: fit([(tokens, tokens, ones.T)]), VALUE,
     "mask: expected shape (2, 5), got (5, 2)"),
]
# fmt: on


@pytest.mark.parametrize(
    "call, error, message",
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_bad_input(call, error, message):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an error, and no warning before it
        with pytest.raises(error) as raised:
            call()
    assert str(raised.value).startswith(message)


def test_ids_are_unique():
    names = [case[0] for case in CASES]
    assert len(names) == len(set(names))
