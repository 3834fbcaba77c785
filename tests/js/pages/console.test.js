import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../clients/lib/api.js';
import { ClerkWindow, SETTLE_MS } from '../../../clients/pages/console/clerk-window.js';
import { duration, soon } from '../../../clients/pages/console/durations.js';
import { StillServed } from '../../../clients/pages/console/forgotten.js';
import { groups, nextTurn } from '../../../clients/pages/console/line.js';
import { draftsOf, noticesOf, sameDrafts, written } from '../../../clients/pages/console/notice-drafts.js';
import { messageFor } from '../../../clients/pages/console/messages.js';
import { PAUSE_REASONS, usualReason } from '../../../clients/pages/console/pause-reasons.js';
import { actionOf } from '../../../clients/pages/console/shortcuts.js';
import { emptyStorages } from '../storage.js';
import { countersFor, isPossible, suggestion } from '../../../clients/pages/console/window-choice.js';

const AT = '2026-11-23T10:03:00+09:00';
const NOW = Date.parse(AT);

const ticket = (number, more = {}) => ({ number, counter: 'apply', recalls: 0, called_at: AT, ...more });
const idle = { id: 3, state: 'idle', counters: ['apply'], counter: null, number: null, ticket: null };
const closed = { ...idle, state: 'closed', counters: [] };
const serving = (number, more) => ({ ...idle, state: 'serving', counter: 'apply', number, ticket: ticket(number, more) });

/** The state that an answer is of. */
const of = (version) => ({ epoch: 'e', version });
const frame = (version, window, calls = [], more = {}) => ({
  type: 'desk', office: 'passport', epoch: 'e', version, at: AT, board: { counters: [], calls },
  windows: [{ ...window, line: more.line ?? [] }],
  counters: [{ id: 'apply', here: 0, absent: 0, ...more.counter }],
  held: 0, no_shows: 0,
  tickets: more.tickets ?? [],
});
const inLine = (number, more = {}) => ticket(number, { state: 'waiting', arrived: true, turn_passed: false, ...more });
/** A frame in which these wait, in the order of calls. */
const waiting = (version, window, ...numbers) => frame(version, window, [], { line: numbers, tickets: numbers.map((number) => inLine(number)) });

/** A window whose api answers with what is given, in turn: values, Errors, or promises of either. */
function openWindow(window, ...answers) {
  const told = [];
  const calls = [];
  const naps = [];
  let now = NOW;
  const api = async (path, options) => {
    calls.push({ path, ...options });
    const answer = await answers.shift();
    if (answer instanceof Error) throw answer;
    return { ...of(2), ...answer };
  };
  const clerkWindow = new ClerkWindow(window, frame(1, window), api, {
    now: () => now,
    sleep: async (ms) => {
      naps.push(ms);
    },
  });
  const events = [];
  clerkWindow.addEventListener('message', ({ detail }) => told.push(detail?.key ?? null));
  for (const type of ['signed-out', 'reread', 'hurry']) clerkWindow.addEventListener(type, () => events.push(type));
  return { clerkWindow, calls, told, naps, events, later: (ms) => (now += ms) };
}

const problem = (status, code, data = {}) => new Problem({ status, code, data: { code, ...data } });

test('next says whom the clerk sees, and shows who was called before any frame does', async () => {
  const { clerkWindow, calls } = openWindow(serving(113), { finished: ticket(113), called: ticket(114) });
  assert.equal(await clerkWindow.press('next'), true);
  assert.equal(calls[0].path, '/offices/passport/windows/3/next');
  assert.deepEqual(calls[0].body, { finished: 113 });
  assert.match(calls[0].key, /^[0-9a-f-]{36}$/);
  assert.deepEqual([clerkWindow.window.state, clerkWindow.window.number], ['serving', 114]);
});

test('a press while another is under way does nothing', async () => {
  let answer;
  const { clerkWindow, calls } = openWindow(idle, new Promise((resolve) => (answer = resolve)));
  const first = clerkWindow.press('next');
  assert.equal(clerkWindow.underWay, 'next');
  assert.equal(await clerkWindow.press('next'), false);
  answer({ finished: null, called: ticket(114) });
  await first;
  assert.equal(calls.length, 1);
  assert.equal(clerkWindow.underWay, null);
});

test('after a call nothing can be pressed for a moment', async () => {
  const { clerkWindow, naps } = openWindow(idle, { finished: null, called: ticket(114) }, ticket(114, { recalls: 1 }));
  await clerkWindow.press('next');
  await clerkWindow.press('recall');
  assert.deepEqual(naps, [SETTLE_MS]);
});

