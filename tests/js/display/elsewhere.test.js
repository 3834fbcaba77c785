import assert from 'node:assert/strict';
import { test } from 'node:test';

import { askable, ElsewhereLine, HOLD_MS, noticeOf, quicker } from '../../../display/elsewhere.js';
import { ElsewhereWatch } from '../../../display/elsewhere-watch.js';

const wait = (minutes, low, high) => ({ minutes, low, high, word: 'minutes', resumes: null });
const entry = (office, said, metres) => ({ office, wait: said, distance_m: metres });
const HERE = entry('here', wait(60, 45, 80), 50);
const office = (id, ...counters) => ({
  id, location: { lat: 37.71, lon: 127.05 }, name: { ko: `${id} 주민센터`, en: `${id}-dong` },
  counters: counters.map((counter) => ({ id: counter, name: { ko: '전입신고', en: 'Move-in report' } })),
});
const counter = (id, said, ticketing = 'open') => ({ id, wait: said, ticketing });

test('only counters that other offices have, and where somebody waits long', () => {
  const here = office('here', 'move', 'seal', 'own', 'full', 'short');
  const offices = [here, office('there', 'move', 'seal', 'full', 'short')];
  const counters = [counter('move', wait(40, 30, 55)), counter('seal', null), counter('own', wait(40, 30, 55)),
    counter('full', wait(40, 30, 55), 'full'), counter('short', wait(10, 5, 20)), counter('unread', wait(40, 30, 55))];
  assert.deepEqual(askable(here, offices, { counters }), ['move']);
});

test('an office that is clearly quicker, the way included, in steps of five minutes', () => {
  // 1,200 metres are 12.8 minutes.
  const found = quicker('here', 'move', [entry('there', wait(20, 12, 30), 1200), HERE], 600);
  assert.deepEqual(found, [{ counter: 'move', office: 'there', minutes: 25, metres: 1200 }]);
});

test('nothing is said where the difference is small or unsure, or where it is far, or not known', () => {
  const none = (...ranked) => assert.deepEqual(quicker('here', 'move', ranked, 600), []);
  none(entry('there', wait(40, 25, 60), 1200), HERE);
  none(entry('there', wait(8, 5, 12), 300), entry('here', wait(22, 20, 24), 50));
  none(entry('there', wait(0, 0, 0), 3050), HERE);
  none(entry('there', wait(0, 0, 0), null), HERE);
  none(HERE, entry('there', wait(0, 0, 0), 300));
  none(entry('there', wait(0, 0, 0), 300), entry('here', null, 50));
  none(entry('there', wait(0, 0, 0), 300));
});

const one = (minutes, id = 'there') => ({ counter: 'move', office: id, minutes, metres: 1200 });

test('a line stays as it is for minutes, but goes at once when it is not true any more', () => {
  const line = new ElsewhereLine();
  line.take([one(20)], 0);
  assert.deepEqual(line.shown, one(20));
  line.take([one(25, 'another'), one(15)], HOLD_MS - 1);
  assert.deepEqual(line.shown, one(20));
  line.take([one(25, 'another'), one(15)], HOLD_MS);
  assert.deepEqual(line.shown, one(25, 'another'));
  line.take([one(15)], HOLD_MS + 1);
  assert.equal(line.shown, null);
  line.take([one(15)], 2 * HOLD_MS - 1);
  assert.equal(line.shown, null);
  line.take([one(15)], 2 * HOLD_MS);
  assert.deepEqual(line.shown, one(15));
  line.take([], 2 * HOLD_MS + 1);
  assert.equal(line.shown, null);
});

test('the line names the counter, the office, the minutes and the way', () => {
  const words = ['ko', 'en'].map((lang) => ({ lang, name: (names) => names[lang], t: (key, params) => `${key} ${Object.values(params).join()}` }));
  const here = office('here', 'move');
  assert.deepEqual(noticeOf(one(20), here, office('there', 'move'), words), {
    ko: 'display.nearby 전입신고,there 주민센터,20,1.2km',
    en: 'display.nearby Move-in report,there-dong,20,1.2 km',
    isElsewhere: true,
  });
  assert.equal(noticeOf(one(20), here, null, words), null);
  assert.equal(noticeOf(one(20), office('here', 'seal'), office('there', 'move'), words), null);
});

/** A watch over an office with a long line, on a clock that the test moves. */
function build(answers) {
  const here = office('here', 'move');
  const state = { at: 0, timers: [], asked: [], circumstances: {
    office: here, offices: [here, office('there', 'move')], board: { counters: [counter('move', wait(60, 45, 80))] },
  } };
  const watch = new ElsewhereWatch(() => state.circumstances, () => state.done?.(), {
    ask: async (...asked) => {
      state.asked.push(asked);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    random: () => 0.5,
    setTimeout: (step, ms) => state.timers.push([step, ms]),
    now: () => new Date(state.at),
  });
  const pass = async (ms = 0) => {
    state.at += ms;
    const [step] = state.timers.shift();
    const done = new Promise((resolve) => { state.done = resolve; });
    step();
    await done;
  };
  watch.start();
  return { state, watch, pass };
}

test('it asks for each counter from the office’s own place, and what fails or is old is not said', async (context) => {
  context.mock.method(console, 'error', () => {});
  const better = [entry('there', wait(20, 12, 30), 1200), HERE];
  const { state, watch, pass } = build([better, new Error('away'), better]);
  await pass();
  assert.deepEqual(state.asked, [['move', { lat: 37.71, lon: 127.05 }]]);
  assert.equal(watch.shown.office, 'there');
  assert.deepEqual(state.timers.map(([, ms]) => ms), [90_000]);
  const { circumstances } = state;
  state.circumstances = null;
  assert.equal(watch.shown, null);
  state.circumstances = circumstances;
  await pass(90_000);
  assert.equal(watch.shown, null);
  await pass(HOLD_MS);
  assert.equal(watch.shown.office, 'there');
});

test('an office whose place is not known, or with no long line, asks nothing', async () => {
  const { state, watch, pass } = build([]);
  state.circumstances.office = { ...state.circumstances.office, location: null };
  await pass();
  state.circumstances = null;
  await pass();
  assert.deepEqual([state.asked, watch.shown], [[], null]);
});
