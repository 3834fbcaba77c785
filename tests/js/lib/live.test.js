import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFinal, Live, parseFrame, reconnectDelay } from '../../../clients/lib/live.js';

/** A socket that the test plays the server of. */
class FakeSocket extends EventTarget {
  static all = [];

  constructor(url) {
    super();
    this.url = url;
    this.closed = false;
    FakeSocket.all.push(this);
  }

  close() {
    this.closed = true;
  }

  receive(frame) {
    const event = new Event('message');
    event.data = JSON.stringify(frame);
    this.dispatchEvent(event);
  }

  lose(code = 1006) {
    const event = new Event('close');
    event.code = code;
    this.dispatchEvent(event);
  }
}

/** A Live on a clock that only moves when the test says so. */
function build({ probe = null, answer = () => ({}), random = () => 0.5, ...options } = {}) {
  FakeSocket.all = [];
  const timers = new Map();
  let nextTimer = 1;
  let clock = 0;
  const probes = [];
  const live = new Live('http://service.test/api/v1/live?office=passport', {
    probe,
    ...options,
    WebSocketClass: FakeSocket,
    random,
    now: () => new Date(clock),
    setTimeout: (step, ms) => {
      timers.set(nextTimer, { step, due: clock + ms });
      return nextTimer++;
    },
    clearTimeout: (timer) => timers.delete(timer),
    fetch: async (url) => {
      probes.push(url);
      const body = answer();
      return { ok: body !== null, json: async () => body };
    },
  });
  const frames = [];
  const states = [];
  live.addEventListener('frame', ({ detail }) => frames.push(detail));
  live.addEventListener('status', ({ detail }) => states.push(detail));
  const pass = async (ms) => {
    clock += ms;
    for (const [id, { step, due }] of [...timers]) {
      if (due > clock) continue;
      timers.delete(id);
      step();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { live, frames, states, probes, pass, timers, socket: () => FakeSocket.all.at(-1), sockets: FakeSocket.all };
}

const board = (version, rest = {}) => ({ type: 'board', office: 'passport', epoch: 'a', version, ...rest });

test('frames arrive as events, and the first one makes it connected', () => {
  const { live, frames, states, socket } = build();
  live.start();
  assert.equal(socket().url, 'ws://service.test/api/v1/live?office=passport');
  assert.equal(live.connected, false);
  assert.equal(live.freshAt, null);
  socket().receive(board(1));
  assert.equal(live.connected, true);
  assert.deepEqual(frames, [board(1)]);
  assert.deepEqual(states, [{ connected: true, stale: false, final: false, code: null, since: new Date(0) }]);
  live.stop();
});

test('an unknown type of frame is an error, not silence', () => {
  assert.throws(() => parseFrame('{"type": "news"}'), /unknown frame type: news/);
  assert.throws(() => parseFrame('not JSON'));
});

test('close codes say whether to come back', () => {
  for (const code of [1002, 1003, 1007, 1008, 1009, 4400, 4401, 4404, 4499]) assert.ok(isFinal(code), code);
  for (const code of [1000, 1001, 1006, 1011, 1012, 1013, 4000, 4008, 4399, 4500]) assert.ok(!isFinal(code), code);
});

test('the delay is full jitter up to a minute', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 20].map((n) => reconnectDelay(n, () => 1)), [1000, 2000, 4000, 32000, 60000, 60000]);
  assert.equal(reconnectDelay(9, () => 0), 0);
});

test('a lost line is told with its age and comes back, later each time until a frame arrives', async () => {
  const { live, states, socket, sockets, pass } = build();
  live.start();
  socket().receive(board(1));
  await pass(3000);
  socket().lose(1012);
  assert.deepEqual(states.at(-1), { connected: false, stale: false, final: false, code: 1012, since: new Date(0) });
  await pass(499);
  assert.equal(sockets.length, 1);
  await pass(1);
  assert.equal(sockets.length, 2);
  socket().lose();
  await pass(999);
  assert.equal(sockets.length, 2);
  await pass(1);
  assert.equal(sockets.length, 3);
  socket().receive(board(2));
  assert.equal(live.connected, true);
  socket().lose();
  await pass(500);
  assert.equal(sockets.length, 4);
  live.stop();
});

test('a final code ends it', async () => {
  const { live, states, socket, sockets, pass, timers } = build();
  live.start();
  socket().lose(4404);
  assert.deepEqual(states, [{ connected: false, stale: false, final: true, code: 4404, since: null }]);
  await pass(100_000);
  assert.equal(sockets.length, 1);
  assert.equal(timers.size, 0);
});

test('a socket without a first frame is given up', async () => {
  const { live, states, sockets, pass } = build();
  live.start();
  await pass(10_000);
  assert.ok(sockets[0].closed);
  assert.equal(states.at(-1).connected, false);
  await pass(500);
  assert.equal(sockets.length, 2);
  live.stop();
});

test('silence that the probe confirms is fine, and makes the facts fresh again', async () => {
  const { live, socket, sockets, pass, probes } = build({ probe: '/board', answer: () => board(1) });
  live.start();
  socket().receive(board(1));
  await pass(20_000);
  assert.deepEqual(probes, ['/board']);
  assert.equal(sockets.length, 1);
  assert.deepEqual(live.freshAt, new Date(20_000));
  await pass(20_000);
  assert.equal(probes.length, 2);
  live.stop();
});

test('a socket that missed what the probe says is replaced without a word', async () => {
  const { live, states, socket, sockets, pass } = build({ probe: '/board', answer: () => board(2) });
  live.start();
  socket().receive(board(1));
  await pass(20_000);
  assert.equal(sockets.length, 2);
  assert.ok(sockets[0].closed);
  assert.equal(live.connected, true);
  sockets[0].receive(board(9));
  socket().receive(board(2));
  assert.equal(states.length, 1);
  live.stop();
});

