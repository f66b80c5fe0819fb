// Draws the pictures of a report page and follows its filters. The tables are there without it.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const { locale, words, weeks, scopes, edges } = data;
  const by = id => document.getElementById(id);
  const DASH = '–';

  // Numbers as the tables were written: a thousand always has its sign, halves go to the even neighbour.
  const formatted = options => new Intl.NumberFormat(locale, { useGrouping: 'always', roundingMode: 'halfEven', ...options });
  const plain = formatted({ maximumFractionDigits: 3 });
  const tenths = formatted({ maximumFractionDigits: 1 });
  const wholes = formatted({ maximumFractionDigits: 0 });
  const percents = formatted({ style: 'percent', maximumFractionDigits: 0 });
  const signed = text => text.replace('-', '\u2212');
  const number = value => value === null ? DASH : signed(plain.format(value));
  const mean = value => value === null ? DASH : signed((Math.abs(value) >= 10 ? wholes : tenths).format(value));
  const share = (part, whole) => whole ? percents.format(part / whole) : DASH;
  const lasting = (value, unit) =>
    formatted({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value >= 10 || unit === 'minute' ? 0 : 1 }).format(value);
  const duration = value => value === null ? DASH
    : value < 90 ? lasting(value, 'minute')
    : value < 2880 ? lasting(value / 60, 'hour')
    : lasting(value / 1440, 'day');
  const filled = (sentence, facts) => sentence.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);
  const covered = (answered, asked) => asked ? filled(words.covered, { answered: plain.format(answered), asked: plain.format(asked) }) : words.not_asked;
  const sum = values => values.reduce((all, one) => all + one, 0);

  function median(values) {
    if (!values.length) return null;
    const sorted = [...values].sort((one, other) => one - other), middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  // What is chosen.

  function chosen() {
    const [kind, value] = (by('period').value).split('-');
    const all = weeks.map((_, place) => place);
    const places = kind === 'last' ? all.slice(-Number(value))
      : kind === 'year' ? all.filter(place => weeks[place].year === Number(value))
      : all;
    return { scope: by('team') ? Number(by('team').value) : 0, places };
  }

  // One week of a scope, and all that closed ones add up to.

  function week(scope, place) {
    const team = scopes[scope];
    return { ...weeks[place], place, total: team.total[place], answered: team.answered[place], asked: team.asked[place], minutes: team.minutes[place] };
  }

  function tally(rows) {
    const closed = rows.filter(row => !row.open && row.asked);
    const told = closed.filter(row => row.total !== null);
    const total = told.length ? sum(told.map(row => row.total)) : null;
    return {
      total,
      told: told.length,
      average: total === null ? null : total / told.length,
      answered: sum(closed.map(row => row.answered)),
      asked: sum(closed.map(row => row.asked)),
      minutes: closed.flatMap(row => row.minutes),
    };
  }

  // Pictures.

  const drawn = new Map();
  const shown = row => `${row.label}: ${number(row.total)} · ${covered(row.answered, row.asked)}`;

  // Takes the old picture away. Says so where there is nothing to draw; answers with where a pointed-at value is told.
  function cleared(box, hasAny) {
    drawn.get(box)?.detach();
    drawn.delete(box);
    box.replaceChildren();
    box.onpointermove = box.onpointerleave = null;
    box.classList.toggle('empty', !hasAny);
    const readout = box.parentElement.querySelector('.readout');
    readout.textContent = '';
    if (!hasAny) box.textContent = words.no_answers;
    return hasAny ? readout : null;
  }

  function quiet(svg, width) {
    const made = svg.getNode();
    made.setAttribute('viewBox', `0 0 ${width} ${made.clientHeight}`);  // paper is narrower
    made.setAttribute('aria-hidden', 'true');
    made.setAttribute('focusable', 'false');
    return made;
  }

  function draw(box, kind, values, labels, options) {
    const { tell, average = null, marked = -1, open = -1, read = number, high } = options;
    const known = values.filter(value => value !== null);
    const readout = cleared(box, known.length);
    if (!readout) return;
    const highest = high ?? Math.max(...known, average ?? 0, 1);
    const lowest = Math.min(0, ...known);
    const isWhole = known.every(Number.isInteger);
    const width = box.clientWidth;
    const room = Math.max(...[highest, lowest].map(value => read(value).length)) * 7.5 + 14;
    const step = (width - room - 8) / values.length;
    const every = Math.max(1, Math.ceil(26 / step));
    const chart = new Chartist[kind](box, { labels, series: [values] }, {
      low: lowest, high: highest, lineSmooth: false, showPoint: step > 9, fullWidth: false,
      chartPadding: { top: 12, right: 8, bottom: 0, left: 0 },
      axisX: { showGrid: false, offset: 28 },
      axisY: { offset: room, onlyInteger: isWhole, scaleMinSpace: 34 },
    });
    drawn.set(box, chart);
    chart.on('draw', one => {
      if (one.type === 'bar') bar(one, values[one.index], { step, marked, open });
      if (one.type === 'label') label(one, { every, read, room, count: values.length });
    });
    chart.on('created', made => {
      const { svg, chartRect: field, axisY } = made;
      const inner = quiet(svg, width);
      const pace = field.width() / values.length;
      if (kind === 'LineChart') inner.querySelector('.ct-series').setAttribute('transform', `translate(${pace / 2} 0)`);
      if (average !== null) {
        const y = field.y1 - axisY.projectValue(average);
        svg.elem('line', { x1: field.x1, x2: field.x2, y1: y, y2: y }, 'mean');
      }
      const mark = svg.elem('rect', { x: 0, y: field.y2, width: pace, height: field.height(), visibility: 'hidden' }, 'at', true);
      box.onpointermove = event => {
        const at = Math.floor((event.clientX - inner.getBoundingClientRect().left - field.x1) / pace);
        const within = at >= 0 && at < values.length;
        readout.textContent = within ? tell(at) : '';
        mark.attr({ x: field.x1 + at * pace, visibility: within ? 'visible' : 'hidden' });
      };
      box.onpointerleave = () => {
        readout.textContent = '';
        mark.attr({ visibility: 'hidden' });
      };
    });
  }

  function bar(one, value, { step, marked, open }) {
    if (value === null) {
      one.element.remove();
      return;
    }
    one.element.attr({ 'stroke-width': Math.max(1, Math.min(30, step * .66)) });
    if (value === 0) one.element.attr({ y2: one.y1 - 2 });  // a week that is there shows: only a gap is nothing
    if (one.index === marked) one.element.addClass('now');
    if (one.index === open) one.element.addClass('open');
  }

  // The library writes its labels as HTML within the picture; as text of the picture they print and scale everywhere.
  function label(one, { every, read, room, count }) {
    const isAcross = one.axis.units.pos === 'x';
    const facts = isAcross
      ? { x: one.x + one.width / 2, y: one.y + 14 }
      : { x: room - 10, y: one.y + one.height + 4 };
    if (!isAcross || (count - 1 - one.index) % every === 0) {
      one.group.elem('text', facts, isAcross ? 'middle' : 'end').getNode().textContent = isAcross ? one.text : read(Number(one.text));
    }
    one.element.remove();
  }

  // Counts as bars that run across, each with what it says at its end.
  function across(box, counts, labels, told) {
    if (!cleared(box, sum(counts))) return;
    const width = box.clientWidth;
    const side = Math.max(...labels.map(text => text.length)) * 7 + 12, end = Math.max(...told.map(text => text.length)) * 7 + 12;
    const chart = new Chartist.BarChart(box, { labels, series: [counts] }, {
      horizontalBars: true, reverseData: true, low: 0, high: Math.max(...counts),
      chartPadding: { top: 0, right: end, bottom: 0, left: 0 },
      axisX: { showGrid: false, showLabel: false, offset: 0 },
      axisY: { showGrid: false, offset: side },
    });
    drawn.set(box, chart);
    chart.on('draw', one => {
      if (one.type === 'bar') {
        const place = counts.length - 1 - one.index;
        const x2 = counts[place] ? Math.max(one.x2, one.x1 + 2) : one.x1;
        one.element.attr({ 'stroke-width': 16, x2 });
        one.group.elem('text', { x: x2 + 8, y: one.y1 + 4 }).getNode().textContent = told[place];
      }
      if (one.type === 'label') {
        one.group.elem('text', { x: side - 12, y: one.y + one.height / 2 + 4 }, 'end').getNode().textContent = one.text;
        one.element.remove();
      }
    });
    chart.on('created', ({ svg }) => quiet(svg, width));
  }

  // The page.

  function row(cells) {
    const made = document.createElement('tr');
    cells.forEach((text, place) => {
      const cell = document.createElement(place ? 'td' : 'th');
      if (!place) cell.scope = 'row';
      const apart = document.createElement('bdi');  // a span of numbers keeps its order between words that run the other way
      apart.textContent = text;
      cell.append(apart);
      made.append(cell);
    });
    return made;
  }

  function head(rows) {
    const latest = rows.findLast(one => one.total !== null);
    by('latest').textContent = latest ? number(latest.total) : DASH;
    by('unit').textContent = latest ? unit(latest.total) : words.none;
    by('latest-week').textContent = latest
      ? [latest.label, covered(latest.answered, latest.asked), ...latest.open ? [words.open] : []].join(' · ') : '';
    const all = tally(rows);
    by('total').textContent = number(all.total);
    by('average').textContent = mean(all.average);
    by('rate').textContent = share(all.answered, all.asked);
    by('coverage').textContent = all.asked ? covered(all.answered, all.asked) : '';
    by('half').textContent = duration(median(all.minutes));
    return all;
  }

  function unit(value) {
    const form = new Intl.PluralRules(locale).select(Number.isInteger(value) ? Math.abs(value) : 2);
    return words.units[value] ?? words.units[form] ?? words.units.other;
  }

  function weekly(rows) {
    by('weeks').tBodies[0].replaceChildren(...[...rows].reverse().map(one => {
      const made = row([
        one.label, number(one.total), one.asked ? `${plain.format(one.answered)}/${plain.format(one.asked)}` : DASH, share(one.answered, one.asked), duration(median(one.minutes)),
      ]);
      made.dataset.week = one.place;
      if (one.open) {
        const open = document.createElement('span');
        open.className = 'sub';
        open.textContent = words.open;
        made.cells[0].append(' ', open);
      }
      return made;
    }));
  }

  function pictures(rows, all) {
    const labels = rows.map(one => one.axis), tell = at => shown(rows[at]);
    const facts = { marked: rows.findLastIndex(one => one.total !== null), open: rows.findIndex(one => one.open), tell };
    draw(by('totals'), 'BarChart', rows.map(one => one.total), labels, { ...facts, average: all.told > 1 ? all.average : null });
    draw(by('rates'), 'LineChart', rows.map(one => one.asked ? one.answered / one.asked : null), labels, {
      high: 1, read: percents.format,
      tell: at => `${rows[at].label}: ${share(rows[at].answered, rows[at].asked)} · ${covered(rows[at].answered, rows[at].asked)}`,
    });
  }

  function delays(all) {
    const counts = edges.map((from, place) => all.minutes.filter(one => one >= from && one < (edges[place + 1] ?? Infinity)).length);
    const shares = counts.map(count => share(count, all.minutes.length));
    by('times').tBodies[0].replaceChildren(...counts.map((count, place) => row([words.buckets[place], plain.format(count), shares[place]])));
    across(by('delays'), counts, words.buckets, counts.map((count, place) => `${plain.format(count)} · ${shares[place]}`));
  }

  // Whoever has nothing in the weeks that are shown takes no column.
  function columns(table) {
    if (!table) return;
    const lines = [...table.tBodies[0].rows].filter(line => !line.hidden);
    [...table.tHead.rows[0].cells].forEach((_, at) => {
      const isEmpty = at > 0 && lines.every(line => line.cells[at].textContent.trim() === DASH);
      for (const line of table.rows) line.cells[at].hidden = isEmpty;
    });
  }

  function teams(places) {
    for (const figure of document.querySelectorAll('figure[data-scope]')) {
      const rows = places.map(place => week(Number(figure.dataset.scope), place));
      figure.hidden = rows.every(one => one.asked === 0 && one.total === null);
      if (!figure.hidden) draw(figure.querySelector('.chart'), 'BarChart', rows.map(one => one.total), rows.map(one => one.axis), {
        marked: rows.findLastIndex(one => one.total !== null), open: rows.findIndex(one => one.open), tell: at => shown(rows[at]),
      });
    }
  }

  function show() {
    const { scope, places } = chosen();
    const rows = places.map(place => week(scope, place)), kept = new Set(places.map(String));
    const all = head(rows);
    weekly(rows);
    pictures(rows, all);
    delays(all);
    for (const line of document.querySelectorAll('#matrix tbody tr, #people tbody tr, #comments li')) {
      line.hidden = !kept.has(line.dataset.week);
    }
    columns(by('matrix'));
    columns(by('people'));
    for (const own of document.querySelectorAll('.own')) own.hidden = scope !== 0 && scope !== data.own;
    if (by('teams')) {
      by('teams').hidden = scope !== 0;
      if (scope === 0) teams(places);
    }
    const told = [by('team') ? scopes[scope].name : '', by('period').selectedOptions[0].textContent].filter(Boolean);
    by('told').textContent = told.join(' · ');
  }

  document.documentElement.classList.add('live');
  for (const details of document.querySelectorAll('details')) details.open = false;
  document.querySelector('.filters').hidden = false;
  document.querySelector('.filters').addEventListener('change', show);
  document.querySelector('.filters').addEventListener('submit', event => event.preventDefault());

  // On paper there is nothing to open.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const details of closed) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of closed) details.open = false;
  });
  let width = innerWidth, waiting = 0;
  addEventListener('resize', () => {
    if (innerWidth === width) return;  // a phone's bar that slides away
    width = innerWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(show);
  });
  show();
})();
