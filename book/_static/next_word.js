// <next-word>: the reader types, and the word model of lib.words suggests the next word.
// Nothing is fetched before the reader asks for it; what is typed stays in the page.
// Used in book/applications/word_prediction; tools/export_words.py writes the files.
"use strict";

{
  const FILES = new URL("words/", document.currentScript.src);
  const SIZE = "1.8 MB";
  const SHOWN = 5;
  const DRAWN = 10;
  const TEMPERATURE = 0.7;
  const BETWEEN_WORDS = 250; // ms: slow enough to be read and stopped
  const AFTER_TYPING = 700; // ms: a screen reader need not hear every letter's suggestions
  const LONGEST = 4000; // characters: read from the start in less than a second
  const UNKNOWN = "<unk>";
  const MARKS = {
    ".": "period", ",": "comma", ";": "semicolon", ":": "colon", "!": "exclamation mark", "?": "question mark",
  };

  // As lib.text.tokenize: Python's [^\W\d_] is a letter or a number that is no decimal digit.
  const TOKEN = /[\p{L}\p{Nl}\p{No}]+(?:'[\p{L}\p{Nl}\p{No}]+)*|\p{Nd}+(?:[.,]\p{Nd}+)*|[.,;:!?]/gu;
  const tokenize = (text) => text.toLowerCase().replaceAll("’", "'").match(TOKEN) ?? [];

  const sigmoid = (a) => 1 / (1 + Math.exp(-a));

  // x W_x + h W_h + b, for one row. Weights are float32, sums are doubles.
  function sum(x, W_x, h, W_h, b) {
    const a = Float64Array.from(b);
    for (const [v, W] of [[x, W_x], [h, W_h]]) {
      for (let j = 0, at = 0; j < v.length; j++) {
        for (let k = 0; k < a.length; k++) a[k] += v[j] * W[at++];
      }
    }
    return a;
  }

  function softmax(logits, temperature = 1) {
    const largest = logits.reduce((a, b) => Math.max(a, b));
    const p = logits.map((y) => Math.exp((y - largest) / temperature));
    const total = p.reduce((a, b) => a + b);
    return p.map((q) => q / total);
  }

  class WordModel {
    constructor({ tokens, params }, data) {
      this.tokens = tokens;
      this.number = new Map(tokens.map((token, number) => [token, number]));
      this.unknown = this.number.get(UNKNOWN);
      this.params = {}; // W of the embedding, W_xi W_hi b_i ... of the layer, b of the read-out
      for (const [name, { shape: [rows, columns], offset, scale }] of Object.entries(params)) {
        const key = name.split(".")[1];
        if (scale === undefined) {
          this.params[key] = new Float32Array(data, offset, rows);
          continue;
        }
        const Q = new Int8Array(data, offset, rows * columns);
        const s = new Float32Array(data, scale, rows);
        this.params[key] = Float32Array.from(Q, (q, at) => s[Math.floor(at / columns)] * q); // eq-quantize
      }
      const zeros = new Float64Array(this.params.b_i.length);
      // The state after each token that was read: only what follows a change is read again.
      this.ids = [];
      this.states = [{ h: zeros, c: zeros }];
    }

    step(token, { h, c }) {
      const p = this.params;
      const H = h.length;
      const x = p.W.subarray(token * H, (token + 1) * H); // X_t = W[token_t]  eq-embedding
      const i = sum(x, p.W_xi, h, p.W_hi, p.b_i).map(sigmoid); // I_t = sigma(X_t W_xi + H_{t-1} W_hi + b_i)  eq-lstm-i
      const f = sum(x, p.W_xf, h, p.W_hf, p.b_f).map(sigmoid); // F_t = sigma(X_t W_xf + H_{t-1} W_hf + b_f)  eq-lstm-f
      const g = sum(x, p.W_xg, h, p.W_hg, p.b_g).map(Math.tanh); // G_t = tanh(X_t W_xg + H_{t-1} W_hg + b_g)  eq-lstm-g
      const o = sum(x, p.W_xo, h, p.W_ho, p.b_o).map(sigmoid); // O_t = sigma(X_t W_xo + H_{t-1} W_ho + b_o)  eq-lstm-o
      const c_new = f.map((f_k, k) => f_k * c[k] + i[k] * g[k]); // C_t = F_t * C_{t-1} + I_t * G_t  eq-lstm-c
      const h_new = o.map((o_k, k) => o_k * Math.tanh(c_new[k])); // H_t = O_t * tanh(C_t)  eq-lstm-h
      return { h: h_new, c: c_new };
    }

    readout(h) {
      const { W, b } = this.params;
      return Float64Array.from(b, (score, token) => { // Y_t = H_t W^T + b  eq-tied
        for (let k = 0, at = token * h.length; k < h.length; k++) score += h[k] * W[at++];
        return score;
      });
    }

    // The scores of the token that follows these.
    read(tokens) {
      const ids = tokens.map((token) => this.number.get(token) ?? this.unknown);
      let same = 0;
      while (same < ids.length && ids[same] === this.ids[same]) same++;
      this.states.length = same + 1;
      for (const id of ids.slice(same)) this.states.push(this.step(id, this.states.at(-1)));
      this.ids = ids;
      return this.readout(this.states.at(-1).h);
    }

    likeliest(p) {
      return this.tokens
        .map((token, number) => ({ token, p: p[number] }))
        .filter(({ token }) => token !== UNKNOWN)
        .sort((a, b) => b.p - a.p)
        .slice(0, SHOWN);
    }

    // As lib.text.sample, without <unk>.
    draw(logits) {
      const p = softmax(logits.with(this.unknown, -Infinity), TEMPERATURE);
      const u = Math.random() * p.reduce((a, b) => a + b);
      let reached = 0;
      return this.tokens[p.findIndex((q) => (reached += q) > u)];
    }
  }

  async function fetched(name, options) {
    const response = await fetch(new URL(name, FILES), options);
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return response;
  }

  async function loadModel(progress) {
    const header = await (await fetched("words.json", { cache: "no-cache" })).json();
    const reader = (await fetched(`words.bin?v=${header.version}`)).body.getReader();
    const data = new Uint8Array(header.bytes);
    let at = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      data.set(part.value, at);
      at += part.value.length;
      progress.value = at / data.length;
    }
    if (at < data.length) throw new Error("words.bin: incomplete");
    return new WordModel(header, data.buffer);
  }

  const percent = (p) => `${(100 * p).toFixed(1)}\u00a0%`;
  const spoken = (token) => MARKS[token] ?? token;
  const quoted = (word) => `“${word.length > 20 ? `${word.slice(0, 20)}…` : word}”`;

  const BOX = `
    <div class="next-word-box" role="group" aria-label="The next word">
      <label>Your text
        <textarea rows="3" maxlength="${LONGEST}" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea>
      </label>
      <p class="next-word-title">The likeliest next words</p>
      <div class="next-word-panel">
        <div class="next-word-start">
          <p>The model runs in this page. What you type stays here.</p>
          <button type="button" data-do="load">Load the model (${SIZE})</button>
          <progress aria-label="Loading the model" value="0"></progress>
        </div>
        <div class="next-word-answer">
          <ol>${`
            <li><button type="button" data-do="take">
              <span class="next-word-token"><b></b> <small></small></span>
              <span class="next-word-bar" aria-hidden="true"><span></span></span>
              <span class="next-word-percent"></span>
            </button></li>`.repeat(SHOWN)}
          </ol>
          <p class="next-word-others"></p>
        </div>
      </div>
      <div class="next-word-actions">
        <button type="button" data-do="draw" disabled></button>
        <button type="button" data-do="clear" disabled>Clear</button>
      </div>
      <p class="next-word-note" role="status"></p>
      <p class="next-word-spoken" role="status"></p>
    </div>`;
  const DRAW = `Continue: ${DRAWN} words`;

  class NextWord extends HTMLElement {
    static tokenize = tokenize; // for its test
    likeliest = []; // what is shown: [{ token, p }]

    connectedCallback() {
      if (this.field) return;
      const fallback = document.createElement("div");
      fallback.className = "next-word-fallback";
      fallback.append(...this.childNodes);
      this.innerHTML = BOX;
      this.prepend(fallback);
      this.field = this.querySelector("textarea");
      this.field.value = this.dataset.text ? `${this.dataset.text} ` : "";
      this.note = this.querySelector(".next-word-note");
      this.drawButton = this.querySelector('[data-do="draw"]');
      this.drawButton.textContent = DRAW;
      this.field.addEventListener("input", () => {
        this.stop();
        this.update();
      });
      this.addEventListener("click", ({ target }) => this.press(target.closest("button")));
      if (location.protocol === "file:") {
        this.querySelector(".next-word-start").innerHTML =
          "<p>A page opened as a file cannot load the model. Open the book through <code>make serve</code> or on its site.</p>";
      }
    }

    disconnectedCallback() {
      this.stop();
    }

    press(button) {
      const wasDrawing = Boolean(this.drawing);
      if (button) this.stop();
      switch (button?.dataset.do) {
        case "load":
          this.load();
          break;
        case "take":
          this.add(button.querySelector("b").textContent);
          break;
        case "draw":
          if (!wasDrawing) this.draw();
          break;
        case "clear":
          this.field.value = "";
          this.update();
          this.field.focus();
      }
    }

    async load() {
      if (this.dataset.state === "loading") return;
      this.dataset.state = "loading";
      this.note.textContent = "Loading the model.";
      try {
        this.model = await loadModel(this.querySelector("progress"));
      } catch (error) {
        this.dataset.state = "failed";
        this.note.textContent = `The model could not be loaded (${error.message}). Press the button to try again.`;
        return;
      }
      const hadFocus = document.activeElement?.dataset.do === "load";
      this.drawButton.disabled = this.querySelector('[data-do="clear"]').disabled = false;
      if (hadFocus) this.field.focus({ preventScroll: true });
      this.update();
    }

    // Show what the model says to the text as it stands.
    update(added = []) {
      if (!this.model) return;
      const words = tokenize(this.field.value);
      const answer = this.querySelector(".next-word-answer");
      this.dataset.state = words.length ? "answer" : "empty";
      this.likeliest = [];
      if (words.length) {
        const p = softmax((this.logits = this.model.read(words)));
        this.likeliest = this.model.likeliest(p);
        this.likeliest.forEach((likely, rank) => this.showRow(answer.querySelectorAll("button")[rank], likely));
        const others = 1 - this.likeliest.reduce((sum, likely) => sum + likely.p, 0);
        answer.querySelector(".next-word-others").textContent =
          `All others: ${percent(others)}, of which words outside its vocabulary (${UNKNOWN}): ${percent(p[this.model.unknown])}.`;
      }
      clearTimeout(this.saying);
      this.saying = setTimeout(() => this.say(words, added), AFTER_TYPING);
    }

    showRow(button, { token, p }) {
      button.querySelector("b").textContent = token;
      button.querySelector("small").textContent = MARKS[token] ?? "";
      button.querySelector(".next-word-bar > span").style.width = `${100 * p}%`;
      button.querySelector(".next-word-percent").textContent = percent(p);
    }

    // In words, for all: what is wrong with the text; for those who do not see the bars: what is new.
    say(words, added) {
      const unknown = [...new Set(words)].filter((word) => !this.model.number.has(word));
      const more = unknown.length > 3 ? ` and ${unknown.length - 3} more` : "";
      const notes = [];
      if (!words.length) notes.push("Type a word: the model needs one to begin.");
      if (unknown.length) notes.push(`Not in its vocabulary: ${unknown.slice(0, 3).map(quoted).join(", ")}${more}.`);
      if (this.full()) notes.push("The text is full.");
      this.note.textContent = notes.join(" ");
      const news = this.likeliest.map(({ token, p }) => `${spoken(token)} ${percent(p)}`);
      this.querySelector(".next-word-spoken").textContent =
        (added.length ? `Added: ${added.map(spoken).join(" ")}. ` : "") + (news.length ? `Likeliest next: ${news.join(", ")}.` : "");
    }

    full() {
      return this.field.value.length >= LONGEST;
    }

    add(token, added = [token]) {
      const space = token in MARKS ? "" : " ";
      if (!this.full()) this.field.value = `${this.field.value.trimEnd()}${space}${token} `;
      this.field.scrollTop = this.field.scrollHeight;
      this.update(added);
    }

    async draw() {
      const run = (this.drawing = {});
      const added = [];
      this.drawButton.textContent = "Stop";
      while (this.likeliest.length && added.length < DRAWN && !this.full()) {
        if (added.length) await new Promise((next) => setTimeout(next, BETWEEN_WORDS));
        if (this.drawing !== run) return;
        const token = this.model.draw(this.logits);
        added.push(token);
        this.add(token, added);
      }
      this.stop();
    }

    stop() {
      this.drawing = null;
      this.drawButton.textContent = DRAW;
    }
  }

  customElements.define("next-word", NextWord);
}