test('nobody waits: the window is idle, and the clerk is told', async () => {
  const { clerkWindow, told } = openWindow(serving(113), { finished: ticket(113), called: null });
  await clerkWindow.press('next');
  assert.equal(clerkWindow.window.state, 'idle');
  assert.deepEqual(told, [null, 'console.message.nobody']);
});

test('those who wait and have not arrived are named as the reason that nobody was called', async () => {
  const { clerkWindow } = openWindow(serving(113), { finished: ticket(113), called: null });
  clerkWindow.hear(frame(2, serving(113), [], { counter: { absent: 2 } }));
  const lines = [];
  clerkWindow.addEventListener('message', ({ detail }) => detail && lines.push(detail));
  await clerkWindow.press('next');
  assert.deepEqual(lines, [{ key: 'console.message.nobody_here', params: { count: 2 } }]);
});

test('that there is nobody to call is said until there is somebody', async () => {
  const { clerkWindow, told } = openWindow(idle, { finished: null, called: null });
  await clerkWindow.press('next');
  clerkWindow.hear(frame(2, idle));
  assert.deepEqual(told, [null, 'console.message.nobody']);
  clerkWindow.hear(waiting(3, idle, 114));
  assert.deepEqual(told, [null, 'console.message.nobody', null]);
});

test('what was said about a number goes when the window goes on to another', async () => {
  const { clerkWindow, told } = openWindow(serving(5006), problem(409, 'window_changed', { ...of(2), window: serving(5007) }));
  await clerkWindow.press('next');
  clerkWindow.hear(frame(2, serving(5007)));
  assert.deepEqual(told, [null, 'console.message.changed']);
  clerkWindow.hear(frame(3, serving(5009)));
  assert.deepEqual(told, [null, 'console.message.changed', null]);
});

test('moves are for their states only', async () => {
  const { clerkWindow, calls } = openWindow(idle);
  for (const move of ['finish', 'recall', 'hold', 'no-show', 'transfer']) assert.equal(clerkWindow.can(move), false, move);
  for (const move of ['next', 'call', 'close']) assert.equal(clerkWindow.can(move), true, move);
  assert.equal(await clerkWindow.press('finish'), false);
  assert.equal(openWindow(serving(113)).clerkWindow.can('close'), false);
  assert.equal(openWindow(serving(113)).clerkWindow.can('call'), false);
  assert.equal(calls.length, 0);
});

test('each move sends what it is about', async () => {
  const bodies = { finish: { number: 113 }, recall: { number: 113 }, hold: { number: 113 }, 'no-show': { number: 113 } };
  for (const [move, body] of Object.entries(bodies)) {
    const { clerkWindow, calls } = openWindow(serving(113), ticket(113));
    await clerkWindow.press(move);
    assert.deepEqual(calls[0].body, body, move);
  }
  const transfer = openWindow(serving(113), ticket(113));
  await transfer.clerkWindow.press('transfer', { counter: 'pickup' });
  assert.deepEqual(transfer.calls[0].body, { counter: 'pickup', number: 113 });
  assert.equal(transfer.clerkWindow.window.number, null);
  const call = openWindow(idle, ticket(120));
  await call.clerkWindow.press('call', { number: 120 });
  assert.deepEqual(call.calls[0].body, { number: 120 });
  assert.equal(call.clerkWindow.window.number, 120);
});

test('a window that has changed is shown as it is, with a line, and nothing is sent again', async () => {
  const { clerkWindow, calls, told } = openWindow(serving(113), problem(409, 'window_changed', { ...of(2), window: serving(117) }));
  assert.equal(await clerkWindow.press('next'), false);
  assert.equal(clerkWindow.window.number, 117);
  assert.deepEqual(told, [null, 'console.message.changed']);
  assert.equal(calls.length, 1);
});

test('without an answer the window waits until the window was read again', async () => {
  const { clerkWindow, told, events } = openWindow(serving(113), problem(0, 'network'));
  await clerkWindow.press('hold');
  assert.equal(clerkWindow.can('next'), false);
  assert.deepEqual(events, ['hurry', 'reread']);
  clerkWindow.hear(frame(2, idle));
  assert.equal(clerkWindow.can('next'), true);
  assert.equal(clerkWindow.window.state, 'idle');
  assert.deepEqual(told, [null, 'console.message.lost', 'console.message.reread']);
});

