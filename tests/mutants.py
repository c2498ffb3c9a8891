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
DROPOUT, QUANTIZED, CORPUS = "test_dropout.py", "test_quantized.py", "test_corpus.py"
TIED = (
    "test_tied.py::test_by_hand test_tied.py::test_equals_dense_with_the_matrix_transposed "
    "test_tied.py::test_the_cache_keeps_nothing_of_what_it_was_given_or_gave "
    "test_tied.py::test_bias_gradient_of_many_rows_is_exact_in_float32"
)
BOTH_USES = (
    "test_tied.py::test_the_gradient_of_the_matrix_is_the_sum_of_both_uses "
    "test_tied.py::test_bad_input_names_the_argument"
)
FROZEN = "test_gradients.py::test_model_with_dropout"
TOP = (
    "test_text.py::test_top_leaves_exactly_the_likeliest test_text.py::test_top_of_each_row "
    "test_text.py::test_a_barred_token_is_never_drawn test_text.py::test_logits_are_not_changed "
    "test_text.py::test_what_is_left_keeps_its_proportions"
)
GENERATED = (
    "test_text.py::test_generate_hands_on_top_and_without "
    "test_text.py::test_bad_input_names_the_argument"
)
SPLITS = "test_words.py::test_no_message_is_in_both_parts_and_none_is_lost"
BUILD = "test_words.py::test_build test_words.py::test_build_draws_from_its_generator"
UNSEEN = "test_words.py::test_the_training_messages_alone_make_the_vocabulary"
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
     "if carry:\n                state = last", "if carry:\n                state = None", MODEL),
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
    ("model.py", "a step of training forgets the state",
     "self._score(batch, state, loss, dropout)", "self._score(batch, None, loss, dropout)", MODEL),
    ("model.py", "training forgets dropout",
     "clip=clip, dropout=dropout\n", "clip=clip\n", MODEL),
    ("model.py", "the mean of the batches' means",
     "entries = np.size(targets) *", "entries = 1.0 #", MODEL),
    ("model.py", "masked entries weigh in the mean",
     "(1.0 if mask is None else np.mean(mask))", "1.0", MODEL),
    ("model.py", "inputs weigh in the mean, not targets",
     "entries = np.size(targets)", "entries = np.size(batch[0])", MODEL),
    ("model.py", "evaluation does not carry the state",
     "state = last if carry else None", "state = None", MODEL),
    ("model.py", "evaluation carries the state, always",
     "state = last if carry else None", "state = last", MODEL),
    ("model.py", "what a loss returns is used as it is",
     "*_checked_loss(loss(outputs, targets, *mask))", "*loss(outputs, targets, *mask)", BAD_INPUT),
    # Dropout and the shared matrix
    ("dropout.py", "what is left does not grow",
     " / x.dtype.type(1 - self.rate)", "", DROPOUT),
    ("dropout.py", "what is kept and what is dropped swapped",
     ">= self.rate", "< self.rate", DROPOUT),
    ("dropout.py", "one draw for all rows",
     "random(x.shape, np.float32)", "random(x.shape[-1:], np.float32) + np.zeros_like(x)", DROPOUT),
    ("dropout.py", "the same draws in every call",
     "self.rng.random", "np.random.default_rng(5).random", DROPOUT),
    ("dropout.py", "float64, always",
     "kept.astype(x.dtype) / x.dtype.type", "kept.astype(float) / float", DROPOUT),
    ("dropout.py", "the way back goes through all",
     "return dy * factors", "return dy", DROPOUT),
    ("model.py", "dropout of what leaves the layer has no way back",
     "dhs = dropout.backward(dhs, leaving)", "pass", FROZEN),
    ("model.py", "dropout of what enters the layer has no way back",
     "dxs = dropout.backward(dxs, entering)", "pass", FROZEN),
    ("model.py", "the way back drops what leaves in place of what enters",
     "dropout, entering, leaving = dropped", "dropout, leaving, entering = dropped", FROZEN),
    ("model.py", "gradient of the embedding's use dropped",
     'embedding_grads["W"] += readout', 'embedding_grads["W"] = readout', BOTH_USES),
    ("model.py", "gradient of the read-out's use dropped",
     'embedding_grads["W"] += readout', "readout", BOTH_USES),
    ("model.py", "tied to the embedding of another model",
     "readout.embedding is not embedding", "False", BOTH_USES),
    ("tied.py", "the bias dropped",
     'rows @ W.T + self.params["b"]', "rows @ W.T", TIED),
    ("tied.py", "the cache holds W itself",
     'self.embedding.params["W"].copy()', 'self.embedding.params["W"]', TIED),
    ("tied.py", "gradient of W averaged",
     "dW = rows.T @", "dW = 1 / len(rows) * rows.T @", TIED),
    ("tied.py", "gradient of the bias summed in float32",
     "rows.sum(0, dtype=np.float64)", "rows.sum(0)", TIED),
    ("tied.py", "the bias is taken for part of W",
     'return dy @ W, {"W": dW', 'return (dy + self.params["b"]) @ W, {"W": dW', TIED),
    # Words: drawn, stored, held out
    ("text.py", "of equal logits the last ones stay",
     'np.argsort(-logits, axis=-1, kind="stable")',
     'np.argsort(logits, axis=-1, kind="stable")[..., ::-1]', TOP),
    ("text.py", "one token too many",
     'size("top", top) :]', 'size("top", top) + 1 :]', TOP),
    ("text.py", "barred tokens are rare, not impossible",
     "logits[..., barred] = -np.inf", "logits[..., barred] -= 1e6", TOP),
    ("text.py", "the caller's logits are overwritten",
     "logits = logits.copy()", "pass", TOP),
    ("text.py", "generation does not hand on top",
     "temperature, rng, top, barred)", "temperature, rng, None, barred)", GENERATED),
    ("text.py", "generation does not hand on what is barred",
     "temperature, rng, top, barred)", "temperature, rng, top)", GENERATED),
    ("text.py", "a token that nobody knows bars <unk>",
     "if token not in vocabulary:", "if False:", GENERATED),
    ("quantized.py", "numbers cut off instead of rounded",
     "np.rint(W / s)", "(W / s)", QUANTIZED),
    ("quantized.py", "one scale for all rows",
     "np.abs(W).max(axis=1, keepdims=True)",
     "np.abs(W).max(axis=1, keepdims=True) * 0 + np.abs(W).max()", QUANTIZED),
    ("quantized.py", "the largest number does not fit",
     "largest / np.float32(LEVELS)", "largest / np.float32(LEVELS + 1)", QUANTIZED),
    ("quantized.py", "a scale with few bits left",
     "s[s < np.finfo(np.float32).tiny] = 1", "s[s == 0] = 1", QUANTIZED),
    ("quantized.py", "pickles are read",
     "allow_pickle=False", "allow_pickle=True", QUANTIZED),
    ("quantized.py", "the old file is overwritten from its beginning",
     'path.with_name(f"{path.name}.{os.getpid()}.part")', "path", QUANTIZED),
    ("words.py", "weights of another run pass",
     'hexdigest() != found["sha256"]', 'hexdigest() == ""',
     "test_words.py::test_weights_and_record_of_two_runs_are_refused"),
    ("corpus.py", "the vocabulary knows what is held out",
     "Vocabulary(seen, size)", "Vocabulary(seen + unseen, size)", CORPUS),
    ("corpus.py", "the vocabulary knows the end of the file",
     "Vocabulary(tokens[:edge], size)", "Vocabulary(tokens, size)", CORPUS),
    ("corpus.py", "what is held out is also learned from",
     "vocabulary.encode(tokens[:edge]),", "vocabulary.encode(tokens),", CORPUS),
    ("corpus.py", "text in another language passes",
     "if not any(token in vocabulary for token in tokens)", "if False", CORPUS),
    ("corpus.py", "<unk> is the number 0, always",
     "if not any(token in vocabulary for token in tokens)", "if not ids.any()", CORPUS),
    ("corpus.py", "UTF-16 passes for single letters",
     'if "\\0" in text', "if False", CORPUS),
    ("words.py", "a year is in both parts",
     "data.messages(last=1989)", "data.messages(last=1990)", SPLITS),
    ("words.py", "the vocabulary knows what is held out",
     "[m.text for m in train]", "[m.text for m in train + held_out]", UNSEEN),
    ("words.py", "the layer does not draw from the generator",
     "LSTM(size, size, rng=rng, dtype=dtype)", "LSTM(size, size, dtype=dtype)", BUILD),
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
    ("tasks.py", "the verb does not follow the subject",
     "targets[:, -1] = 2 + numbers", "targets[:, -1] = 2", "test_tasks.py"),
    ("tasks.py", "a subject may stand between",
     "rng.integers(4, len(AGREEMENT_WORDS)", "rng.integers(0, len(AGREEMENT_WORDS)",
     "test_tasks.py"),
    ("tasks.py", "the last word between tells the number",
     "    targets = np.zeros_like(tokens)\n",
     "    tokens[:, -1] = 8 + numbers\n    targets = np.zeros_like(tokens)\n", "test_tasks.py"),
    ("tasks.py", "a gap one word too short",
     "(batch_size, gap + 1))\n    tokens", "(batch_size, gap))\n    tokens", "test_tasks.py"),
    ("checks.py", "the mask of a perplexity is ignored",
     "counted = nats[mask]", "counted = nats", CHECKS),
    ("checks.py", "the state is lost between the tokens",
     "state = last if carry else None", "state = None", CHECKS),
    ("checks.py", "the vocabulary of both parts is right",
     "right, N = numbers(train, size)", "right, N = numbers(train + held_out, size)", CHECKS),
    ("checks.py", "the reader's changes of the prompt count",
     "_call(answer, _word_model(), prompt.copy(), length)",
     "_call(answer, _word_model(), prompt, length)", CHECKS),
    ("checks.py", "the read-out has no bias",
     "right = V * D + 4 * H * (D + H + 1) + H * V + V",
     "right = V * D + 4 * H * (D + H + 1) + H * V", CHECKS),
    ("checks.py", "94.8 % pass as 95",
     "100 * correct // sentences", "round(100 * correct / sentences)", CHECKS),
    ("checks.py", "the verb is looked for at the first step",
     "logits[:, -1, plural] > logits[:, -1, singular]",
     "logits[:, 0, plural] > logits[:, 0, singular]", CHECKS),
]]
# fmt: on
