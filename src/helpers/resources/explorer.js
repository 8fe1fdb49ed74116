'use strict';
// The explorer: the tables of a run, asked in the browser. The state is the address; everything is drawn from it.
// -- small tools ------------------------------------------------------------------------------------
const $ = id => document.getElementById(id);
const WORD = '\\p{L}\\p{N}_', MOST_ROWS = 300, MOST_ENTRIES = 100, MOST_LINES = 5, LETTER = 7.6, Z = 1.959964;
const COLOURS = ['#0b5394', '#b45f06', '#0b6e4f', '#7a1f7a', '#444444'];
const UNITS = { day: 10, week: 10, month: 7, year: 4 }; // characters of a day's text
const STEPS = { day: d3.utcDay, week: d3.utcMonday, month: d3.utcMonth, year: d3.utcYear };
const PLAIN = new Map([...'łŁøØ’'].map((c, at) => [c, 'lLoO\''[at]])); // what Unicode does not take apart
const VOICES = { narrator: 'the narrator', headline: 'headlines', quote: 'quoted words', reported: 'reported words' };
function make(tag, properties = {}, ...children) { // foreign text is always text, never markup
  const { data, aria, style, ...plain } = properties;
  const node = Object.assign(document.createElement(tag), plain);
  for (const [key, value] of Object.entries(data || {})) node.dataset[key] = value;
  for (const [key, value] of Object.entries(aria || {})) node.setAttribute('aria-' + key, value);
  Object.assign(node.style, style);
  node.append(...children);
  return node;
}
function dataTable(label, heads, rows, caption) {
  const head = make('tr', {}, ...heads.map(h => make('th', { scope: 'col' }, h)));
  const body = rows.map(cells => make('tr', {}, ...cells.map(c => make('td', { dir: 'auto' }, c))));
  const parts = [...(caption ? [make('caption', {}, caption)] : []), make('thead', {}, head), make('tbody', {}, ...body)];
  return make('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: label }, make('table', {}, ...parts));
}
async function unpack(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length).map((_, at) => raw.charCodeAt(at));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}
function fold(text) { // without capitals and accents, every character at its old place
  return text.replace(/[^\x00-\x7f]/g, c => {
    if (!PLAIN.has(c)) { const base = c.normalize('NFKD').replace(/\p{M}/gu, ''); PLAIN.set(c, base.length === 1 ? base : c); }
    return PLAIN.get(c);
  }).toLowerCase();
}
function wilson(k, n) {
  if (!n) return [0, 1];
  const p = k / n, d = 1 + Z * Z / n, mid = p + Z * Z / (2 * n);
  const half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
  return [Math.max(0, (mid - half) / d), Math.min(1, (mid + half) / d)];
}
const percent = share => `${Math.round(100 * share)} %`, interval = (k, n) => wilson(k, n).map(percent).join(' to ');
const count = n => n.toLocaleString('en'), plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
const dayText = number => new Date(number * 864e5).toISOString().slice(0, 10), dayNumber = text => Math.round(Date.parse(text + 'T00:00Z') / 864e5);
const firstWords = text => text.trim() && text.trim().split(/\s+/, 10).join(' ') + ' …', when = a => a.day ? a.day : a.from ? `between ${a.from} and ${a.to}` : 'no day known';

// -- data -------------------------------------------------------------------------------------------
let D, ALIASES; // tables of the run; entities by folded spelling
const STORIES = new Map(); // the first title, and how many articles
function prepare(data) {
  D = { ...data, stopWords: new Set(data.stopWords) };
  function rows(flat, last) { // spans: steps of sentence and start, the length, and one or two numbers more
    const list = [];
    for (let at = 0, sentence = 0, start = 0; at < flat.length; at += 3 + last.length) {
      const span = { sentence: sentence += flat[at], start: start += flat[at + 1], end: start + flat[at + 2] };
      last.forEach((key, c) => { span[key] = flat[at + 3 + c]; });
      list.push(span);
    }
    return list;
  }
  D.articles.forEach((a, i) => {
    a.sentences = rows(a.sentences, ['voice', 'speaker']);
    const position = new Map(a.sentences.map((s, p) => [s.sentence, p]));
    for (const [key, last] of [['mentions', ['name']], ['days', ['from', 'to']], ['tones', ['weight']]]) {
      a[key] = rows(a[key], last);
      for (const span of a[key]) span.row = position.get(span.sentence);
    }
    Object.assign(a, { parts: { title: a.title, text: D.texts[i] }, name: a.title || firstWords(D.texts[i]) || a.id, page: a.removed.some(r => r[1] === 'page') });
    if (a.counted) STORIES.set(a.story, { title: STORIES.get(a.story)?.title || a.name, n: (STORIES.get(a.story)?.n || 0) + 1 });
  });
  if (D.whole) for (const key of ['o', 't', 'n', 'words']) D.whole[key] = new Map(Object.entries(D.whole[key]));
  D.counted = D.articles.map((a, i) => i).filter(i => D.articles[i].counted);
  const main = new Map(), add = (map, text, e) => map.set(text, (map.get(text) || new Set()).add(e));
  ALIASES = new Map();
  D.names.forEach((name, e) => name.aliases.forEach(spelling => add(ALIASES, fold(spelling), e)));
  D.names.forEach((name, e) => add(main, fold(name.name), e));
  main.forEach((names, text) => ALIASES.set(text, names)); // a canonical name means itself, whatever its capitals
}
const folded = i => D.articles[i].folded ??= { title: fold(D.articles[i].title), text: fold(D.texts[i]) };
const sentenceText = (i, s) => s.sentence < 0 ? D.articles[i].title : D.texts[i].slice(s.start, s.end);