test('a session that is over is told as that', async () => {
  const { clerkWindow, events, told } = openWindow(serving(113), problem(401, 'unauthenticated'));
  await clerkWindow.press('next');
  assert.deepEqual(events, ['hurry', 'signed-out']);
  assert.deepEqual(told, [null]);
});

test('frames are shown, older ones are not', () => {
  const { clerkWindow } = openWindow(serving(113));
  clerkWindow.hear(frame(5, serving(114)));
  clerkWindow.hear(frame(4, serving(113)));
  assert.equal(clerkWindow.window.number, 114);
  clerkWindow.hear({ ...frame(1, idle), epoch: 'f' });
  assert.equal(clerkWindow.window.state, 'idle');
});

test('an answer does not cover what a newer frame has shown', async () => {
  let answer;
  const { clerkWindow } = openWindow(serving(113), new Promise((resolve) => (answer = resolve)));
  const press = clerkWindow.press('next');
  clerkWindow.hear(frame(2, serving(114)));
  clerkWindow.hear(frame(3, serving(115)));
  answer({ finished: ticket(113), called: ticket(114) });
  await press;
  assert.equal(clerkWindow.window.number, 115);
});

test('a frame from before an answer does not put the window back', async () => {
  const { clerkWindow } = openWindow(serving(113), { ...of(7), finished: ticket(113), called: ticket(114) });
  await clerkWindow.press('next');
  clerkWindow.hear(frame(6, serving(113)));
  assert.equal(clerkWindow.window.number, 114);
  clerkWindow.hear(frame(7, serving(114)));
  clerkWindow.hear(frame(8, idle));
  assert.equal(clerkWindow.window.state, 'idle');
});

test('a refusal that comes late does not put the window back either', async () => {
  let refuse;
  const { clerkWindow } = openWindow(serving(113), new Promise((resolve) => (refuse = resolve)));
  const press = clerkWindow.press('next');
  clerkWindow.hear(frame(9, serving(115)));
  refuse(problem(409, 'window_changed', { ...of(8), window: serving(114) }));
  await press;
  assert.equal(clerkWindow.window.number, 115);
});

test('whoever presses is not kept waiting for the next attempt to connect', async () => {
  const { clerkWindow, events } = openWindow(serving(113), problem(0, 'network'));
  await clerkWindow.press('hold');
  assert.deepEqual(events, ['hurry', 'reread']);
  assert.equal(await clerkWindow.press('hold'), false);
  assert.deepEqual(events, ['hurry', 'reread', 'hurry']);
});

test('a frame from before the window was opened does not close it, a later one does', () => {
  const clerkWindow = new ClerkWindow({ ...idle, ...of(3) }, frame(1, closed), async () => null, { now: () => NOW });
  clerkWindow.hear(frame(2, closed));
  assert.equal(clerkWindow.window.state, 'idle');
  clerkWindow.hear(frame(3, idle));
  const late = new ClerkWindow({ ...idle, ...of(3) }, frame(4, closed), async () => null, { now: () => NOW });
  assert.equal(late.window.state, 'closed');
  clerkWindow.hear(frame(4, closed));
  assert.equal(clerkWindow.window.state, 'closed');
});

test('time at the window counts from the call to this window', async () => {
  const held = ticket(113, { called_at: '2026-11-23T09:00:00+09:00', recalls: 2 });
  const calls = [
    { seq: 1, number: 113, window: 3, again: false, at: '2026-11-23T10:00:00+09:00' },
    { seq: 2, number: 113, window: 3, again: true, at: '2026-11-23T10:02:00+09:00' },
    { seq: 3, number: 114, window: 1, again: false, at: AT },
  ];
  const window = { ...serving(113), ticket: held };
  const clerkWindow = new ClerkWindow(window, frame(1, window, calls), async () => null, { now: () => NOW });
  assert.equal(clerkWindow.atWindowFor, 180_000);

  const fresh = openWindow(idle, { finished: null, called: held });
  await fresh.clerkWindow.press('next');
  fresh.later(5_000);
  assert.equal(fresh.clerkWindow.atWindowFor, 5_000);
  fresh.clerkWindow.hear(frame(2, idle));
  assert.equal(fresh.clerkWindow.atWindowFor, null);
});

test("a computer whose clock is late goes by the service's", () => {
  const clerkWindow = new ClerkWindow(serving(113), frame(1, serving(113)), async () => null, { now: () => NOW - 600_000 });
  assert.equal(clerkWindow.atWindowFor, 0);
  assert.equal(clerkWindow.ago('2026-11-23T10:01:00+09:00'), 120_000);
});

