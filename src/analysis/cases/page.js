"use strict";
// The checks of caselab.py, in JavaScript: same digests, same forms, same words. tests/test_cases.py holds both to the same marks.
const MINUS = "\u2212";
function sha256(text) {
  const K = [], H = []; let n = 2;
  const frac = x => ((x - Math.floor(x)) * 4294967296) | 0;
  const prime = m => { for (let d = 2; d * d <= m; d++) if (m % d === 0) return false; return true; };
  while (K.length < 64) { if (prime(n)) { if (H.length < 8) H.push(frac(Math.sqrt(n))); K.push(frac(Math.cbrt(n))); } n++; }
  const bytes = new TextEncoder().encode(text), size = ((bytes.length + 8) >> 6) + 1, words = new Int32Array(size * 16);
  bytes.forEach((b, i) => { words[i >> 2] |= b << (24 - 8 * (i & 3)); });
  words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length & 3));
  words[size * 16 - 1] = bytes.length * 8;
  const W = new Int32Array(64), r = (x, k) => (x >>> k) | (x << (32 - k));
  for (let block = 0; block < size; block++) {
    for (let i = 0; i < 16; i++) W[i] = words[block * 16 + i];
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15], b = W[i - 2];
      W[i] = W[i - 16] + (r(a, 7) ^ r(a, 18) ^ (a >>> 3)) + W[i - 7] + (r(b, 17) ^ r(b, 19) ^ (b >>> 10)) | 0;
    }
    let [a, b, c, d, e, f, g, h] = H;
    for (let i = 0; i < 64; i++) {
      const t1 = h + (r(e, 6) ^ r(e, 11) ^ r(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i] | 0;
      const t2 = (r(a, 2) ^ r(a, 13) ^ r(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { H[i] = H[i] + x | 0; });
  }
  return H.map(x => (x >>> 0).toString(16).padStart(8, "0")).join("");
}
const seal = (salt, what, form) => sha256(`${salt}|${what}|${form}`);
function opened(salt, form, hex) {
  let key = "";
  while (key.length < hex.length) key += seal(salt, `key${key.length / 2}`, form);
  const out = new Uint8Array(hex.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(hex.substr(2 * i, 2), 16) ^ parseInt(key.substr(2 * i, 2), 16);
  return JSON.parse(new TextDecoder().decode(out));
}
function number(given, unit) {
  let text = String(given).normalize("NFKC").trim().replace(/。$/, "").trim().replaceAll(MINUS, "-").replace(/(?<=\d) (?=\d{3}(?!\d))/g, ","), scale = 1;
  const cut = (s, end) => end && s.endsWith(end) ? s.slice(0, -end.length).trim() : s;
  if (text.includes(",") && !/^[+-]?\d{1,3}(,\d{3})+(?![\d,])/.test(text)) return null;
  text = text.replaceAll(",", "");
  if (["%", "pp", "百分点"].includes(unit)) for (const word of ["%", "个百分点", "百分点"]) text = cut(text, word);
  for (const [end, times] of [["亿", 1e8], ["万", 1e4]]) {
    const bare = cut(text, unit).trim();
    if (bare.endsWith(end)) { text = bare.slice(0, -1); scale = times; }
  }
  text = cut(text, unit).trim();
  if (!text || !/^[0-9+\-.eE/ ]+$/.test(text)) return null;
  const one = s => /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(s) ? Number(s) : NaN;
  const at = text.indexOf("/"), found = at < 0 ? one(text) : one(text.slice(0, at)) / one(text.slice(at + 1));
  return Number.isFinite(found) ? found * scale : null;
}
const spelt = word => String(word).normalize("NFKC").trim().replace(/[。.]+$/, "").trim().toLowerCase();
const option = (options, given) => Object.keys(options).find(key => spelt(given) === key || options[key].map(spelt).includes(spelt(given)));
function gradeItem(item, given) {
  const mark = (points, state, words) => ({ item: item.key, points, of: item.points, state, words });
  if (given === null || given === undefined || ["", "..."].includes(String(given).trim())) return mark(0, "open", WORDS.open);
  if (item.kind === "text") {
    if (String(given).trim().length < item.least) return mark(0, "wrong", WORDS.short);
    const low = String(given).toLowerCase(), gone = item.mentions.filter(m => !m.any.some(w => low.includes(w.toLowerCase())));
    if (!gone.length) return mark(0, "person", WORDS.person);
    return mark(0, "person", [0, 1].map(i => WORDS.missing[i] + gone.map(m => m.say[i]).join(["、", ", "][i]) + ["；", "; "][i] + WORDS.person[i]));
  }
  let form;
  if (item.kind === "choice") {
    form = option(item.options, given);
    if (form === undefined) return mark(0, "wrong", WORDS.option);
  } else {
    const found = number(given, item.unit);
    if (found === null) return mark(0, "wrong", WORDS.number);
    if (item.whole && Math.abs(found - Math.round(found)) > 1e-9) return mark(0, "wrong", WORDS.whole);
    form = String(Math.floor(found / item.step + 0.5));
  }
  const hex = item.sealed[seal(item.salt, "is", form).slice(0, 20)];
  if (hex === undefined) return mark(0, "wrong", item.hint);
  const told = opened(item.salt, form, hex);
  return mark(Math.round(told.share * item.points * 100) / 100, told.share === 1 ? "right" : told.share > 0 ? "part" : "wrong", told.why.length ? told.why : WORDS.right);
}
const gradeExercise = (exercise, given) => exercise.items.map(item => gradeItem(item, (given || {})[item.key]));
const SIGNS = { right: "✓", part: "◐", wrong: "✗", open: "○", person: "○" };

// ------------------------------------------------------------------------------------------------------------ the page
function answersOf(form) {
  const found = {};
  for (const field of form.querySelectorAll("[data-item]")) found[field.dataset.item] = field.value;
  return found;
}
function allAnswers() {
  const found = {};
  for (const form of document.querySelectorAll("form.exercise")) found[form.dataset.id] = answersOf(form);
  return found;
}
function show(form) {
  const marks = gradeExercise(PACK.exercises[form.dataset.id], answersOf(form)), said = form.querySelector(".said");
  const sum = marks.reduce((t, m) => t + m.points, 0), of = marks.reduce((t, m) => t + m.of, 0);
  said.replaceChildren(...marks.map(m => {
    const line = document.createElement("p");
    line.className = m.state;
    line.textContent = `${SIGNS[m.state]} ${marks.length > 1 ? m.item + ["：", ": "][LANG] : ""}${m.words[LANG]} (${m.points}/${m.of})`;
    return line;
  }), Object.assign(document.createElement("p"), { className: "sum", textContent: `${Math.round(sum * 100) / 100} / ${of}` }));
}
function start() {
  for (const form of document.querySelectorAll("form.exercise")) form.addEventListener("submit", event => { event.preventDefault(); show(form); });
  document.getElementById("save")?.addEventListener("click", () => {
    const body = JSON.stringify({ pack: PACK.pack, version: PACK.version, answers: allAnswers() }, null, 1);
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([body], { type: "application/json" })), download: `${PACK.pack}-answers.json` });
    link.click();
  });
  document.getElementById("load")?.addEventListener("change", async event => {
    const held = JSON.parse(await event.target.files[0].text()).answers;
    for (const form of document.querySelectorAll("form.exercise"))
      for (const field of form.querySelectorAll("[data-item]")) field.value = held?.[form.dataset.id]?.[field.dataset.item] ?? field.value;
  });
  document.getElementById("print")?.addEventListener("click", () => window.print());
  for (const area of document.querySelectorAll(".python")) {
    const run = () => python(area);
    area.querySelector("button").addEventListener("click", run);
    area.querySelector("textarea").addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) { event.preventDefault(); run(); } });
  }
}

