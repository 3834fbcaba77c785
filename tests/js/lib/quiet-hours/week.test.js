import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

import { columnAt, firstWeekday, halfHours, runs, scale, waitNow, weekdayName, weekdays } from '../../../../clients/lib/quiet-hours/week.js';
import { keysIn } from '../../keys.js';

const slot = (weekday, from, minutes, more = {}) => ({ weekday, from, minutes, low: minutes - 2, high: minutes + 3, quiet: false, ...more });
const answer = (more = {}) => ({
  office: 'passport',
  counter: null,
  week: [
    { weekday: 'mon', open: '09:00', close: '18:00', lunch: ['12:00', '13:00'] },
    { weekday: 'fri', open: '08:30', close: '11:45', lunch: null },
  ],
  slots: [slot('mon', '09:00', 12), slot('mon', '14:00', 3, { quiet: true }), slot('fri', '09:00', 40)],
  today: { date: '2026-11-23', weekday: 'mon', slots: [{ from: '09:00', minutes: 15 }] },
  ...more,
});

const today = (weekday) => answer({ today: { date: '2026-11-23', weekday, slots: [] } });

test('today’s weekday is shown first, or that of the next day on which the office is open', () => {
  assert.deepEqual(weekdays(answer()), ['mon', 'fri']);
  assert.equal(firstWeekday(today('mon')), 'mon');
  assert.equal(firstWeekday(today('tue')), 'fri');
  assert.equal(firstWeekday(today('sat')), 'mon');
  assert.equal(firstWeekday(answer({ week: [] })), null);
});

test('weekdays have the names of the language', () => {
  assert.equal(weekdayName('mon', 'ko'), '월');
  assert.equal(weekdayName('sun', 'en', { long: true }), 'Sunday');
});

test('a weekday goes from its opening to its end, and what is closed or unknown is told apart', () => {
  const columns = halfHours(answer(), 'mon');
  assert.equal(columns.length, 18);
  assert.deepEqual(columns[0], { from: '09:00', to: '09:30', state: 'usual', minutes: 12, low: 10, high: 15, quiet: false, today: 15 });
  assert.deepEqual(columns.filter(({ state }) => state === 'closed').map(({ from }) => from), ['12:00', '12:30']);
  assert.equal(columns.filter(({ state }) => state === 'usual').length, 2);
  assert.equal(columns[1].state, 'unknown');
  assert.equal(columns[1].minutes, null);
});

test('an axis begins and ends at a full hour, with what is closed in it', () => {
  const states = halfHours(answer(), 'fri').map(({ from, state }) => `${from} ${state}`);
  assert.deepEqual([states[0], states[1], states.at(-1)], ['08:00 closed', '08:30 unknown', '11:30 unknown']);
});

test('today’s waits are those of today’s weekday only', () => {
  const friday = halfHours(answer({ today: { date: '2026-11-23', weekday: 'mon', slots: [{ from: '09:00', minutes: 15 }] } }), 'fri');
  assert.ok(friday.every((column) => column.today === null));
});

test('neighbours are one', () => {
  const columns = halfHours(answer(), 'mon');
  assert.deepEqual(runs(columns, ({ state }) => state === 'closed'), [{ from: '12:00', to: '13:00', first: 6, count: 2 }]);
  assert.deepEqual(runs(columns, ({ quiet }) => quiet), [{ from: '14:00', to: '14:30', first: 10, count: 1 }]);
  assert.deepEqual(runs(columns, () => false), []);
});

test('the axis has round steps, few of them, and room for everything', () => {
  const of = (...values) => scale(values.map((minutes) => ({ minutes, high: null, today: null })));
  assert.deepEqual(of(), { top: 10, step: 5 });
  assert.deepEqual(of(19), { top: 20, step: 5 });
  assert.deepEqual(of(33), { top: 40, step: 10 });
  assert.deepEqual(of(70), { top: 80, step: 20 });
  assert.deepEqual(of(900), { top: 960, step: 240 });
  assert.deepEqual(scale([{ minutes: 3, high: 41, today: 9 }]), { top: 45, step: 15 });
  assert.deepEqual(scale([], 55), { top: 60, step: 15 });
});

const counter = (id, waiting, minutes) => ({ id, waiting, wait: minutes === null ? null : { minutes } });

test('the wait of this moment is that of the counter, or what most of those who wait are told', () => {
  const board = { stale: false, counters: [counter('a', 9, 20), counter('b', 0, 9), counter('c', 50, null)] };
  assert.equal(waitNow(board, 'b'), 9);
  assert.equal(waitNow(board, 'c'), null);
  assert.equal(waitNow(board), 19);
  assert.equal(waitNow({ ...board, stale: true }), null);
  assert.equal(waitNow({ stale: false, counters: [counter('c', 5, null)] }), null);
  assert.equal(waitNow(null), null);
});

test('a moment is in one half-hour, or in none', () => {
  const columns = halfHours(answer(), 'mon');
  assert.equal(columnAt(columns, '10:47').from, '10:30');
  assert.equal(columnAt(columns, '18:00'), null);
});

test('whoever embeds the chart gives it the texts that it uses', async () => {
  const folder = new URL('../../../../clients/lib/quiet-hours/', import.meta.url);
  const all = Object.keys(JSON.parse(await readFile(new URL('../lang/ko.json', folder), 'utf8')));
  // What is shown before the chart is loaded is the embedding page's own.
  const files = (await readdir(folder)).filter((name) => name.endsWith('.js') && name !== 'disclosure.js');
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const used = new Set(sources.flatMap((source) => keysIn(source, all)).flatMap(({ meant }) => meant));
  assert.ok(used.size > 15);
  assert.deepEqual(JSON.parse(await readFile(new URL('keys.json', folder), 'utf8')), [...used].sort());
});