test('each refusal has one line with what to do', () => {
  assert.deepEqual(messageFor(problem(409, 'window_changed', { window: serving(117) })), {
    key: 'console.message.changed',
    params: { number: 117 },
  });
  assert.equal(messageFor(problem(409, 'window_changed', { window: idle })).key, 'console.message.changed_empty');
  assert.deepEqual(messageFor(problem(409, 'move_not_allowed', { state: 'served' })).params, { state: 'served' });
  assert.equal(messageFor(problem(404, 'unknown_ticket')).key, 'console.message.unknown_ticket');
  assert.equal(messageFor(problem(503, 'not_confirmed')).key, 'console.message.lost');
  assert.equal(messageFor(problem(422, 'invalid_request')).key, 'console.message.other');
});

test('next names whom it calls, as the frame says it', () => {
  assert.deepEqual(nextTurn(waiting(1, idle, 115, 114), idle), { ticket: inLine(115), absent: 0 });
  assert.deepEqual(nextTurn(frame(1, idle, [], { counter: { absent: 3 } }), idle), { ticket: null, absent: 3 });
});

test('who has just been called is not called next', () => {
  assert.equal(nextTurn(waiting(1, idle, 114, 115), serving(114)).ticket.number, 115);
});

test('a frame from before the window was opened for these counters says nothing of its line', () => {
  assert.equal(nextTurn(waiting(1, closed, 114), idle), null);
  assert.equal(nextTurn(waiting(1, { ...idle, counters: ['pickup'] }, 114), idle), null);
  assert.deepEqual(groups(waiting(1, closed, 114), idle, true).here.tickets, [inLine(114)]);
});

test('the lists: in the order of calls, the absent apart with little time first, all of them counted', () => {
  const tickets = [
    inLine(101), inLine(102), inLine(103, { arrived: false }), inLine(104, { arrived: false, turn_passed: true }),
    inLine(105, { counter: 'tax' }), ticket(90, { state: 'called' }), ticket(91, { state: 'held' }), ticket(92, { state: 'no_show' }),
  ];
  const seen = {
    ...frame(1, idle, [], { line: [102, 101], tickets }),
    counters: [{ id: 'apply', here: 40, absent: 5 }, { id: 'tax', here: 1, absent: 2 }], held: 6, no_shows: 7,
  };
  const brief = (list) => Object.fromEntries(
    Object.entries(list).map(([group, { tickets: some, count }]) => [group, [some.map(({ number }) => number), count]]),
  );
  assert.deepEqual(brief(groups(seen, idle, true)), {
    here: [[102, 101], 40], absent: [[104, 103], 5], held: [[91], 6], no_show: [[92], 7],
  });
  assert.deepEqual(brief(groups(seen, idle, false)).here, [[102, 101, 105], 41]);
  assert.deepEqual(brief(groups(seen, idle, false)).absent, [[104, 103], 7]);
});

const press = (code, { inside = '', ...more } = {}) => ({
  code,
  target: { closest: (selector) => (selector.split(', ').includes(inside) ? {} : null) },
  ...more,
});

test('keys do their move, whatever the input method', () => {
  const moves = { Space: 'next', KeyR: 'recall', KeyF: 'finish', KeyH: 'hold', KeyA: 'no-show', KeyT: 'transfer', KeyC: 'call' };
  for (const [code, move] of Object.entries(moves)) assert.equal(actionOf(press(code)), move);
  assert.equal(actionOf(press('KeyZ')), null);
});

test('keys that are held, typed or combined do nothing', () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { altKey: true }, { metaKey: true }, { defaultPrevented: true }]) {
    assert.equal(actionOf(press('Space', more)), null);
  }
  assert.equal(actionOf(press('KeyR', { inside: 'input' })), null);
  assert.equal(actionOf(press('Space', { inside: 'button' })), null);
  assert.equal(actionOf(press('KeyR', { inside: 'button' })), 'recall');
});

test('lengths of time', () => {
  assert.equal(duration(7_000), '0:07');
  assert.equal(duration(760_000), '12:40');
  assert.equal(duration(3_729_000), '1:02:09');
});

test('when to try again is told in words, never too soon', () => {
  assert.equal(soon(1_000, 'en'), 'in 1 second');
  assert.equal(soon(1_001, 'ko'), '2초 후');
  assert.equal(soon(60_000, 'en'), 'in 60 seconds');
  assert.equal(soon(61_000, 'ko'), '2분 후');
  assert.equal(soon(0, 'en'), 'in 1 second');
});