test('a probe without an answer means the line is gone: the age goes on from the last frame', async () => {
  const { live, states, socket, sockets, pass } = build({ probe: '/board', answer: () => null });
  live.start();
  socket().receive(board(1));
  await pass(20_000);
  assert.equal(sockets.length, 2);
  socket().lose();
  assert.deepEqual(states.at(-1), { connected: false, stale: false, final: false, code: 1006, since: new Date(0) });
  live.stop();
});

test('frames without a version agree with the probe when every field does', async () => {
  let ahead = 3;
  const { live, socket, sockets, pass } = build({ probe: '/ticket', answer: () => ({ office: 'passport', ahead }) });
  live.start();
  socket().receive({ type: 'ticket', office: 'passport', ahead: 3 });
  await pass(20_000);
  assert.equal(sockets.length, 1);
  ahead = 2;
  await pass(20_000);
  assert.equal(sockets.length, 2);
  live.stop();
});

test('without a probe a silent socket is replaced by another', async () => {
  const { live, socket, sockets, pass } = build();
  live.start();
  socket().receive(board(1));
  await pass(60_000);
  assert.equal(sockets.length, 2);
  live.stop();
});

test('stop leaves nothing behind', async () => {
  const { live, socket, timers } = build();
  live.start();
  socket().receive(board(1));
  live.stop();
  assert.ok(socket().closed);
  assert.equal(timers.size, 0);
  socket().lose();
  assert.equal(timers.size, 0);
});

const seconds = (n) => new Date(Date.parse('2026-11-23T10:00:00Z') + n * 1000).toISOString();

test('a frame that says it is old makes the facts as old as it says, until one says otherwise', async () => {
  const { live, states, socket, pass } = build();
  live.start();
  await pass(6_000);
  socket().receive(board(1, { at: seconds(0), fresh_at: seconds(0), stale: false }));
  assert.ok(live.current);
  await pass(5_000);
  socket().receive(board(1, { at: seconds(5), fresh_at: seconds(1), stale: true }));
  assert.equal(live.connected, true);
  assert.equal(live.current, false);
  assert.deepEqual(states.at(-1), { connected: true, stale: true, final: false, code: null, since: new Date(7_000) });
  const told = states.length;
  socket().receive(board(1, { at: seconds(6), fresh_at: seconds(1), stale: true }));
  assert.equal(states.length, told);
  socket().receive(board(1, { at: seconds(9), fresh_at: seconds(9), stale: false }));
  assert.ok(live.current);
  assert.deepEqual(live.freshAt, new Date(11_000));
  live.stop();
});

test('one old office is enough to say so, and its age counts', async () => {
  const { live, socket, pass } = build();
  live.start();
  await pass(9_000);
  socket().receive(board(1, { office: 'a', at: seconds(0), fresh_at: seconds(-8), stale: true }));
  socket().receive(board(1, { office: 'b', at: seconds(0), fresh_at: seconds(0), stale: false }));
  assert.equal(live.current, false);
  assert.deepEqual(live.freshAt, new Date(1_000));
  live.stop();
});

test('an office that is gone keeps the others from being current no longer', async () => {
  const { live, socket } = build();
  live.start();
  socket().receive(board(1, { office: 'a', at: seconds(0), fresh_at: seconds(-8), stale: true }));
  live.forget('a');
  socket().receive(board(1, { office: 'b', at: seconds(0), fresh_at: seconds(0), stale: false }));
  assert.ok(live.current);
  assert.deepEqual(live.freshAt, new Date(0));
});

test('a probe that is answered from memory confirms nothing', async () => {
  const { live, socket, sockets, pass } = build({ probe: '/board', answer: () => board(1, { stale: true }) });
  live.start();
  socket().receive(board(1));
  await pass(20_000);
  assert.equal(sockets.length, 2);
  live.stop();
});

test('probes are spread: not everyone asks at the same moment', async () => {
  const { live, socket, pass, probes } = build({ probe: '/board', answer: () => board(1), random: () => 0 });
  live.start();
  socket().receive(board(1));
  await pass(14_999);
  assert.equal(probes.length, 0);
  await pass(1);
  assert.equal(probes.length, 1);
  live.stop();
});

test('where a beat was asked for, silence is a dead line', async () => {
  const { live, states, socket, sockets, pass } = build({ beat: 3 });
  live.start();
  assert.equal(socket().url, 'ws://service.test/api/v1/live?office=passport&beat=3');
  socket().receive(board(1));
  await pass(4_000);
  socket().receive(board(1));
  await pass(4_499);
  assert.ok(live.connected);
  await pass(1);
  assert.deepEqual(states.at(-1), { connected: false, stale: false, final: false, code: null, since: new Date(4_000) });
  await pass(500);
  assert.equal(sockets.length, 2);
  live.stop();
});

test('whoever may not wait long has shorter pauses, and none when somebody presses', async () => {
  const { live, socket, sockets, pass } = build({ longestPause: 5, random: () => 1 });
  live.start();
  for (const pause of [1_000, 2_000, 4_000, 5_000, 5_000]) {
    socket().lose();
    const before = sockets.length;
    await pass(pause - 1);
    assert.equal(sockets.length, before);
    await pass(1);
    assert.equal(sockets.length, before + 1);
  }
  live.hurry();
  const before = sockets.length;
  socket().lose();
  live.hurry();
  assert.equal(sockets.length, before + 1);
  live.stop();
  live.hurry();
  assert.equal(sockets.length, before + 1);
});
