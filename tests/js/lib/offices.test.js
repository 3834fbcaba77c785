import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences, Offices } from '../../../clients/lib/offices.js';

const ids = (...all) => all.map((id) => ({ id }));
const office = (id, counters, windows) => ({ id, counters: ids(...counters), windows: ids(...windows) });
const board = (id, counters, windows, rest = {}) => ({ type: 'board', ...office(null, counters, windows), office: id, ...rest });

const OLD = [office('hall', ['a', 'gone'], [1, 2])];
const NEW = [office('hall', ['a', 'new'], [1, 3])];
const OLD_BOARD = board('hall', ['a', 'gone'], [1, 2]);
const NEW_BOARD = board('hall', ['a', 'new'], [1, 3]);

/** Offices that are read from `answers`, one after another, on a clock that the test moves. */
function build(answers, options = {}) {
  const pauses = [];
  const told = [];
  let readings = 0;
  let next = null;
  const read = () => new Promise((resolve, reject) => {
    readings += 1;
    next = () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    };
  });
  let timer = null;
  const offices = new Offices({
    read,
    random: () => 0.5,
    setTimeout: (step, ms) => {
      pauses.push(ms);
      timer = step;
      return step;
    },
    clearTimeout: () => {
      timer = null;
    },
    ...options,
  });
  offices.addEventListener('change', () => told.push(offices.list));
  const answer = async () => {
    next();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { offices, pauses, told, answer, readings: () => readings, waits: () => timer !== null, pass: () => timer() };
}

test('a board that fits has no differences', () => {
  assert.deepEqual(differences(OLD, OLD_BOARD), []);
  assert.deepEqual(differences(OLD, { type: 'desk', office: 'hall', board: OLD_BOARD, windows: [] }), []);
});

test('what is new, what is gone and an office that nobody has heard of are differences', () => {
  const all = ['hall/counter/new', 'hall/counter/gone', 'hall/window/3', 'hall/window/2'];
  assert.deepEqual(differences(OLD, NEW_BOARD), all);
  assert.deepEqual(differences(OLD, { type: 'desk', office: 'hall', board: NEW_BOARD }), all);
  assert.deepEqual(differences(OLD, board('annex', ['a'], [1])), ['annex']);
});

test('a call and a window may name a counter of this morning: reading again would not help', () => {
  const calls = [{ seq: 1, number: 7, counter: 'gone', window: 2 }];
  const windows = [{ id: 1, counter: 'gone', number: 7 }, { id: 3, counter: null, number: null }];
  assert.deepEqual(differences(NEW, { ...NEW_BOARD, calls, windows }), []);
});

test('a ticket needs its own counter, and no other', () => {
  assert.deepEqual(differences(OLD, { type: 'ticket', office: 'hall', counter: 'a' }), []);
  assert.deepEqual(differences(OLD, { type: 'ticket', office: 'hall', counter: 'new' }), ['hall/counter/new']);
});

test('boards that fit ask for nothing', async () => {
  const { offices, answer, readings, told, pauses } = build([OLD]);
  offices.renew();
  await answer();
  for (let i = 0; i < 5; i++) offices.hear(OLD_BOARD);
  assert.equal(readings(), 1);
  assert.deepEqual(told, [OLD]);
  assert.deepEqual(pauses, [600_000]);
});

test('a board that does not fit has the offices read again at once, and once', async () => {
  const { offices, answer, readings, told } = build([OLD, NEW]);
  offices.renew();
  await answer();
  for (let i = 0; i < 5; i++) offices.hear(NEW_BOARD);
  assert.equal(readings(), 2);
  await answer();
  assert.deepEqual(told, [OLD, NEW]);
  assert.equal(offices.find('hall'), NEW[0]);
  offices.hear(NEW_BOARD);
  assert.equal(readings(), 2);
});