const office = {
  id: 'passport',
  counters: [{ id: 'apply' }, { id: 'pickup' }],
  windows: [{ id: 3, counters: ['apply'] }, { id: 4, counters: ['apply', 'pickup'] }],
};

test('a window that was opened for a counter that is gone is offered with those that are left', () => {
  const windows = [{ id: 3, state: 'idle', counters: ['apply', 'gone'] }, { id: 4, state: 'idle', counters: ['gone'] }];
  assert.deepEqual(countersFor(office, windows, 3, []), ['apply']);
  assert.deepEqual(countersFor(office, windows, 4, []), ['apply', 'pickup']);
});

test('a window that the page has not read of is offered without counters, one that is gone is not offered', () => {
  const kept = { office: 'passport', window: 3, counters: ['apply'] };
  assert.deepEqual(suggestion(office, [{ id: 9, state: 'closed', counters: [] }], kept), { window: 9, counters: [] });
});

test('a choice is possible as long as its window and its counters are there', () => {
  const windows = [{ id: 3, state: 'closed', counters: [] }];
  assert.ok(isPossible({ window: 3, counters: ['apply'] }, office, windows));
  assert.ok(isPossible({ window: 3, counters: [] }, office, windows));
  assert.ok(!isPossible({ window: 4, counters: ['apply'] }, office, windows));
  assert.ok(!isPossible({ window: 3, counters: ['apply', 'gone'] }, office, windows));
});

test('a clerk is offered the window of last time, with its counters', () => {
  const windows = [closed, { ...closed, id: 4 }];
  const kept = { office: 'passport', window: 4, counters: ['pickup', 'gone'] };
  assert.deepEqual(suggestion(office, windows, kept), { window: 4, counters: ['pickup'] });
});

test('without one, the first free window and what the city says it serves', () => {
  const windows = [serving(113), { ...closed, id: 4 }];
  for (const kept of [null, { office: 'howon1', window: 3, counters: ['apply'] }, { office: 'passport', window: 9, counters: [] }]) {
    assert.deepEqual(suggestion(office, windows, kept), { window: 4, counters: ['apply', 'pickup'] });
  }
});

test('an open window offers what it serves now', () => {
  assert.deepEqual(countersFor(office, [{ ...idle, counters: ['pickup'] }], 3, ['apply']), ['pickup']);
});

test('notices are written as texts and a time in Seoul, and read back the same', () => {
  const notices = [
    { ko: '점심시간 12-13시', en: 'Lunch 12 to 13', until: '2026-11-23T13:00:00+09:00' },
    { ko: '주차장 공사', en: 'Car park closed', until: null },
  ];
  assert.deepEqual(draftsOf(notices).map(({ until }) => until), ['2026-11-23T13:00', '']);
  assert.deepEqual(noticesOf(draftsOf(notices)), notices);
});

test('what is the same but for spaces is not changed, and an empty line is not shown', () => {
  const drafts = [{ ko: '주차장 공사', en: 'Car park closed', until: '' }];
  assert.ok(sameDrafts(drafts, [{ ko: ' 주차장 공사 ', en: 'Car park closed', until: '' }]));
  assert.ok(!sameDrafts(drafts, []));
  assert.deepEqual(written([...drafts, { ko: ' ', en: '', until: '' }]), drafts);
});

test('a usual reason is known again by its texts', () => {
  const { ko, en } = PAUSE_REASONS[1];
  assert.equal(usualReason({ ko, en }), PAUSE_REASONS[1]);
  assert.equal(usualReason({ ko, en: 'Another' }), null);
  assert.equal(usualReason(null), null);
});

test('whether a ticket is done is asked until a clerk has said no, of that ticket and at that console', () => {
  emptyStorages();
  const at = (id, forgotten = true) => ({ ...serving(113, { id }), forgotten });
  const still = new StillServed();
  assert.deepEqual([at('a'), at('a', false), { ...idle, forgotten: true }].map((window) => still.asks(window)), [true, false, false]);
  // Answers to moves don't say whether a ticket is forgotten.
  assert.equal(still.asks(serving(113, { id: 'a' })), false);
  still.add(at('a').ticket);
  assert.deepEqual([still.asks(at('a')), still.asks(at('b'))], [false, true]);
  // The page is loaded again; and in another browser somebody else may ask.
  assert.equal(new StillServed().asks(at('a')), false);
  emptyStorages();
  assert.equal(new StillServed().asks(at('a')), true);
});
