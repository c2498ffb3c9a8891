"""Faults that the tests must see: each mutant is one small, plausible mistake in `lib`.

`old` stands exactly once in the file and becomes `new`; then at least one of `tests` must fail.
No test named here needs TensorFlow or the whole suite, so that all mutants take a minute.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    file: str
    why: str
    old: str
    new: str
    tests: str  # node ids in this folder, separated by blanks


CHAIN = "test_gradients.py::test_forward_and_backward_equal_chained_steps"
BATCH_OF_ONE = "test_gradients.py::test_batch_of_one_equals_chained_steps"
BLOCKS = "test_gradients.py::test_length_of_a_block_changes_nothing"
AROUND = (
    "test_gradients.py::test_dense test_gradients.py::test_embedding "
    "test_contract.py::test_dense_and_embedding_keep_nothing_either "
    "test_gradients.py::test_bias_gradient_of_many_rows_is_exact_in_float32"
)
GRADCHECK = "test_gradients.py::test_gradcheck_sees_a_wrong_gradient"
SLOPES = "test_gradients.py::test_slope"
LIMITS = "test_limits.py"
ZEROS = "test_contract.py::test_initial_state_is_zeros"
DTYPES = "test_contract.py::test_dtype_goes_in_and_comes_out"
KEPT = "test_contract.py::test_forward_keeps_nothing_of_what_it_was_given_or_gave"
STEP_KEPT = "test_contract.py::test_step_keeps_nothing_of_what_it_was_given_or_gave"
UNCHANGED = "test_contract.py::test_nothing_passed_in_is_changed"
LAST = "test_contract.py::test_last_hidden_state_is_the_state"
COPY = "test_contract.py::test_copy_of_a_layer"
STRICT = "test_contract.py::test_params_of_a_copy_are_as_strict"
ASSIGNED = (
    "test_contract.py::test_assigned_parameters_take_effect "
    "test_contract.py::test_assigning_copies"
)
INITIAL = "test_initializers.py"
HUGE = "test_losses.py::test_huge_logits"
MASKED = "test_losses.py::test_masked_loss_is_the_loss_of_what_counts"
LOSS = "test_gradients.py::test_loss"
FIRST_STEP = (
    "test_optimizers.py::test_first_adam_step_has_the_size_of_the_learning_rate"
)
CLIP = "test_optimizers.py::test_clipping_keeps_the_direction_and_has_the_norm"
OPTIMIZERS, CHECKS = "test_optimizers.py", "test_checks.py"
MODEL, VALUES, BAD_INPUT = "test_model.py", "test_lib.py", "test_bad_input.py"
TORCH = "test_convert.py::test_to_torch test_convert.py::test_from_torch"
LAYOUT = "test_convert.py::test_layout_of_keras_weights"

# fmt: off
MUTANTS = [Mutant(*row) for row in [
    # LSTM, one step
    ("lstm.py", "input and forget gate swapped",
     "c_new = f * c + i * g", "c_new = i * c + f * g", LIMITS),
    ("lstm.py", "a bias dropped",
     '@ p["W_ho"] + p["b_o"]', '@ p["W_ho"]', CHAIN),
    ("lstm.py", "tanh of the cell state dropped",
     "h_new = o * tanh(c_new)", "h_new = o * c_new", CHAIN),
    ("lstm.py", "slope of tanh without its square",
     "* o * (1 - u * u)", "* o * (1 - u)", CHAIN),
    ("lstm.py", "gradient of c from t+1 dropped",
     "dc_new = dc_new + dh_new", "dc_new = dh_new", CHAIN),
    ("lstm.py", "slope of the forget gate uses g",
     "dc_new * c * f", "dc_new * g * f", CHAIN),
    ("lstm.py", "gradient of c not multiplied by the forget gate",
     "dc = dc_new * f", "dc = dc_new", CHAIN),
    ("lstm.py", "transposed W_h missing",
     '@ p[f"W_h{k}"].T', '@ p[f"W_h{k}"]', CHAIN),
    ("lstm.py", "gradient of the bias averaged instead of summed",
     "da[k].sum(0)", "da[k].mean(0)", CHAIN),
    ("lstm.py", "the step's cache holds the parameters themselves",
     "p = {name: value.copy() for name, value in self.params.items()}", "p = dict(self.params)",
     STEP_KEPT),
    ("lstm.py", "the step's cache holds the state that came in",
     "h.copy(), c.copy())", "h, c)", STEP_KEPT),
    ("lstm.py", "the step's cache holds the state that goes out",
     "gates, c_new.copy(), p", "gates, c_new, p", STEP_KEPT),
    # LSTM, all steps
    ("lstm.py", "input and forget gate swapped in the fast path",
     '"oifg", "ifgo"', '"ofig", "ifgo"', CHAIN),
    ("lstm.py", "cell state of t-1 dropped",
     "add(both[0], both[1], c)", "copyto(c, both[0])", CHAIN),
    ("lstm.py", "first cell state ignored",
     "A[0, 4] = state.c", "A[0, 4] = 0 * state.c", CHAIN),
    ("lstm.py", "mask ignored for c, forward",
     "copyto(c, c_before, where=skip)", "pass", CHAIN),
    ("lstm.py", "mask ignored for h, forward",
     "copyto(h, z[:, :H], where=skip)", "pass", CHAIN),
    ("lstm.py", "mask ignored for h, backward",
     "add(dh_next, dh, dh_next, where=skip)", "pass", CHAIN),
    ("lstm.py", "mask ignored for c, backward",
     "copyto(k[:, 5], 1, where=pad)", "pass", CHAIN),
    ("lstm.py", "padded steps add to the gradients of the parameters",
     "copyto(k[:, :5], 0, where=pad[:, None])", "pass", CHAIN),
    ("lstm.py", "gradient of h from t+1 dropped",
     "add(dh_next, dy, dh)", "copyto(dh, dy)", CHAIN),
    ("lstm.py", "gradient of c from t+1 dropped in the fast path",
     "add(kc, dc, kc)", "pass", CHAIN),
    ("lstm.py", "slope of tanh without its square in the fast path",
     "multiply(u, u, k[:, 0])", "copyto(k[:, 0], u)", CHAIN),
    ("lstm.py", "slope of the forget gate uses g in the fast path",
     "k[:, 3] *= c", "k[:, 3] *= g", CHAIN),
    ("lstm.py", "the halved weights go to the way back",
     "halved = V * np", "halved = V; V *= np", CHAIN),
    ("layer.py", "gradient of the first block alone",
     "dV = dV + fused.", "dV = fused.", BLOCKS),
    ("lstm.py", "gradient of c overwritten by the next block",
     "[dh_next, dc.copy()]", "[dh_next, dc]", BLOCKS),
    ("layer.py", "the state is a view of hs",
     "hs[:, -1].copy()", "hs[:, -1]", LAST),
    ("lstm.py", "the cell state is a view of the cache",
     "A[T, 4].copy()", "A[T, 4]", KEPT),
    ("layer.py", "hs is a view of the cache",
     ".transpose(1, 0, 2).copy()", ".transpose(1, 0, 2)", KEPT),
    ("layer.py", "gradient of the inputs is float64, always",
     "T, self.input_size), self.dtype)\n        dV", "T, self.input_size))\n        dV", DTYPES),
    ("lstm.py", "forget bias goes to the input gate",
     'self.params["b_f"][:]', 'self.params["b_i"][:]', INITIAL),
    # SimpleRNN
    ("rnn.py", "the bias dropped",
     '@ p["W_hh"] + p["b_h"]', '@ p["W_hh"]', CHAIN),
    ("rnn.py", "transposed W_hh missing",
     '@ p["W_hh"].T', '@ p["W_hh"]', CHAIN),
    ("rnn.py", "the step's cache holds the state that goes out",
     "RNNState(h_new.copy())", "RNNState(h_new)", STEP_KEPT),
    ("rnn.py", "mask ignored, forward",
     "copyto(h, z[:, :H], where=skip)", "pass", CHAIN),
    ("rnn.py", "mask ignored, backward",
     "copyto(k, 0, where=pad[:, None])", "pass", CHAIN),
    ("rnn.py", "gradient of h from t+1 dropped",
     "add(dh_next, dy, dh)", "copyto(dh, dy)", CHAIN),
    ("layer.py", "the cache holds the parameters themselves",
     "self.V.copy()", "self.V", KEPT),
    ("layer.py", "the given dstate is overwritten",
     "        for own, given in zip(carried, dstate):\n            own[:] = given\n",
     "        carried = list(dstate)\n", UNCHANGED),
    ("layer.py", "any cache will do",
     "if origin != wanted", "if False", "test_bad_input.py"),
    # What the layers share
    ("fused.py", "first hidden state ignored",
     "= h, xs.transpose", "= 0, xs.transpose", CHAIN),
    ("fused.py", "gradients averaged instead of summed",
     "N).T @ rows)", "N).T @ rows / (m * B))", CHAIN),
    ("fused.py", "gates in another order for a batch of one",
     "= V.transpose(1, 0, 2)", "= V[::-1].transpose(1, 0, 2)", BATCH_OF_ONE),
    ("fused.py", "gates hand dh back in another order for a batch of one",
     "tall = weights.reshape", "tall = weights[::-1].reshape", BATCH_OF_ONE),
    ("fused.py", "memory serves again while an array looks into it",
     "self.spare.pop(size, None)", "self.spare.setdefault(size, np.empty(size, np.uint8))",
     "test_contract.py::test_a_cache_outlives_later_calls"),
    ("fused.py", "the first step is in no block",
     "slice(max(0, end", "slice(max(1, end", BLOCKS),
    ("layer.py", "initial state not zeros",
     "np.zeros(shape, self.dtype)", "np.ones(shape, self.dtype)", ZEROS),
    ("layer.py", "a mask with one real step counts as none",
     "or mask.all()", "or mask.any()", CHAIN),
    ("params.py", "parameters of a copy are not the layer's",
     "(self.bases, self.views)", "({k: v.copy() for k, v in self.bases.items()}, self.views)",
     COPY),
    ("layer.py", "Glorot's limit of one gate instead of all",
     "glorot_uniform(rng, (D, K * H))", "np.tile(glorot_uniform(rng, (D, H)), K)", INITIAL),
    ("params.py", "an assigned array replaces the layer's",
     "self[name][...] = value", "dict.__setitem__(self, name, value)", ASSIGNED),
    ("params.py", "the first values are written before the last is checked",
     "checked[name] = check", "self[name][...] = check",
     "test_contract.py::test_a_wrong_value_changes_nothing"),
    ("params.py", "copies of the parameters are views",
     "name: array.copy()", "name: array", "test_contract.py::test_copy_of_parameters"),
    ("params.py", "a copy's parameters are an ordinary dict",
     "return type(self), (self.bases, self.views)", "return dict, (dict(self),)", STRICT),
    # Initial weights, activations, losses
    ("initializers.py", "signs of the QR decomposition not made uniform",
     "q *= np.sign(np.diag(r))", "pass", INITIAL),
    ("initializers.py", "Glorot's limit too small",
     "np.sqrt(6 /", "np.sqrt(3 /", INITIAL),
    ("activations.py", "slope of tanh without its square",
     "1 - y * y", "1 - y", SLOPES),
    ("activations.py", "softmax overflows",
     "p = np.exp(a - a.max(axis=-1, keepdims=True))", "p = np.exp(a)", VALUES),
    ("losses.py", "mean over the masked entries too",
     "mask / mask.sum()", "mask / mask.size", MASKED),
    ("losses.py", "gradient at masked entries",
     "dlogits * weights[..., None]", "dlogits / weights.size", MASKED),
    ("losses.py", "factor 2 forgotten",
     "2 * weights * error", "weights * error", LOSS),
    ("losses.py", "binary cross-entropy overflows",
     "np.logaddexp(0, logits)", "np.log(1 + np.exp(logits))", HUGE),
    ("losses.py", "differences of logits overflow",
     "np.finfo(logits.dtype).max / 4", "np.finfo(logits.dtype).max", BAD_INPUT),
    # Optimizers
    ("optimizers.py", "Adam without the correction of m",
     "self.learning_rate / (1 - self.beta1**self.t)", "self.learning_rate", FIRST_STEP),
    ("optimizers.py", "Adam without the correction of v",
     "v / (1 - self.beta2**self.t)", "v", FIRST_STEP),
    ("optimizers.py", "clipping each array by itself",
     "(g * scale)", "(g * np.float64(min(1.0, limit / norm({k: g}))))", CLIP),
    ("optimizers.py", "clipping in place",
     "(g * scale)", "np.multiply(g, scale, g)", CLIP),
    ("optimizers.py", "the squares of the norm overflow",
     "largest * float(np.sqrt(sum(float(np.vdot(p, p)) for p in parts)))",
     "float(np.sqrt(sum(float(np.vdot(g, g)) for g in grads.values())))", OPTIMIZERS),
    ("optimizers.py", "Adam stands still where a square overflows",
     "if largest > limit", "if False", OPTIMIZERS),
    ("optimizers.py", "large negative gradients go unseen",
     "max(float(g.max(initial=0)), -float(g.min(initial=0)))", "float(g.max(initial=0))",
     BAD_INPUT),
    ("optimizers.py", "Adam takes other parameters for its own",
     "if (known.shape, known.dtype) != (theta.shape, theta.dtype)", "if False", OPTIMIZERS),
    # Around the layers
    ("dense.py", "the cache holds W itself",
     'W = self.params["W"].copy()', 'W = self.params["W"]', AROUND),
    ("dense.py", "gradient of the bias averaged",
     "rows.sum(0, ", "rows.mean(0, ", AROUND),
    ("dense.py", "gradient of the bias summed in float32",
     "rows.sum(0, dtype=np.float64)", "rows.sum(0)", AROUND),
    ("embedding.py", "repeated tokens do not add up",
     "dW[used] = np.add.reduceat(dx.reshape(-1, self.output_size)[order], starts)",
     "dW[tokens] = dx.reshape(-1, self.output_size)", AROUND),
    ("embedding.py", "the cache holds the tokens that came in",
     "tokens.copy()", "tokens", AROUND),
    ("model.py", "the state is not carried",
     "state = last", "state = None", MODEL),
    ("model.py", "the state is carried, always",
     "if carry:", "if True:", MODEL),
    ("model.py", "gradients are not clipped",
     "grads if clip is None else clip_by_norm(grads, clip)", "grads", MODEL),
    ("model.py", "the mask of the targets is ignored",
     "loss(outputs, targets, *mask)", "loss(outputs, targets)", MODEL),
    ("model.py", "assigned parameters reach the read-out alone",
     "self.params.replace(values)",
     "self.readout.params = {n: values[f'readout.{n}'] for n in self.readout.params}", MODEL),
    ("model.py", "a batch of another size goes into the layer",
     "inputs.shape[:1] != state.h.shape[:1]", "False", BAD_INPUT),
    ("model.py", "the bar cannot be switched off",
     "disable=not progress", "disable=False", MODEL),
    ("gradcheck.py", "the check finds everything right",
     "analytic = float((direction * grads[name]).sum())", "analytic = numeric", GRADCHECK),
    ("check_input.py", "NaN goes through",
     "if not finite:", "if False:", BAD_INPUT),
    ("check_input.py", "True is the size 1",
     "isinstance(value, bool) or not isinstance(value, Integral)",
     "not isinstance(value, Integral)", BAD_INPUT),
    ("check_input.py", "a mask may be wider",
     "return shaped(name, found, shape)", "return found", BAD_INPUT),
    # Weights of others
    ("convert.py", "the second bias of PyTorch ignored",
     'parts["bias_ih_l0"] + parts["bias_hh_l0"]', 'parts["bias_ih_l0"]', TORCH),
    ("convert.py", "the bias of PyTorch counted twice",
     "module.bias_hh_l0.zero_()", "module.bias_hh_l0.copy_(module.bias_ih_l0)", TORCH),
    ("convert.py", "gates of Keras in another order",
     "for name in layer.names], axis=-1", "for name in layer.slots], axis=-1", LAYOUT),
    ("convert.py", "a subclass passes for the layer",
     "if type(layer) not in (SimpleRNN, LSTM)", "if not isinstance(layer, SimpleRNN | LSTM)",
     "test_convert.py::test_to_torch_refuses_what_has_no_counterpart"),
    ("convert.py", "weights of any dtype",
     'if kinds not in ({"float32"}, {"float64"})', "if not kinds",
     "test_convert.py::test_from_torch_refuses_what_has_no_counterpart"),
    # Exercises
    ("checks.py", "NaN passes for a large norm",
     "if problem is None and not np.isfinite(norms[-1, 0])", "if False", CHECKS),
    ("checks.py", "text passes for numbers",
     'if given.dtype.kind not in "fiuO"', "if False", CHECKS),
    ("checks.py", "a float passes for a count",
     "operator.index(value), None", "int(value), None", CHECKS),
    ("checks.py", "a terminal's encoding stops the check",
     "except UnicodeEncodeError", "except KeyError", CHECKS),
]]
# fmt: on
