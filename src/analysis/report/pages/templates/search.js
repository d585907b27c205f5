(() => {
"use strict";
const d = document, index = JSON.parse(d.getElementById("index").textContent), end = d.documentElement.lang === "en" ? ".en.html" : ".html";
const box = d.querySelector("main input[name=q]"), out = d.getElementById("results"), list = d.getElementById("places"), say = out.dataset;
const plain = s => s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[\s'’·,，.。;；:：()（）"“”-]+/g, " ").trim();
const tight = s => plain(s).replace(/ /g, "");
const asked = new URLSearchParams(location.search), theme = asked.get("t") || "";

// places: [code, zh, en, pinyin, initials, official zh, above, themes, why, former]; names: zh, en, pinyin, initials, official zh, code, former
const places = index.p.map(p => ({code: p[0], names: [p[1], p[2], p[3], p[4], p[5], p[0], ...(p[9] || [])].map(tight), short: p[index.me], above: p[6], themes: p[7], why: p[8], official: p[5]}));
const titles = index.t, page = (code, name) => `${code}/${name}${end}`;
const rank = (p, q) => Math.min(...p.names.map((n, k) => n === q ? (k === 3 ? 2 : k === 2 ? .5 : 0) : n.startsWith(q) ? (k === 3 ? 4 : 1) : q.length > 1 && k !== 3 && n.includes(q) ? 3 : 9));
const placesFor = q => places.map(p => [rank(p, q), p]).filter(r => r[0] < 9).sort((a, b) => a[0] - b[0]);
// one place named inside the words: the longest name is taken out of them; an English name before the pinyin of another place
const span = (words, n) => { for (let i = 0; i < words.length; i++) for (let j = i + 1; j <= words.length; j++) if (words.slice(i, j).join("") === n) return [i, j]; return null; };
const taken = (words, more) => {
  const whole = words.join(""), hits = [];
  for (const p of places) p.names.forEach((n, k) => {
    const han = /[\u3400-\u9fff]/.test(n);
    if (k !== 3 && k !== 5 && n.length > 1 && (han ? (more ? words.some(x => x.startsWith(n)) : whole.includes(n)) : whole.includes(n) && span(words, n))) hits.push({name: n, place: p, han, kind: +(k === 2)});
  });
  if (!hits.length) return null;
  hits.sort((a, b) => b.name.length - a.name.length || a.kind - b.kind);
  const best = hits[0], same = hits.filter(h => h.name === best.name), at = best.han ? null : span(words, best.name);
  const rest = at ? [...words.slice(0, at[0]), ...words.slice(at[1])] : words.map(x => x.replace(best.name, "")).filter(Boolean);
  return {name: best.name, shown: same.map(h => h.place), about: same.filter(h => h.kind === best.kind).map(h => h.place), rest};
};
// all places named, in the order asked, as in "Shanxi Jiangsu nurses", and the words beside them; null for one place alone, which is looked for by its beginning too
const within = words => {
  const whole = words.join(""), all = [];
  let rest = words, got;
  while (rest.length && (got = taken(rest, all.length))) { all.push(got); rest = got.rest; }
  all.sort((a, b) => whole.indexOf(a.name) - whole.indexOf(b.name));
  return all.length > 1 || all.length && rest.length ? {shown: [...new Set(all.flatMap(g => g.shown))], about: new Set(all.flatMap(g => g.about)), rest} : null;
};
const link = (href, text) => Object.assign(d.createElement("a"), {href, textContent: text});
const item = (href, text, more) => {
  const li = d.createElement("li");
  li.append(href ? link(href, text) : text);
  if (more) li.append(Object.assign(d.createElement("span"), {className: "note", textContent: more}));
  return li;
};
const group = (title, items) => {
  if (!items.length) return [];
  const h = Object.assign(d.createElement("h2"), {textContent: title}), ul = Object.assign(d.createElement("ul"), {className: "hits"});
  ul.append(...items);
  return [h, ul];
};
const also = w => index.y.filter(y => w.includes(y[0])).map(y => w.replace(y[0], tight(y[1]))), has = (text, words) => words.every(w => [w, ...also(w)].some(x => text.includes(x)));
// counties: [code, zh, en, zh and en of the place above]; each is a row of its province's page
const counties = q => q.length < 2 ? [] : index.c.filter(c => tight(c[1]).startsWith(q) || tight(c[2]).startsWith(q)).slice(0, 12)
  .map(c => item(`${page(c[0].slice(0, 2) + "0000", "counties")}#p-listed-${c[5] ? "districts" : "counties"}-${c[0]}`, `${c[index.me]} · ${c[index.me + 2]}`, (titles.find(t => t[0] === "counties") || [])[1]));
const place = p => {
  const go = p.themes.includes(theme) ? page(p.code, theme) : page(p.code, "index");
  const kind = p.above ? places.find(o => o.code === p.above).short : "";
  return item(p.why && !p.themes.length && !index.b.includes(p.code) ? "" : go, kind ? `${p.short} · ${kind}` : p.short, p.themes.length ? (p.themes.length > 1 ? say.held : say.one).replace("{n}", p.themes.length) : p.why);
};
const lines = index.s.map(s => [s, tight(s[3])]), terms = index.i.map(i => [i, tight(i.slice(1).join(" "))]), subjects = titles.map(t => [t, tight(t.slice(1).join(" "))]);
const find = () => {
  const words = plain(box.value).split(" ").filter(Boolean), q = words.join("");
  list.hidden = !!q;
  out.replaceChildren();
  if (!q) return;
  const named = within(words), rest = named ? named.rest : words, about = named ? [...named.about] : [];
  const found = named ? named.shown : placesFor(q).slice(0, 12).map(r => r[1]), first = about[0];
  // places alone: what they can be compared by
  const alone = !rest.length, provinces = about.every(p => !p.above);
  const topics = alone ? [] : subjects.filter(t => has(t[1], rest)).slice(0, 8).map(([t]) => first && first.themes.includes(t[0]) ? item(page(first.code, t[0]), `${first.short} · ${t[1]}`) : item(`index${end}#t-${t[0]}`, t[1], t[2]));
  const known = terms.filter(t => alone ? provinces && t[0][3] : has(t[1], rest)).slice(0, 12).map(([i]) => item(i[3] ? `compare/${i[0]}${end}` : `indicators${end}#${i[0]}`, i[index.me], i[3] ? say.compare : ""));
  const told = alone ? [] : lines.filter(([s, text]) => (first ? about.includes(places[s[0]]) && has(text, rest) : has(text, words))).slice(0, 40)
    .map(([s]) => item(`${page(places[s[0]].code, titles[s[1]][0])}#${s[2]}`, s[3], `${places[s[0]].short} · ${titles[s[1]][1]}`));
  out.append(...group(say.places, [...found.map(place), ...(named ? [] : counties(q))]), ...group(say.themes, topics), ...group(say.terms, known), ...group(say.lines, told));
  if (!out.children.length) out.append(Object.assign(d.createElement("p"), {className: "text", textContent: say.none}));
};
box.addEventListener("input", find);
box.value = asked.get("q") || "";
// one place named whole: its page, without a stop
const near = asked.has("q") ? placesFor(tight(box.value)).filter(r => r[0] < 1) : [], exact = near.filter(r => r[0] === near[0][0]).map(r => r[1]);
if (exact.length === 1 && (exact[0].themes.length || index.b.includes(exact[0].code))) location.replace(page(exact[0].code, exact[0].themes.includes(theme) ? theme : "index"));
else { find(); if (!location.hash) box.focus(); }
})();