// -- searches ---------------------------------------------------------------------------------------
const cache = new Map();
function parse(query) { // one search a comma; in it, groups of terms parted by OR
  return (query.match(/(?:"[^"]*"?|[^,"])+/g) || []).map(part => part.trim()).filter(Boolean).slice(0, MOST_LINES)
    .map(label => ({ label, groups: groups(label) })).filter(search => search.groups.length);
}
function groups(label) {
  return label.split(/\s+OR\s+/).map(alternative => {
    const entities = ALIASES.get(fold(alternative.trim()));
    if (entities) return [{ entities, text: alternative.trim() }];
    return (alternative.match(/"[^"]*"?|\S+/g) || []).map(term).filter(Boolean);
  }).filter(terms => terms.length);
}
function term(text) {
  const entities = text.startsWith('"') ? null : ALIASES.get(fold(text));
  if (entities) return { entities, text };
  const words = fold(text).match(new RegExp(`[${WORD}]+\\*?`, 'gu'));
  if (!words) return null;
  const pattern = words.map(w => w.replace('*', `[${WORD}]*`)).join(`[^${WORD}]+`);
  const literal = d3.greatest(words, w => w.length).replace('*', ''), word = words.join() === literal ? literal : null;
  return { word, literal, regex: new RegExp(`(?<![${WORD}])${pattern}(?![${WORD}])`, 'gu') };
}
function termSpans(term, i) { // where a term stands in an article: row of the sentence, start, end
  const a = D.articles[i];
  if (term.entities) return a.mentions.filter(m => term.entities.has(m.name) && m.row !== undefined);
  const spans = [];
  a.sentences.forEach((s, row) => {
    const text = s.sentence < 0 ? folded(i).title : folded(i).text.slice(s.start, s.end), shift = s.sentence < 0 ? 0 : s.start;
    for (const m of text.matchAll(term.regex)) spans.push({ row, start: m.index + shift, end: m.index + shift + m[0].length });
  });
  return spans;
}
function find(search) { // for each article the spans in those sentences that have all terms of a group
  const couldHave = (t, i) => t.entities || folded(i).text.includes(t.literal) || folded(i).title.includes(t.literal);
  const spansOf = (terms, i) => {
    const spans = terms.every(t => couldHave(t, i)) ? terms.map(t => termSpans(t, i)) : [], rows = spans.map(list => new Set(list.map(s => s.row)));
    return spans.flat().filter(s => rows.every(set => set.has(s.row)));
  };
  if (!cache.has(search.label)) cache.set(search.label, D.articles.map((_, i) => search.groups.flatMap(terms => spansOf(terms, i))));
  return cache.get(search.label);
}

// -- state: the address after # -----------------------------------------------------------------------
const KEYS = ['q', 'p', 'o', 't', 'g', 'n', 'v', 's', 'm', 'u', 'c', 'l', 'a', 'r', 'A'];
const NOTHING = { q: null, p: null, o: null, t: null, g: null, n: null, v: null, s: null };
let S = {}, picked = []; // the state; months or, of a short time, days to choose from
function readAddress(text = location.hash.slice(1)) {
  const fragment = new URLSearchParams(text), state = {};
  for (const key of KEYS) {
    const values = fragment.getAll(key).filter(Boolean);
    if (values.length) state[key] = key === 'n' ? values : values[0];
  }
  if (state.p && !/^(undated|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$/.test(state.p)) delete state.p;
  if (state.u && !(state.u in UNITS)) delete state.u;
  return state;
}
function address(state) {
  const fragment = new URLSearchParams();
  for (const key of KEYS) for (const value of [].concat(state[key] ?? [])) fragment.append(key, value);
  return fragment.toString();
}
function go(changes, { replace = false } = {}) {
  S = { ...S, ...changes };
  for (const key of KEYS) if (S[key] == null || S[key] === '' || S[key].length === 0) delete S[key];
  const target = '#' + address(S);
  if (target !== location.hash && !(target === '#' && !location.hash)) {
    try { history[replace ? 'replaceState' : 'pushState'](null, '', target); } catch { location.hash = target; }
  }
  draw();
}
const chosenBut = (state, key) => address(Object.fromEntries(Object.keys(NOTHING).filter(k => k !== key).map(k => [k, state[k]])));
const isChosen = (key, value) => [].concat(S[key] ?? []).includes(value);
function toggle(key, value) {
  const kept = key === 'n' ? (S.n || []).filter(n => n !== value) : null;
  go({ [key]: isChosen(key, value) ? kept : key === 'n' ? [...kept, value] : value });
}

// -- selection: which articles, and which of their sentences -------------------------------------------
const inPeriod = (a, period) => period === 'undated' ? !a.day : Boolean(a.day) && a.day >= period.split('..')[0] && a.day <= period.split('..')[1];
const ARTICLE_TESTS = { p: inPeriod, o: (a, value) => D.outlets[a.outlet] === value, t: (a, value) => topicLabel(a.topic) === value,
  g: (a, value) => String(a.story) === value };
const topicLabel = t => t < 0 ? 'no clear topic' : D.topics[t].label, outletName = a => D.outlets[a.outlet].replace(/^unknown$/, 'outlet unknown');
function select(state) { // articles that pass, and a function that gives the rows of their sentences
  const searches = parse(state.q || ''), hits = searches.map(find);
  const names = (state.n || []).map(n => D.names.findIndex(e => e.name === n));
  const [voice, speaker] = [[D.voices, state.v], [D.speakers, state.s]].map(([list, value]) => value ? list.indexOf(value) : null);
  const asked = searches.length || names.length || voice !== null || speaker !== null;
  function rows(i, { skip = '', search = null } = {}) { // null: no sentence was asked for, the whole article counts
    const lists = searches.length ? (search === null ? hits : [hits[search]]) : null;
    const left = { q: lists, n: names.length, v: voice !== null, s: speaker !== null };
    if (skip) left[skip] = false;
    if (!Object.values(left).some(Boolean)) return null;
    const a = D.articles[i];
    let list = left.q ? [...new Set(lists.flatMap(h => h[i].map(s => s.row)))].sort((x, y) => x - y) : [...a.sentences.keys()];
    if (left.v) list = list.filter(r => a.sentences[r].voice === voice);
    if (left.s) list = list.filter(r => a.sentences[r].speaker === speaker);
    if (left.n) for (const e of names) list = list.filter(r => a.mentions.some(m => m.name === e && m.row === r));
    return list;
  }
  const passes = (i, skip) => Object.entries(ARTICLE_TESTS).every(([key, test]) =>
    key === skip || state[key] == null || test(D.articles[i], state[key]));
  const base = skip => D.counted.filter(i => passes(i, skip));
  const has = (i, options) => { const list = rows(i, options); return list === null || list.length > 0; };
  return { state, searches, hits, asked: Boolean(asked), rows, base, has, chosen: base('').filter(i => has(i)) };
}
function countBy(articles, values) { // articles by value; an article counts once a value
  const counts = new Map();
  for (const i of articles) for (const value of new Set([].concat(values(i)))) counts.set(value, (counts.get(value) || 0) + 1);
  return counts;
}

// -- facets -------------------------------------------------------------------------------------------
function facet(key, heading, entries, note = []) {
  const most = Math.max(1, ...entries.map(e => e.k));
  const items = entries.slice(0, MOST_ENTRIES).map(({ value, label = value, k, n }) => {
    const whole = D.whole?.[key]?.get(value), number = (n === undefined ? count(k) : `${count(k)} of ${count(n)}`) + (whole ? ` (all: ${count(whole)})` : '');
    return make('li', {}, make('button', { type: 'button', data: { key: key + value }, aria: { pressed: isChosen(key, value) }, onclick: () => toggle(key, value),
      title: n === undefined ? plural(k, 'article') : `${k} of ${n} articles, 95 % interval ${interval(k, n)}`,
      style: { backgroundSize: `${100 * k / most}% 100%` } }, make('span', { dir: 'auto' }, label), make('span', { className: 'number' }, number)));
  });
  if (entries.length > MOST_ENTRIES) items.push(make('li', { className: 'dim' }, `the first ${MOST_ENTRIES} of ${entries.length.toLocaleString('en')}`));
  return [make('h3', { id: 'f-' + key }, heading), ...note, make('ul', { className: 'facet', aria: { labelledby: 'f-' + key } }, ...items)];
}
const nameFilter = make('input', { type: 'search', placeholder: 'find a name', oninput: () => drawFacets(select(S)) });
nameFilter.setAttribute('aria-label', 'Find a name in the list');
function drawFacets(selection) {
  const { base, has, rows, chosen, asked } = selection;
  const focus = document.activeElement?.dataset?.key, caret = document.activeElement === nameFilter;
  const byCount = (x, y) => isChosen(y.key, y.value) - isChosen(x.key, x.value) || y.k - x.k || (x.label < y.label ? -1 : 1);
  const byArticle = (key, heading, value, label = v => v, fewest = 1) => {
    const all = base(key), n = countBy(all, value), k = countBy(all.filter(i => has(i)), value);
    const entries = [...n].map(([v, of]) => ({ key, value: v, label: label(v), k: k.get(v) || 0, n: asked ? of : undefined }));
    return entries.length >= fewest || S[key] ? facet(key, heading, entries.sort(byCount)) : [];
  };
  const bySentence = (key, heading, list, column, words) => {
    const counts = countBy(base(''), i => {
      const { sentences } = D.articles[i], kept = rows(i, { skip: key })?.map(r => sentences[r]) ?? sentences;
      return kept.map(s => s[column]).filter(v => v >= 0);
    });
    const entries = [...counts].map(([v, k]) => ({ key, value: list[v], label: words(list[v]), k }));
    return entries.length ? facet(key, heading, entries.sort(byCount)) : [];
  };
  const named = countBy(chosen, i => {
    const a = D.articles[i], list = rows(i), set = list && new Set(list);
    return a.mentions.filter(m => !set || set.has(m.row)).map(m => m.name);
  });
  const wanted = fold(nameFilter.value), story = i => STORIES.get(D.articles[i].story)?.n > 1 ? [String(D.articles[i].story)] : [];
  const names = [...named].map(([e, k]) => ({ key: 'n', value: D.names[e].name, label: D.names[e].name, k }))
    .filter(e => isChosen('n', e.value) || fold(e.value).includes(wanted)).sort(byCount);
  $('lists').replaceChildren(
    ...byArticle('o', 'Outlets', i => D.outlets[D.articles[i].outlet], undefined, 2),
    ...(D.topics.length ? byArticle('t', 'Topics', i => topicLabel(D.articles[i].topic)) : []),
    ...facet('n', asked ? 'Names in these sentences' : 'Names', names, [nameFilter]),
    ...byArticle('g', 'Stories of two articles or more', story, g => STORIES.get(Number(g)).title),
    ...bySentence('v', 'Whose words', D.voices, 'voice', v => VOICES[v] || v),
    ...bySentence('s', 'Who speaks', D.speakers, 'speaker', v => v));
  if (caret) nameFilter.focus();
  else if (focus) document.querySelector(`#lists [data-key="${CSS.escape(focus)}"]`)?.focus();
}

// -- over time ----------------------------------------------------------------------------------------
function fittingUnit(days) {
  const [first, last] = d3.extent(days), span = first ? dayNumber(last) - dayNumber(first) : 0;
  return S.u || (span <= 62 ? 'day' : span <= 3700 ? 'month' : 'year');
}
const startOf = period => new Date(period + '-01-01'.slice(0, 10 - period.length));
const periodOf = (day, unit) => unit === 'week' ? STEPS.week(startOf(day)).toISOString().slice(0, 10) : day.slice(0, UNITS[unit]);
function allPeriods(present, unit) {
  const [first, last] = d3.extent(present), step = STEPS[unit];
  return first ? step.range(startOf(first), step.offset(startOf(last), 1)).map(d => d.toISOString().slice(0, UNITS[unit])) : [];
}
function eventPeriods(i, unit, rows) { // periods that an article's texts talk about, of spans up to a month
  const set = rows && new Set(rows);
  return D.articles[i].days.filter(d => d.to - d.from < 32 && (!set || set.has(d.row)))
    .map(d => periodOf(dayText(d.from), unit));
}
function series(selection, other) { // tidy rows: line, period, k, n
  const articles = [...new Set([...selection.base('p'), ...(other ? other.base('p') : [])])], clock = S.c === 'event';
  const days = clock ? articles.flatMap(i => eventPeriods(i, 'day')) : articles.map(i => D.articles[i].day).filter(Boolean);
  const unit = fittingUnit(days);
  const periodsOf = (i, rows) => clock ? eventPeriods(i, unit, rows) : D.articles[i].day ? [periodOf(D.articles[i].day, unit)] : [];
  const periods = allPeriods(days.map(d => periodOf(d, unit)), unit).slice(-1500);
  let lines = [{ label: 'all articles chosen', of: articles, options: {} }];
  if (other && chosenBut(other.state, 'p') !== chosenBut(S, 'p')) {
    lines = [['A', other], ['B', selection]].map(([label, by]) => ({ label, by, of: by.base('p'), options: {} }));
  } else if (S.l === 'outlet') {
    const outlets = [...d3.group(articles, i => D.articles[i].outlet)].sort((x, y) => y[1].length - x[1].length).slice(0, MOST_LINES);
    lines = outlets.map(([o, of]) => ({ label: D.outlets[o], of, options: {} }));
  } else if (selection.searches.length) {
    lines = selection.searches.map((search, number) => ({ label: search.label, of: articles, options: { search: number } }));
  }
  const table = lines.flatMap(({ label, of, options, by = selection }) => {
    const n = countBy(of, i => periodsOf(i, null));
    const k = countBy(of.filter(i => by.has(i, options)), i => periodsOf(i, by.rows(i, options)));
    return periods.map(period => ({ line: label, period, date: startOf(period), k: k.get(period) || 0, n: n.get(period) || 0 }));
  });
  return { table, lines: lines.map(l => l.label), unit, periods };
}
function drawChart(selection, other) {
  const { table, lines, unit, periods } = series(selection, other);
  const share = (selection.asked || other?.asked) && S.m !== 'count', width = Math.max(280, $('chart').clientWidth || 600);
  if (!periods.length) return $('chart').replaceChildren(make('p', {}, 'No article that is chosen has a day.'));
  const value = d => share ? (d.n ? 100 * d.k / d.n : NaN) : d.k;
  const rows = table.map(d => ({ ...d, value: value(d), low: 100 * wilson(d.k, d.n)[0], high: 100 * wilson(d.k, d.n)[1] }));
  const step = STEPS[unit], end = step.offset(startOf(periods.at(-1)), 1);
  const colour = line => COLOURS[lines.indexOf(line) % COLOURS.length], dates = [startOf(periods[0]), end];
  const longest = Math.min(18, Math.max(...lines.map(l => l.length))), right = lines.length > 1 || selection.asked ? Math.min(14 + LETTER * longest, width / 3) : 20;
  const title = d => `${d.line}, ${d.period}: ${d.k} of ${plural(d.n, 'article')}` + (d.n ? `, ${percent(d.k / d.n)} (${interval(d.k, d.n)})` : '');
  const middle = d => new Date((+d.date + +step.offset(d.date, 1)) / 2);
  const plot = Plot.plot({ width, height: 250, marginRight: right, marginLeft: 48, marginBottom: 38,
    style: { fontSize: '12px', background: 'white' }, x: { type: 'utc', domain: dates, label: null, ticks: width < 450 ? 3 : 6 },
    y: { label: share ? '% of the articles of the period' : 'articles', grid: true, zero: true, nice: true,
      ...(share ? { domain: [0, d3.max(rows.filter(d => d.n), d => d.high) || 100] } : { ticks: Math.min(4, d3.max(rows, d => d.k) || 1), tickFormat: d => Number.isInteger(d) ? String(d) : '' }) },
    marks: selection.asked || lines.length > 1 ? [
      share ? Plot.ruleX(rows.filter(d => d.n), { x: middle, y1: 'low', y2: 'high', stroke: d => colour(d.line), strokeOpacity: .35 }) : null,
      Plot.line(rows, { x: middle, y: 'value', z: 'line', stroke: d => colour(d.line), strokeWidth: 1.8 }),
      Plot.dot(rows.filter(d => d.n), { x: middle, y: 'value', r: 3, symbol: 'line', title, stroke: d => colour(d.line), fill: d => d.n < 3 ? 'white' : colour(d.line) }),
      Plot.ruleY([0])] : [Plot.rectY(rows, { x1: 'date', x2: d => step.offset(d.date, 1), y: 'value', fill: COLOURS[0], insetRight: 1, title }), Plot.ruleY([0])],
  });
  plot.setAttribute('role', 'img');
  for (const node of plot.querySelectorAll('[aria-label]')) node.removeAttribute('aria-label');
  plot.setAttribute('aria-label', `${share ? 'Share' : 'Number'} of articles by ${unit}: ${lines.join(', ')}. The numbers are in the table below.`);
  if (selection.asked || lines.length > 1) labelLines(plot, rows, lines, colour, width - right + 6, Math.floor((right - 8) / LETTER));
  addBrush(plot, unit, width - right);
  $('chart').replaceChildren(plot, periodTable(rows, unit, share));
}
function labelLines(plot, rows, lines, colour, x, most) { // a name at the end of each line, pushed apart
  const y = plot.scale('y'), last = line => rows.filter(d => d.line === line && !Number.isNaN(d.value)).at(-1);
  const ends = lines.map(line => ({ line, y: last(line) ? y.apply(last(line).value) : 120 })).sort((a, b) => a.y - b.y);
  ends.forEach((e, r) => { if (r) e.y = Math.max(e.y, ends[r - 1].y + 15); });
  const over = Math.max(0, ends.at(-1).y - 214);
  for (const e of ends) d3.select(plot).append('text').attr('x', x).attr('y', e.y - over).attr('dy', '.35em').attr('text-anchor', 'start')
    .attr('fill', colour(e.line)).attr('font-weight', 600).text(e.line.length > most ? e.line.slice(0, most - 1) + '…' : e.line);
}
function addBrush(plot, unit, right) {
  if (S.c === 'event') return; // the period chooses days of publication
  const x = plot.scale('x'), top = 10, bottom = 212;
  const brush = d3.brushX().extent([[48, top], [right, bottom]]).on('end', event => {
    if (event.sourceEvent) go({ p: event.selection && event.selection.map(p => x.invert(p).toISOString().slice(0, 10)).join('..') });
  });
  const layer = d3.select(plot).append('g').lower().call(brush);
  layer.selectAll('.handle,.selection,.overlay').attr('aria-hidden', 'true');
  if (S.p && S.p !== 'undated') {
    const [from, to] = S.p.split('..'), edges = [new Date(from), new Date(+new Date(to) + 864e5)].map(d => Math.min(right, Math.max(48, x.apply(d))));
    if (edges[1] > edges[0]) layer.call(brush.move, edges);
  }
}
function periodTable(rows, unit, share) {
  const heads = [unit, 'line', 'articles', ...(share ? ['share (95 % interval)'] : [])], present = rows.filter(d => d.n);
  const shares = d => share ? [`${percent(d.k / d.n)} (${interval(d.k, d.n)})`] : [];
  const period = d => [d.date, new Date(STEPS[unit].offset(d.date, 1) - 864e5)].map(x => x.toISOString().slice(0, 10)).join('..');
  const choose = d => S.c === 'event' ? d.period : make('button', { type: 'button', title: 'choose this period', onclick: () => go({ p: period(d) }) }, d.period);
  const cells = present.map(d => [choose(d), d.line, `${d.k} of ${d.n}`, ...shares(d)]);
  chartNumbers = [['period', 'line', 'n_articles', 'n', 'low', 'high'], ...present.map(d => [d.period, d.line, d.k, d.n, ...wilson(d.k, d.n).map(x => x.toFixed(4))])];
  return make('details', { open: numbersOpen, ontoggle: event => { numbersOpen = event.target.open; } },
    make('summary', {}, 'The numbers'), dataTable('The numbers of the chart', heads, cells));
}
function drawFirsts(selection) { // first and last use by outlet
  if (!selection.asked) return $('firsts').replaceChildren();
  const searches = selection.searches.length ? selection.searches.map((s, number) => [s.label, { search: number }]) : [['chosen', {}]];
  const rows = searches.flatMap(([label, options]) => [...d3.group(selection.base(''), i => D.articles[i].outlet)].map(([o, of]) => {
    const having = of.filter(i => selection.has(i, options)), days = list => list.map(i => D.articles[i].day).filter(Boolean).sort();
    return { label, outlet: D.outlets[o], k: having.length, n: of.length, used: days(having), all: days(of) };
  })).sort((a, b) => (a.used[0] || 'z') < (b.used[0] || 'z') ? -1 : 1);
  const cells = r => [r.label, r.outlet, r.k ? r.used[0] || 'undated' : 'never', r.k ? r.used.at(-1) || 'undated' : '–',
    `${r.k} of ${r.n} (${interval(r.k, r.n)})`, r.all.length ? `${r.all[0]} to ${r.all.at(-1)}` : 'no day known'];
  const heads = ['search', 'outlet', 'first', 'last', 'articles (95 % interval)', 'the outlet’s articles here'];
  $('firsts').replaceChildren(make('details', { open: rows.length <= 12 }, make('summary', {}, 'First and last use, by outlet'),
    dataTable('First and last use, by outlet', heads, rows.map(cells))));
}

// -- sentences ----------------------------------------------------------------------------------------
let shown = [], cursor = -1, chartNumbers = [], numbersOpen = false; // shown: article, row or null; cursor: the place in it
function paint(node, text, layers, removed = []) { // text with its marks, spans of layers; and passages that were removed
  const inside = layers.filter(l => l.start >= 0 && l.start < l.end && l.end <= text.length);
  const cuts = [...new Set([0, text.length, ...inside.flatMap(l => [l.start, l.end]), ...removed.map(r => Math.min(r[0], text.length))])];
  cuts.sort((x, y) => x - y).forEach((from, c) => {
    for (const r of removed) if (Math.min(r[0], text.length) === from) node.append(make('del', { title: `removed: ${r[1]}` }, r[2] + ' '));
    const to = cuts[c + 1] ?? from, over = inside.filter(l => l.start <= from && l.end >= to), name = over.find(l => l.className === 'name');
    const who = over.find(l => l.who && l.end === to)?.who, title = [...new Set(over.map(l => l.tip).filter(Boolean))].join('; ');
    const properties = { className: over.map(l => l.className).join(' '), data: who ? { who } : {}, title, onclick: name && (() => toggle('n', name.tip)) };
    if (to > from) node.append(over.length ? make(over.some(l => l.mark) ? 'mark' : 'span', properties, text.slice(from, to)) : text.slice(from, to));
  });
  return node;
}
const searchSpans = (selection, i) => selection.hits.flatMap((hit, number) => hit[i].map(s => ({ ...s, mark: true, className: 's' + number })));
function drawList(selection) {
  shown = selection.chosen.flatMap(i => (selection.rows(i) ?? [null]).map(row => [i, row]));
  const n = shown.length, first = Math.min(n, MOST_ROWS);
  $('h-list').textContent = selection.asked ? 'Sentences' : 'Articles';
  $('count').textContent = n > first ? `the first ${first} of ${n.toLocaleString('en')}, by day` : plural(n, selection.asked ? 'sentence' : 'article') + ', by day';
  $('list').replaceChildren(...shown.slice(0, MOST_ROWS).map(([i, row], at) => {
    const a = D.articles[i], s = row === null ? null : a.sentences[row];
    const who = s && s.voice > 0 ? ` · ${VOICES[D.voices[s.voice]] || D.voices[s.voice]}${s.speaker >= 0 ? ` (${D.speakers[s.speaker]})` : ''}` : '';
    const button = make('button', { type: 'button', onclick: () => open(at) },
      make('span', { className: 'dim' }, `${when(a)} · ${outletName(a)}${who}`), make('br'));
    const shift = s && s.sentence >= 0 ? s.start : 0;
    const spans = s ? searchSpans(selection, i).filter(x => x.row === row).map(x => ({ ...x, start: x.start - shift, end: x.end - shift })) : [];
    button.append(paint(make('span', { dir: 'auto' }), s ? sentenceText(i, s) : a.name, spans));
    if (S.a === a.id && (!s || S.r === String(s.sentence))) button.setAttribute('aria-current', 'true');
    return make('li', {}, button);
  }));
}
function open(at) {
  if (!shown[at]) return;
  const [i, row] = shown[at], a = D.articles[i];
  cursor = at;
  go({ a: a.id, r: row === null ? null : String(a.sentences[row].sentence) });
  $('list').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

// -- one article --------------------------------------------------------------------------------------
const LAYERS = { quote: 'quotations', name: 'names', day: 'days', tone: 'tone words', removed: 'removed text' };
const hidden = new Set(['tone', 'removed']);
function articleLayers(i, part, selection) { // spans of a part of the article with class and tip
  const a = D.articles[i], title = part === 'title', here = s => (s.sentence < 0) === title;
  const layers = a.mentions.filter(here).map(m => ({ ...m, className: 'name', tip: D.names[m.name].name }));
  layers.push(...a.days.filter(here).map(d => ({ ...d, className: 'day',
    tip: d.from === d.to ? dayText(d.from) : `${dayText(d.from)} to ${dayText(d.to)}` })));
  layers.push(...a.tones.filter(here).map(t => ({ ...t, className: t.weight < 0 ? 'negative' : 'positive', tip: `tone ${t.weight / 10}` })));
  if (!title) layers.push(...a.sentences.filter(s => ['quote', 'reported'].includes(D.voices[s.voice])).map(s => ({ ...s,
    className: D.voices[s.voice], tip: VOICES[D.voices[s.voice]], who: s.speaker >= 0 ? D.speakers[s.speaker] : 'speaker not known' })));
  layers.push(...searchSpans(selection, i).filter(s => (a.sentences[s.row].sentence < 0) === title));
  return layers;
}
function markedText(i, part, selection, now) {
  const layers = articleLayers(i, part, selection), node = make(part === 'title' ? 'h2' : 'div', { className: part, dir: 'auto' });
  if (now) layers.push({ start: now.start, end: now.end, className: 'now', tip: '' });
  return paint(node, D.articles[i].parts[part] || (part === 'title' ? D.articles[i].name : ''), layers, part === 'text' && !D.articles[i].page ? D.articles[i].removed : []);
}
function readArticle(selection) {
  const i = D.articles.findIndex(a => a.id === S.a), a = D.articles[i], box = $('article');
  if (!a) return box.replaceChildren(make('p', {}, S.a ? `There is no article ${S.a} here.${D.whole ? ' This page holds a sample; ask for it in a notebook.' : ''}` : 'Choose a sentence, or press ', S.a ? '' : make('kbd', {}, 'j'), S.a ? '' : '.'));
  const switches = Object.entries(LAYERS).map(([layer, label]) => make('label', {}, make('input', { type: 'checkbox', checked: !hidden.has(layer),
    onchange: event => { hidden[event.target.checked ? 'delete' : 'add'](layer); box.classList.toggle('no-' + layer, !event.target.checked); } }), ' ' + label));
  const s = a.sentences.find(x => String(x.sentence) === S.r) || null, facts = [outletName(a), `${when(a)} (${a.basis === 'none' ? 'the text names no day of its own' : 'from: ' + a.basis})`,
    plural(a.words, 'word'), D.topics.length ? topicLabel(a.topic) : '', a.copy ? `a copy of ${a.copy}` : '', a.id];
  const link = /^https?:\/\//i.test(a.url) ? [make('p', {}, make('a', { href: a.url, rel: 'noreferrer', target: '_blank' }, 'the page it came from'))] : [];
  const [title, text] = ['title', 'text'].map(part => markedText(i, part, selection, s && (s.sentence < 0) === (part === 'title') ? s : null));
  for (const layer of hidden) box.classList.add('no-' + layer);
  const removed = a.page && a.removed.length ? [make('details', {}, make('summary', {}, 'Removed from this page'),
    ...a.removed.map(r => make('p', { dir: 'auto' }, make('span', { className: 'dim' }, r[1] + ': '), r[2])))] : [];
  box.replaceChildren(title, make('p', { className: 'dim' }, facts.filter(Boolean).join(' · ')), ...link, make('div', { className: 'bar' }, 'Mark: ', ...switches), text, ...removed);
  const target = box.querySelector('.now');
  if (target) target.scrollIntoView({ block: innerWidth < 1088 ? 'start' : 'center' }); else box.scrollTop = 0;
}

// -- A against B --------------------------------------------------------------------------------------
const FEWEST = 5, MOST_WORDS = 20;
let logFactorial = [0];
function fisher(a, n, b, m) { // two-sided exact test of a of n against b of m (R. A. Fisher, 1935)
  while (logFactorial.length <= n + m) logFactorial.push(logFactorial.at(-1) + Math.log(logFactorial.length));
  const choose = (x, y) => logFactorial[x] - logFactorial[y] - logFactorial[x - y], total = a + b;
  const p = x => Math.exp(choose(n, x) + choose(m, total - x) - choose(n + m, total));
  const possible = d3.range(Math.max(0, total - m), Math.min(n, total) + 1).map(p), limit = p(a) * (1 + 1e-7);
  return Math.min(1, d3.sum(possible.filter(x => x <= limit)));
}
function difference(a, n, b, m) { // of two shares, with its 95 % interval (R. G. Newcombe, 1998, method 10)
  const [p, q] = [a / n, b / m], [l1, u1] = wilson(a, n), [l2, u2] = wilson(b, m);
  return [p - q, p - q - Math.hypot(p - l1, u2 - q), p - q + Math.hypot(u1 - p, q - l2)];
}
const features = i => D.articles[i].features ??= [...new Set([ // words, names and topic of an article
  ...(folded(i).text.match(new RegExp(`[${WORD}]{3,}`, 'gu')) || []).filter(w => !/^\d+$/.test(w) && !D.stopWords.has(w)).map(w => 'word ' + w),
  ...D.articles[i].mentions.map(m => 'name ' + D.names[m.name].name), ...(D.topics.length ? ['topic ' + topicLabel(D.articles[i].topic)] : [])])];
function setApart(first, second) { // what sets two sets of articles apart; Holm's rule over all that is tested
  const k = countBy(first, features), l = countBy(second, features), n = first.length, m = second.length;
  const tested = [...new Set([...k.keys(), ...l.keys()])].map(f => ({ f, a: k.get(f) || 0, b: l.get(f) || 0 })).filter(r => r.a + r.b >= FEWEST)
    .map(r => ({ ...r, p: fisher(r.a, n, r.b, m) })).sort((x, y) => x.p - y.p);
  const chance = tested.findIndex((r, rank) => r.p * (tested.length - rank) > .05), rows = chance < 0 ? tested : tested.slice(0, chance);
  return { tested: tested.length, rows: rows.map(r => ({ ...r, gap: difference(r.a, n, r.b, m) })) };
}
const describe = state => [state.q, ...(state.n || []), state.o, state.t, state.v && (VOICES[state.v] || state.v), state.s,
  state.p && state.p.replace('..', ' to '), state.g && 'story ' + state.g].filter(Boolean).join(', ') || 'all articles';
function drawCompare(selection, other) {
  const asA = () => ({ A: chosenBut(S, '') || 'all' });
  const set = make('button', { type: 'button', onclick: () => go(asA()) }, 'Set as side A');
  if (!other) {
    const rest = make('button', { type: 'button', onclick: () => go({ ...NOTHING, ...asA() }) }, 'Compare with the rest');
    $('sides').replaceChildren('Compare: ', set, make('span', { className: 'dim' }, ' and choose something else as side B, or: '), rest);
    return $('compare').replaceChildren();
  }
  $('sides').replaceChildren(make('span', { dir: 'auto' }, `A: ${describe(other.state)}. B: ${describe(S)}.`), set,
    make('button', { type: 'button', onclick: () => go({ A: null }) }, 'End the comparison'));
  const inA = new Set(other.chosen), inB = new Set(selection.chosen), onlyA = other.chosen.filter(i => !inB.has(i)), onlyB = selection.chosen.filter(i => !inA.has(i));
  const within = !onlyA.length && onlyB.length, around = !onlyB.length && onlyA.length; // a part against the rest
  const first = within ? other.chosen : onlyA, second = around ? selection.chosen : onlyB, both = other.chosen.length - onlyA.length, of = [other, selection].map(s => s.base('').length);
  const line = `A: ${count(other.chosen.length)} of ${plural(of[0], 'article')} (${interval(other.chosen.length, of[0])}). ` +
    `B: ${count(selection.chosen.length)} of ${plural(of[1], 'article')} (${interval(selection.chosen.length, of[1])}).` + (within ? ' All of A is in B: below, B is the rest.' : around ? ' All of B is in A: below, A is the rest.' : both ? ` ${plural(both, 'article')} in both: left out below.` : '');
  if (Math.min(first.length, second.length) < FEWEST)
    return $('compare').replaceChildren(make('p', {}, line), make('p', {}, `Not enough articles to say what sets them apart: ${count(first.length)} against ${count(second.length)}.`));
  const { tested, rows } = setApart(first, second), points = gap => { const [g, low, high] = gap.map(x => String(Math.round(100 * x)).replace('-', '−')); return `${g} (${low} to ${high})`; };
  const side = (heading, list) => list.length ? [dataTable(heading, ['what', 'A', 'B', 'A less B, points (95 % interval)'], list.slice(0, MOST_WORDS).map(r =>
    [r.f.replace(/^word /, '').replace(/^(name|topic) /, '$1: '), `${r.a} of ${first.length}`, `${r.b} of ${second.length}`, points(r.gap)]), heading)] : [];
  const clear = rows.length ? `${rows.length} of ${tested} words, names and topics differ clearly. Were there no difference, one comparison in twenty would show any.`
    : `None of ${tested} words, names and topics differs clearly.`;
  const table = [['kind', 'what', 'n_a', 'of_a', 'n_b', 'of_b', 'difference', 'low', 'high'], ...rows.map(r =>
    [r.f.split(' ')[0], r.f.replace(/^\w+ /, ''), r.a, first.length, r.b, second.length, ...r.gap.map(x => x.toFixed(4))])];
  $('compare').replaceChildren(make('p', {}, line), make('p', {}, clear), make('button', { type: 'button', onclick: () => saveTable('compared.csv', table) }, 'CSV of what differs'),
    ...side('More in A', rows.filter(r => r.gap[0] > 0)), ...side('More in B', rows.filter(r => r.gap[0] < 0)));
}

// -- all of it ----------------------------------------------------------------------------------------
function drawMap(selection) {
  if (!$('map-box').open) return;
  const chosen = new Set(selection.chosen), points = D.counted.filter(i => D.articles[i].x !== null).map(i => ({ i, x: D.articles[i].x, y: D.articles[i].y,
    topic: topicLabel(D.articles[i].topic), on: chosen.has(i), title: `${D.articles[i].name}, ${when(D.articles[i])}` }));
  const plot = Plot.plot({ width: Math.max(280, $('chart').clientWidth || 600), height: 320, inset: 8, axis: null, style: { fontSize: '12px' },
    marks: [Plot.dot(points, { x: 'x', y: 'y', r: 4, symbol: 'topic', stroke: 'topic', fill: 'topic', fillOpacity: d => d.on ? .9 : 0, strokeOpacity: d => d.on ? 1 : .35, title: 'title' })],
    color: { scheme: 'observable10' }, symbol: { legend: true } });
  d3.select(plot).selectAll('[aria-label="dot"] path').style('cursor', 'pointer').on('click', (event, index) => go({ a: D.articles[points[index].i].id, r: null }));
  $('map').replaceChildren(plot);
}
const note = (text, queries) => make('p', { className: 'dim', dir: 'auto' }, text, ...queries.map(([label, q]) => make('button', { type: 'button', onclick: () => go({ q }) }, label)));
function nearNames(query) { // spellings that share most pairs of letters (L. R. Dice, 1945)
  const pairs = text => new Set([...text].map((c, at) => text.slice(at, at + 2))), asked = pairs(fold(query));
  const near = [...ALIASES].map(([spelling, entities]) => { const own = pairs(spelling), both = [...own].filter(x => asked.has(x)).length;
    return [2 * both / (own.size + asked.size), D.names[[...entities][0]].name]; });
  return [...new Set(near.filter(([alike]) => alike > .55).sort((x, y) => y[0] - x[0]).map(([, name]) => name))].slice(0, 3);
}
function wholeCount({ label, groups }) { // articles with a name or a word in the whole corpus, where this page is a sample
  const [[t, more], ...others] = groups, name = t.entities?.size === 1 ? D.names[[...t.entities][0]].name : null;
  const k = more || others.length ? undefined : name ? D.whole.n.get(name) : D.whole.words.get(t.word);
  return k === undefined ? '' : `${label} in ${k.toLocaleString('en')} (${interval(k, D.whole.size)})`;
}
function drawChips(selection) {
  const labels = { q: 'words', p: 'period', o: 'outlet', t: 'topic', g: 'story', n: 'name', v: 'whose words', s: 'speaker' };
  const chips = Object.keys(labels).flatMap(key => [].concat(S[key] ?? []).map(value => make('button', { type: 'button',
    onclick: () => toggle(key, value), title: 'remove' },
  `${labels[key]}: ${key === 'v' ? VOICES[value] || value : key === 'p' ? value.replace('..', ' to ') : value} ×`)));
  if (chips.length) chips.push(make('button', { type: 'button', onclick: () => go(NOTHING) }, 'clear all'));
  $('chips').replaceChildren(...chips);
  const said = selection.searches.flatMap(s => s.groups.flat()).filter(t => t.entities), words = [];
  const spellings = (n, others = n.aliases.filter(x => x !== n.name).slice(0, 4).join(', ')) => n.name + (others && ` (also as ${others})`);
  for (const { entities, text } of said) {
    const names = [...entities].map(e => spellings(D.names[e]));
    words.push(note(`Counted as a name, with all spellings: ${names.join('; ')}. `, [['Only the word', S.q.replace(text, `"${text}"`)]]));
  }
  if (selection.searches.length && !selection.hits.some(hit => hit.some(spans => spans.length)))
    words.push(note('No sentence has this. ', nearNames(S.q).map(name => [`${name}?`, name])));
  const whole = D.whole ? selection.searches.map(wholeCount).filter(Boolean).join('; ') : '';
  if (whole) words.push(note(`In all ${plural(D.whole.size, 'article')}: ${whole}.`, []));
  const of = selection.base('').length;
  $('notes').replaceChildren(...words);
  $('sum').textContent = (selection.asked ? `${count(selection.chosen.length)} of ${plural(of, 'article')} have this (${of ? interval(selection.chosen.length, of) : ''}).` : `${plural(of, 'article')}.`) +
    (of < D.counted.length ? ` All: ${count(D.counted.length)}.` : '');
}
function draw() {
  const started = performance.now(), selection = select(S), other = S.A ? select(readAddress(S.A === 'all' ? '' : S.A)) : null;
  if (document.activeElement !== $('q')) $('q').value = S.q || '';
  for (const [id, key] of [['measure', 'm'], ['unit', 'u'], ['clock', 'c'], ['lines', 'l']]) $(id).value = S[key] || '';
  const undated = D.counted.filter(i => !D.articles[i].day).length, [from, to] = S.p && S.p !== 'undated' ? S.p.split('..') : ['', ''];
  Object.assign($('undated'), { textContent: `no day: ${undated}`, ariaPressed: String(S.p === 'undated') });
  $('from').value = from.slice(0, picked[0]?.length) || picked[0] || '';
  $('to').value = to.slice(0, picked[0]?.length) || picked.at(-1) || '';
  drawChips(selection); drawFacets(selection); drawChart(selection, other); drawFirsts(selection);
  drawCompare(selection, other); drawList(selection); drawMap(selection); readArticle(selection);
  window.drawn = performance.now() - started;
}
function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
function saveTable(name, rows) {
  const cell = value => `"${String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&").replace(/"/g, '""')}"`;
  save(name, '\ufeff' + rows.map(r => r.map(cell).join(',')).join('\r\n') + '\r\n', 'text/csv');
}
function saveList() {
  const rows = shown.map(([i, row]) => { const a = D.articles[i], s = row === null ? null : a.sentences[row];
    return [a.id, a.title, a.day, D.outlets[a.outlet], s && D.voices[s.voice], s && D.speakers[s.speaker], s && sentenceText(i, s)]; });
  saveTable('sentences.csv', [['article_id', 'title', 'published', 'outlet', 'voice', 'speaker', 'sentence'], ...rows]);
}
function saveChart(type) {
  const svg = $('chart').querySelector('svg').cloneNode(true), { width, height } = $('chart').querySelector('svg').getBoundingClientRect();
  d3.select(svg).selectAll('.overlay,.selection,.handle').remove();
  const text = new XMLSerializer().serializeToString(svg);
  if (type === 'svg') return save('over-time.svg', text, 'image/svg+xml');
  const canvas = make('canvas', { width: 2 * width, height: 2 * height }), image = new Image();
  image.onload = () => { canvas.getContext('2d').drawImage(image, 0, 0, 2 * width, 2 * height); canvas.toBlob(blob => save('over-time.png', blob)); };
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text);
}
function listen() {
  let timer, width = innerWidth;
  $('q').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => go({ q: $('q').value.trim() }, { replace: true }), 200); });
  $('search').addEventListener('submit', event => { event.preventDefault(); clearTimeout(timer); go({ q: $('q').value.trim() }); });
  for (const [id, key] of [['measure', 'm'], ['unit', 'u'], ['clock', 'c'], ['lines', 'l']]) $(id).onchange = () => go({ [key]: $(id).value });
  for (const id of ['from', 'to']) $(id).onchange = () => { const [a, b] = [$('from').value, $('to').value].sort(), month = a.length === 7; go({ p: month ? `${a}-01..${b}-31` : `${a}..${b}` }); };
  $('undated').onclick = () => toggle('p', 'undated');
  $('csv').onclick = saveList; $('numbers').onclick = () => saveTable('over-time.csv', chartNumbers); $('svg').onclick = () => saveChart('svg'); $('png').onclick = () => saveChart('png');
  $('map-box').ontoggle = () => drawMap(select(S));
  for (const event of ['popstate', 'hashchange']) addEventListener(event, () => { S = readAddress(); draw(); });
  addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; draw(); } });
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /INPUT|SELECT/.test(event.target.tagName);
    if (event.key === 'Escape') { event.preventDefault(); if (typing) event.target.blur(); else go(NOTHING); } // a search field would empty itself
    if (typing) return;
    if (event.key === '/') { event.preventDefault(); $('q').focus(); }
    if (event.key === 'j') open(Math.min(cursor + 1, Math.min(shown.length, MOST_ROWS) - 1));
    if (event.key === 'k') open(Math.max(cursor - 1, 0));
  });
}
(async () => {
  prepare(await unpack($('data').textContent));
  const days = D.articles.map(a => a.day).filter(Boolean), unit = fittingUnit(days) === 'day' ? 'day' : 'month';
  picked = allPeriods(days.map(d => periodOf(d, unit)), unit);
  for (const id of ['from', 'to']) $(id).append(...picked.map(m => make('option', {}, m)));
  const n = count(D.counted.length), all = D.whole && plural(D.whole.size, 'article');
  $('about').textContent = `This page holds ${all ? `a sample of ${n} of ${all}` : plural(D.counted.length, 'article')}. Copies of a text and articles in other languages are not counted.` +
    (all ? ' Shares and intervals here are of the sample; numbers after “all” are of all articles, which a notebook can search: helpers.open(OUT).search(…).' : '');
  S = readAddress();
  listen(); draw();
  document.documentElement.dataset.ready = String(performance.now());
  for (let i = 0; i < D.articles.length; i++) { // so that the first search need not wait
    folded(i);
    if (i % 200 === 199) await new Promise(resolve => setTimeout(resolve));
  }
})();
