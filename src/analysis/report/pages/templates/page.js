(() => {
"use strict";
const d = document, say = d.body.dataset, all = (q, n = d) => [...n.querySelectorAll(q)];
const make = (name, more) => Object.assign(d.createElement(name), more);

// sorting: a button in each head of a table of three rows or more; numbers by their value, text by the page's language
const text = new Intl.Collator(d.documentElement.lang, {numeric: true});
const value = cell => {
  const n = cell.querySelector("data[value]"), shown = cell.textContent.trim();
  const number = n ? n.getAttribute("value") : cell.dataset.v ? cell.dataset.v : /^[\d,.\u2212-]+%?$/.test(shown) ? shown.replace(/,|%/g, "").replace("\u2212", "-") : "";
  return [number === "" || isNaN(number) ? null : +number, shown];
};
const compare = ([a, s], [b, t]) => a !== null && b !== null ? a - b : a !== null ? -1 : b !== null ? 1 : text.compare(s, t);
const sort = (table, column, head) => {
  const body = table.tBodies[0], down = head.getAttribute("aria-sort") === "descending" ? 1 : head.hasAttribute("aria-sort") ? -1 : 0;
  const first = [...body.rows].some(r => value(r.cells[column])[0] !== null) ? -1 : 1, sign = down || first;
  all("th[aria-sort]", table.tHead).forEach(h => h.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  const empty = k => k[0] === null && /^[–—-]?$/.test(k[1]);
  const rows = [...body.rows].map(r => [value(r.cells[column]), r]);
  rows.sort(([a], [b]) => empty(a) - empty(b) || (a[0] === null) - (b[0] === null) || sign * compare(a, b));
  body.append(...rows.map(r => r[1]));
};
all("main table").forEach(table => {
  const heads = table.tHead && table.tHead.rows.length === 1 ? [...table.tHead.rows[0].cells] : [], body = table.tBodies[0];
  if (!body || body.rows.length < 3 || table.classList.contains("fixed")) return;
  if ([...body.rows].some(r => r.cells.length !== heads.length)) return;
  heads.forEach((head, n) => {
    const button = make("button", {type: "button", className: "so"});
    button.setAttribute("aria-label", say.sort.replace("{what}", head.textContent.trim()));
    button.onclick = () => sort(table, n, head);
    head.append(button);
  });
});

// looking inside: a long table gets a field that leaves the rows in which the typed text stands
all("main table").forEach(table => {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 40 || !table.caption) return;
  const field = make("input", {type: "search", className: "in", placeholder: say.within});
  field.setAttribute("aria-label", say.within);
  field.oninput = () => {
    const typed = field.value.trim().toLowerCase();
    all("tr", body).forEach(row => { row.hidden = !row.textContent.toLowerCase().includes(typed); });
  };
  table.caption.append(" ", field);
});

// copying: a table as tab-separated lines, a record as one citation, anything marked data-copy
const copied = (button, what) => {
  const done = () => { const old = button.textContent; button.textContent = say.copied; setTimeout(() => button.textContent = old, 1500); };
  const old = () => {
    const area = make("textarea", {value: what, className: "off"});
    d.body.append(area); area.select(); d.execCommand("copy"); area.remove(); done();
  };
  navigator.clipboard ? navigator.clipboard.writeText(what).then(done, old) : old();
};
const copier = (after, what) => {
  const button = make("button", {type: "button", className: "cp", textContent: say.copyword});
  button.onclick = event => { event.preventDefault(); copied(button, what()); };
  after.append(" ", button);
};
// the words of an element, without those of the copy buttons that stand in it
const plain = n => {
  const words = n.cloneNode(true);
  all(".cp", words).forEach(button => button.remove());
  return words.textContent.replace(/\s+/g, " ").trim();
};
all("main table").forEach(t => t.caption && copier(t.caption, () => [...t.rows].map(r => [...r.cells].map(plain).join("\t")).join("\n")));
all("[data-copy]").forEach(n => copier(n, () => n.dataset.copy || plain(n)));
const here = hash => location.href.replace(/#.*/, "") + hash;
all(".rec .link").forEach(n => copier(n, () => {
  const rec = n.closest(".rec"), lines = all("dt", rec).map(dt => plain(dt) + say.colon + plain(dt.nextElementSibling));
  return [plain(rec.querySelector(".what")), ...lines, d.title, here("#" + rec.id)].join("\n");
}));

// a figure as a file: the drawing with its words and its citation drawn in, in the colours of paper
const faces = "Noto Sans CJK SC,Noto Sans SC,Source Han Sans SC,PingFang SC,Microsoft YaHei,WenQuanYi Micro Hei,Arial,sans-serif";
// in Latin text the faces of Chinese would draw curly marks as wide as a letter of theirs
const upright = t => /[\u2e80-\u9fff]/.test(t) ? t : t.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
const safe = t => t.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const drawn = figure => {
  const svg = figure.querySelector(".wid svg"), box = svg.viewBox.baseVal, edge = 16, pen = make("canvas").getContext("2d");
  const said = q => { const n = figure.querySelector(q); return n ? plain(n) : ""; };
  let y = edge, out = "";
  const write = (t, size, step, colour, bold, after) => {
    pen.font = `${bold ? 700 : 400} ${size}px ${faces}`;
    t = upright(t);
    let row = "";
    const rows = [];
    for (const piece of t.match(/[\u2e80-\uffff][，。；：、）”]*|[^\s\u2e80-\uffff]+\s*|\s+/g) || []) {
      if (row && pen.measureText(row + piece.trimEnd()).width > box.width) { rows.push(row); row = ""; }
      row += piece;
    }
    if (row) rows.push(row);
    for (const r of rows) {
      out += `<text x="${edge}" y="${y + step * .75}" font-size="${size}" font-weight="${bold ? 700 : 400}" fill="${colour}">${safe(r)}</text>`;
      y += step;
    }
    if (rows.length) y += after;
  };
  write(said("figcaption h3"), 13, 18, "#17212B", true, 3);
  write(said(".sub"), 9.4, 14, "#45515C", false, 12);
  const sheet = d.getElementById("drawn"), inner = ((sheet ? sheet.outerHTML : "") + svg.innerHTML).replace(/var\(--[\w-]+,\s*(#[0-9A-Fa-f]{6})\)/g, "$1").replace(/>[^<>]*[‘’“”][^<>]*</g, upright);
  out += `<g transform="translate(${edge} ${y})">${inner}</g>`;
  y += box.height + 8;
  write(said(".told .note"), 8, 12, "#5F6B76", false, 0);
  write(said(".rec.cite code"), 8, 12, "#5F6B76", false, 0);
  const w = box.width + 2 * edge, h = y + edge, alt = figure.querySelector("[role=img]").getAttribute("aria-label");
  return {w, h, text: `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${w} ${h}" width="${w}pt" height="${h}pt" font-family="${faces}">`
    + `<title>${safe(said("figcaption h3"))}</title><desc>${safe(alt)}</desc><path fill="#fff" d="M0 0H${w}V${h}H0z"/>${out}</svg>`};
};
const save = (blob, name) => { const a = make("a", {href: URL.createObjectURL(blob), download: name}); a.click(); setTimeout(() => URL.revokeObjectURL(a.href), 5000); };
all("main figure").forEach(figure => {
  const tools = figure.querySelector(".tools"), name = location.pathname.split("/").slice(-2).join("-").replace(/\.html$/, "") + "-" + figure.id;
  if (!tools || !figure.querySelector(".wid svg")) return;
  const offer = (form, act) => tools.append(make("button", {type: "button", className: "n", textContent: say.save.replace("{form}", form), onclick: act}));
  offer("SVG", () => save(new Blob([drawn(figure).text], {type: "image/svg+xml"}), name + ".svg"));
  offer("PNG", () => {
    const {w, h, text} = drawn(figure), scale = 200 / 72, picture = new Image();
    picture.onload = () => {
      const sheet = make("canvas", {width: w * scale, height: h * scale});
      sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
      sheet.toBlob(blob => save(blob, name + ".png"));
    };
    picture.src = "data:image/svg+xml," + encodeURIComponent(text);
  });
});

// the other language opens where the reader is
const spot = () => {
  if (location.hash) return location.hash.replace("#r-", "#b-");
  const ids = all("main section[id],main figure[id]").filter(n => n.getBoundingClientRect().top < innerHeight / 3);
  return scrollY > 200 && ids.length ? "#" + ids.pop().id : "";
};
all("a[hreflang]").forEach(a => ["pointerdown", "focus", "click"].forEach(e => a.addEventListener(e, () => a.hash = spot())));

// a permanent link to a record opens it at its number
const open = () => {
  const at = location.hash.startsWith("#r-") && d.querySelector(`main button.n[popovertarget="${CSS.escape(location.hash.slice(1))}"]`);
  if (at && at.closest(".rec") === null) {
    for (let n = at; n; n = n.parentElement) if (n.tagName === "DETAILS") n.open = true;
    at.scrollIntoView({block: "center"}); at.click();
  }
};
addEventListener("hashchange", open); open();
})();