// ----------------------------------------------------------------------------------------- Python inside the page
let engine = null;
async function unpacked(id) {
  const raw = Uint8Array.from(atob(document.getElementById(id).textContent.trim()), c => c.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}
async function begin() {
  const parts = {};
  for (const name of ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]) parts[name] = await unpacked(`runtime-${name}`);
  const types = { wasm: "application/wasm", zip: "application/zip", json: "application/json", js: "text/javascript" };
  globalThis.fetch = async address => {
    const name = String(address.url ?? address).split("/").pop();
    if (!(name in parts)) throw new TypeError(`not in this page: ${name}`);
    return new Response(parts[name], { headers: { "Content-Type": types[name.split(".").pop()] } });
  };
  for (const name of ["pyodide.js", "pyodide.asm.js"]) document.head.append(Object.assign(document.createElement("script"), { textContent: new TextDecoder().decode(parts[name]) }));
  const py = await loadPyodide({ indexURL: "https://inside.invalid/", lockFileContents: new TextDecoder().decode(parts["pyodide-lock.json"]), packageBaseUrl: "https://inside.invalid/" });
  for (const [name, body] of Object.entries(JSON.parse(document.getElementById("files").textContent))) {
    if (name.includes("/")) py.FS.mkdirTree(name.split("/").slice(0, -1).join("/"));
    py.FS.writeFile(name, body);
  }
  py.runPython(`import sys; sys.path.insert(0, "."); import caselab; pack = caselab.open_pack("${["zh", "en"][LANG]}")`);
  return py;
}
async function python(area) {
  const out = area.querySelector("output");
  out.textContent = ["正在启动 Python……", "Python is starting ..."][LANG];
  try {
    engine ??= begin();
    const py = await engine;
    let printed = "";
    py.setStdout({ batched: line => { printed += line + "\n"; } });
    py.setStderr({ batched: line => { printed += line + "\n"; } });
    const found = py.runPython(area.querySelector("textarea").value);
    const svg = found?._repr_svg_?.();
    out.textContent = printed + (found === undefined || svg ? "" : String(py.globals.get("repr")(found)));
    if (svg) out.insertAdjacentHTML("beforeend", svg);
  } catch (error) {
    out.textContent = String(error.message ?? error).trim().split("\n").slice(-4).join("\n");
  }
}
if (typeof document !== "undefined") start();
