/** The picture of one weekday's quiet hours, as SVG. Places across are in percent, so that it is as wide as it can be. */

import { runs } from './week.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Where the axis's top and zero are, in percent of the height; the hours stand below. */
const TOP = 5;
const ZERO = 86;
/** How much of its half-hour a bar takes. */
const BAR = 0.7;
const CAP = 0.3;

let drawings = 0;

/**
 * @param {SVGElement} svg is filled anew
 * @param {object[]} columns as week.js `halfHours` gives them
 * @param {{top: number, step: number}} scale
 * @param {{column: object, minutes: number}|null} now the wait of this moment, and the half-hour that it is in
 */
export function draw(svg, columns, scale, now) {
  const id = ++drawings;
  const width = 100 / columns.length;
  const y = (minutes) => ZERO - ((ZERO - TOP) * minutes) / scale.top;
  const middle = (index) => (index + 0.5) * width;
  const parts = [patterns(id)];
  for (const { first, count } of runs(columns, ({ state }) => state === 'closed')) {
    parts.push(box('closed', first * width, TOP, count * width, ZERO - TOP, `url(#closed-${id})`));
  }
  for (let at = 0; at <= scale.top; at += scale.step) parts.push(line(at === 0 ? 'zero' : 'grid', 0, y(at), 100, y(at)));
  columns.forEach((column, index) => {
    if (column.state === 'usual') parts.push(...bar(column, index * width, width, y, id));
    if (column.from.endsWith(':00')) parts.push(hour(column.from, index * width));
  });
  parts.push(...today(columns, now, middle, y));
  svg.replaceChildren(...parts);
}

/** Where a value stands, in percent of the height. */
export function height(minutes, scale) {
  return ZERO - ((ZERO - TOP) * minutes) / scale.top;
}

/** A small picture for the legend, of one of the kinds: usual, band, quiet, closed, today. */
export function swatch(kind) {
  const id = ++drawings;
  const svg = element('svg', { class: 'swatch', 'aria-hidden': 'true' });
  const whole = { usual: 'bar', quiet: 'bar quiet', closed: 'closed' }[kind];
  svg.append(patterns(id));
  if (whole) svg.append(box(whole, 0, 0, 100, 100, kind === 'usual' ? null : `url(#${kind}-${id})`));
  if (kind === 'band') svg.append(...whisker(50, 30, 10, 90));
  if (kind === 'today') svg.append(line('today', 0, 50, 100, 50), dot('today', 50, 50));
  return svg;
}

function bar({ minutes, low, high, quiet }, x, width, y, id) {
  const fill = quiet ? `url(#quiet-${id})` : null;
  const drawn = [box(quiet ? 'bar quiet' : 'bar', x + (width * (1 - BAR)) / 2, y(minutes), width * BAR, ZERO - y(minutes), fill)];
  if (low !== null && high > low) drawn.push(...whisker(x + width / 2, width * CAP, y(high), y(low)));
  return drawn;
}

function whisker(x, cap, top, bottom) {
  const across = (y) => line('band', x - cap / 2, y, x + cap / 2, y);
  return [line('band', x, top, x, bottom), across(top), across(bottom)];
}

/** Today's waits as a line with dots; the one of this moment is a ring. */
function today(columns, now, middle, y) {
  const points = columns
    .map((column, index) => ({ index, x: middle(index), minutes: now?.column === column ? now.minutes : column.today }))
    .filter(({ minutes }) => minutes !== null);
  // No line leads through a closure.
  const isBroken = (from, to) => columns.slice(from.index, to.index).some(({ state }) => state === 'closed');
  const pairs = points.slice(1).map((to, i) => [points[i], to]);
  const lines = pairs
    .filter(([from, to]) => !isBroken(from, to))
    .map(([from, to]) => line('today', from.x, y(from.minutes), to.x, y(to.minutes)));
  return [...lines, ...points.map(({ index, x, minutes }) => dot(now?.column === columns[index] ? 'today now' : 'today', x, y(minutes)))];
}

function hour(clock, x) {
  const text = element('text', { class: 'hour', x: `${x}%`, y: '100%', dy: '-0.3em' });
  text.dataset.odd = Number(clock.slice(0, 2)) % 2 === 1;
  text.textContent = String(Number(clock.slice(0, 2)));
  return text;
}

/** Stripes for what is closed, dots for what is quiet: told apart without colours. */
function patterns(id) {
  const closed = element('pattern', { id: `closed-${id}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
  closed.append(element('rect', { class: 'closed-ground', width: 6, height: 6 }), element('rect', { class: 'closed-stripe', width: 2, height: 6 }));
  const quiet = element('pattern', { id: `quiet-${id}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' });
  quiet.append(element('rect', { class: 'quiet-ground', width: 6, height: 6 }), element('circle', { class: 'quiet-dot', cx: 3, cy: 3, r: 1.6 }));
  const defs = element('defs', {});
  defs.append(closed, quiet);
  return defs;
}

const percent = (value) => `${Math.round(value * 100) / 100}%`;

function box(name, x, y, width, height, fill) {
  const place = { x: percent(x), y: percent(y), width: percent(width), height: percent(Math.max(0.4, height)) };
  return element('rect', { class: name, ...place, ...(fill && { fill }) });
}

function line(name, x1, y1, x2, y2) {
  return element('line', { class: name, x1: percent(x1), y1: percent(y1), x2: percent(x2), y2: percent(y2) });
}

function dot(name, cx, cy) {
  return element('circle', { class: name, cx: percent(cx), cy: percent(cy), r: name.endsWith('now') ? 6 : 4 });
}

function element(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