test('while the answer does not help, pauses grow up to a limit, whatever comes in the meantime', async () => {
  const { offices, answer, readings, told, pauses, pass } = build([OLD]);
  offices.renew();
  await answer();
  offices.hear(NEW_BOARD);
  await answer();
  for (let i = 0; i < 8; i++) {
    for (let frame = 0; frame < 100; frame++) offices.hear(NEW_BOARD);
    assert.equal(readings(), 2 + i);
    pass();
    await answer();
  }
  assert.deepEqual(pauses.slice(1), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  assert.equal(told.length, 1);
});

test('what is new in the middle of a pause is read at once', async () => {
  const { offices, answer, readings } = build([OLD, OLD, [...NEW, office('annex', ['x'], [1])]]);
  offices.renew();
  await answer();
  offices.hear(NEW_BOARD);
  await answer();
  offices.hear(board('annex', ['x'], [1]));
  assert.equal(readings(), 3);
});

test('a reading that failed is tried again, and what was known stays', async () => {
  const { offices, answer, readings, told, pass, pauses } = build([OLD, new Error('no answer'), NEW]);
  offices.renew();
  await answer();
  offices.hear(NEW_BOARD);
  await answer();
  assert.deepEqual(offices.list, OLD);
  assert.deepEqual(pauses.slice(1), [1_000]);
  pass();
  await answer();
  assert.deepEqual(told, [OLD, NEW]);
  assert.equal(readings(), 3);
});

test('before the first answer nothing is known, and frames do not ask twice', async () => {
  const { offices, answer, readings } = build([OLD]);
  assert.equal(offices.known, false);
  offices.renew();
  offices.hear(OLD_BOARD);
  assert.equal(readings(), 1);
  await answer();
  assert.equal(offices.known, true);
});

test('an answer like the last is no news', async () => {
  const { offices, answer, told } = build([OLD]);
  offices.renew();
  await answer();
  offices.renew();
  await answer();
  assert.equal(told.length, 1);
});

test('without `every` it is silent while all is well, and stopped it is silent for good', async () => {
  const { offices, answer, told, waits, readings } = build([OLD, NEW], { every: null });
  offices.renew();
  await answer();
  assert.equal(waits(), false);
  offices.hear(NEW_BOARD);
  offices.stop();
  await answer();
  assert.equal(told.length, 1);
  assert.equal(waits(), false);
  assert.equal(readings(), 2);
});

/** A line as offices see it. */
class Line extends EventTarget {
  starts = 0;

  start() {
    this.starts += 1;
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

test('a line to an office that is gone opens again when the office is back, and not before', async () => {
  const { offices, answer, pass, pauses, readings } = build([OLD, [], [], OLD, OLD]);
  const line = new Line();
  offices.follow(line, 'hall');
  offices.renew();
  await answer();
  line.tell('status', { connected: false, final: false, code: 1006 });
  assert.equal(readings(), 1);
  line.tell('status', { connected: false, final: true, code: 4404 });
  assert.equal(readings(), 2);
  await answer();
  pass();
  await answer();
  assert.equal(line.starts, 0);
  pass();
  await answer();
  assert.equal(line.starts, 1);
  // The service that gives the offices may be another than the one that closes lines: no haste.
  line.tell('status', { connected: false, final: true, code: 4404 });
  assert.equal(readings(), 4);
  pass();
  await answer();
  assert.equal(line.starts, 2);
  assert.deepEqual(pauses.slice(1), [1_000, 2_000, 4_000, 8_000]);
  line.tell('status', { connected: true, final: false, code: null });
  line.tell('frame', OLD_BOARD);
  await answer();
  assert.equal(line.starts, 2);
  assert.equal(pauses.at(-1), 600_000);
});

test('after a break the offices are read again, and what was heard before it counts no more', async () => {
  const { offices, answer, readings, pauses } = build([[...OLD, office('annex', [], [])], OLD]);
  const line = new Line();
  offices.follow(line);
  offices.renew();
  await answer();
  line.tell('status', { connected: true, stale: false });
  line.tell('frame', board('annex', [], []));
  line.tell('status', { connected: true, stale: true });
  line.tell('status', { connected: false, stale: true });
  assert.equal(readings(), 1);
  line.tell('status', { connected: true, stale: false });
  line.tell('frame', OLD_BOARD);
  assert.equal(readings(), 2);
  await answer();
  assert.equal(pauses.at(-1), 600_000);
});

test('what a crowd has open reads nothing after a break', async () => {
  const { offices, answer, readings } = build([OLD], { every: null });
  const line = new Line();
  offices.follow(line);
  offices.renew();
  await answer();
  line.tell('status', { connected: false });
  line.tell('status', { connected: true });
  line.tell('frame', OLD_BOARD);
  assert.equal(readings(), 1);
});
