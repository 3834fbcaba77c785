import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fits, Offices } from '../../../clients/lib/offices.js';

const office = (id, revision = 1) => ({ id, revision });
const board = (id, revision = 1, rest = {}) => ({ type: 'board', office: id, revision, day: '2026-11-23', status: 'open', ...rest });

const OLD = [office('hall', 1), office('annex', 1)];
const NEW = [office('hall', 2), office('annex', 1)];
const OLD_BOARD = board('hall', 1);
const NEW_BOARD = board('hall', 2);

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

/** Offices of which `answers[0]` was read. */
async function begun(answers, options) {
  const built = build(answers, options);
  built.offices.renew();
  await built.answer();
  return built;
}

test('a board fits an office that was read with its revision', () => {
  assert.ok(fits(OLD[0], OLD_BOARD));
  assert.ok(!fits(OLD[0], NEW_BOARD));
  assert.ok(!fits(NEW[0], OLD_BOARD));
  assert.ok(!fits(null, OLD_BOARD));
});

test('boards that fit ask for nothing, also of offices at different revisions', async () => {
  const { offices, readings, told, pauses } = await begun([NEW]);
  for (let i = 0; i < 5; i++) offices.hear(NEW_BOARD);
  offices.hear(board('annex', 1));
  offices.hear({ type: 'desk', office: 'hall', board: NEW_BOARD });
  assert.equal(readings(), 1);
  assert.deepEqual(told, [NEW]);
  assert.deepEqual(pauses, [600_000]);
});

test('after an edit the offices are read once, at a random moment within 0.8 s, whatever comes until then', async () => {
  const { offices, answer, readings, told, pauses, pass } = await begun([OLD, NEW]);
  for (let i = 0; i < 5; i++) offices.hear(NEW_BOARD);
  offices.hear(board('third', 2));
  assert.equal(readings(), 1);
  assert.deepEqual(pauses.slice(1), [400]);
  pass();
  offices.hear(NEW_BOARD);
  assert.equal(readings(), 2);
  await answer();
  assert.deepEqual(told, [OLD, NEW]);
  assert.equal(offices.find('hall'), NEW[0]);
});

test('a board of the staff view counts as any other', async () => {
  const { offices, pauses } = await begun([OLD]);
  offices.hear({ type: 'desk', office: 'hall', board: NEW_BOARD });
  assert.deepEqual(pauses.slice(1), [400]);
});

test('while the answer is older than the board, pauses grow up to a limit, whatever comes in the meantime', async () => {
  const { offices, answer, readings, told, pauses, pass } = await begun([OLD]);
  offices.hear(NEW_BOARD);
  pass();
  await answer();
  for (let i = 0; i < 8; i++) {
    for (let frame = 0; frame < 100; frame++) offices.hear(NEW_BOARD);
    assert.equal(readings(), 2 + i);
    pass();
    await answer();
  }
  assert.deepEqual(pauses.slice(1), [400, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(told.length, 1);
});

test('an answer that is newer than the board asks for no more once the board has come', async () => {
  const { offices, answer, pass, pauses } = await begun([OLD, [office('hall', 3), office('annex', 1)]]);
  offices.hear(NEW_BOARD);
  pass();
  await answer();
  assert.equal(pauses.at(-1), 500);
  offices.hear(board('hall', 3));
  assert.equal(pauses.at(-1), 600_000);
});

test('a board that came while the offices were being read is looked at when they have been', async () => {
  const { offices, answer, readings, pauses, pass } = await begun([OLD, OLD, NEW]);
  offices.renew();
  offices.hear(NEW_BOARD);
  await answer();
  assert.deepEqual(pauses.slice(1), [500]);
  pass();
  await answer();
  assert.equal(readings(), 3);
  assert.equal(pauses.at(-1), 600_000);
});

test('another edit in the middle of a pause is read soon', async () => {
  const { offices, answer, pauses, pass } = await begun([OLD, OLD]);
  offices.hear(NEW_BOARD);
  pass();
  await answer();
  offices.hear(board('annex', 3));
  assert.deepEqual(pauses.slice(1), [400, 500, 400]);
});

test('another day and another status have other hours', async () => {
  const { offices, answer, pauses, pass } = await begun([OLD]);
  offices.hear(OLD_BOARD);
  offices.hear(board('hall', 1, { status: 'lunch' }));
  pass();
  offices.hear(board('hall', 1, { status: 'lunch', day: '2026-11-24' }));
  await answer();
  assert.deepEqual(pauses.slice(1), [400, 400]);
  pass();
  await answer();
  assert.equal(pauses.at(-1), 600_000);
});

test('a reading that failed is tried again, and what was known stays', async () => {
  const { offices, answer, readings, told, pass, pauses } = await begun([OLD, new Error('no answer'), NEW]);
  offices.hear(NEW_BOARD);
  pass();
  await answer();
  assert.deepEqual(offices.list, OLD);
  assert.deepEqual(pauses.slice(1), [400, 500]);
  pass();
  await answer();
  assert.deepEqual(told, [OLD, NEW]);
  assert.equal(readings(), 3);
});

test('before the first answer nothing is known, and boards do not ask twice', async () => {
  const { offices, answer, readings } = build([OLD]);
  assert.equal(offices.known, false);
  offices.renew();
  offices.hear(OLD_BOARD);
  assert.equal(readings(), 1);
  await answer();
  assert.equal(offices.known, true);
});

test('an answer like the last is no news', async () => {
  const { offices, answer, told } = await begun([OLD]);
  offices.renew();
  await answer();
  assert.equal(told.length, 1);
});

test('an office that is gone is told before the change, and its last board is forgotten', async () => {
  const { offices, answer, pass, pauses } = await begun([OLD, [NEW[0]]]);
  const gone = [];
  offices.addEventListener('gone', ({ detail }) => gone.push(detail));
  offices.addEventListener('change', () => gone.push('change'));
  offices.hear(board('annex', 1));
  offices.hear(NEW_BOARD);
  pass();
  await answer();
  assert.deepEqual(gone, ['annex', 'change']);
  assert.equal(pauses.at(-1), 600_000);
});

test('a board of an office that nobody has heard of has the offices read until it is among them', async () => {
  const { offices, answer, pass, pauses } = await begun([OLD, OLD, [...OLD, office('third', 2)]]);
  offices.hear(board('third', 2));
  for (const pause of [500, 600_000]) {
    pass();
    await answer();
    assert.equal(pauses.at(-1), pause);
  }
});

test('what a crowd has open is silent while all is well, and reads only for another revision', async () => {
  const { offices, answer, told, waits, readings, pass } = await begun([OLD, NEW], { every: null });
  assert.equal(waits(), false);
  offices.hear(OLD_BOARD);
  offices.hear(board('hall', 1, { status: 'lunch' }));
  assert.equal(waits(), false);
  offices.hear(NEW_BOARD);
  pass();
  offices.stop();
  await answer();
  offices.hear(board('hall', 3));
  assert.equal(told.length, 1);
  assert.equal(waits(), false);
  assert.equal(readings(), 2);
});

/** A line as offices see it. */
class Line extends EventTarget {
  starts = 0;
  forgotten = [];

  forget(office) {
    this.forgotten.push(office);
  }

  start() {
    this.starts += 1;
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

test('a line to an office that is gone opens again when the office is back, and not before', async () => {
  const { offices, answer, pass, pauses, readings } = await begun([OLD, [], [], OLD, OLD]);
  const line = new Line();
  offices.follow(line, 'hall');
  line.tell('status', { connected: false, final: false, code: 1006 });
  assert.equal(readings(), 1);
  line.tell('status', { connected: false, final: true, code: 4404 });
  for (let i = 0; i < 2; i++) {
    pass();
    await answer();
    assert.equal(line.starts, 0);
  }
  assert.deepEqual(line.forgotten, ['hall', 'annex']);
  pass();
  await answer();
  assert.equal(line.starts, 1);
  // The service that gives the offices may be another than the one that closes lines: no haste.
  line.tell('status', { connected: false, final: true, code: 4404 });
  assert.equal(readings(), 4);
  pass();
  await answer();
  assert.equal(line.starts, 2);
  assert.deepEqual(pauses.slice(1), [400, 500, 1_000, 2_000, 4_000]);
  line.tell('status', { connected: true, final: false, code: null });
  line.tell('frame', OLD_BOARD);
  await answer();
  assert.equal(line.starts, 2);
  assert.equal(pauses.at(-1), 600_000);
});

test('after a break the offices are read again, and what was heard before it counts no more', async () => {
  const { offices, answer, readings, pauses } = await begun([OLD, OLD]);
  const line = new Line();
  offices.follow(line);
  line.tell('status', { connected: true, stale: false });
  line.tell('frame', board('third', 1));
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
  const { offices, readings } = await begun([OLD], { every: null });
  const line = new Line();
  offices.follow(line);
  line.tell('status', { connected: false });
  line.tell('status', { connected: true });
  line.tell('frame', OLD_BOARD);
  assert.equal(readings(), 1);
});
