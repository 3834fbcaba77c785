import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { Problem } from '../../../clients/lib/api.js';
import { arrive } from '../../../clients/pages/kiosk/arrival.js';
import { isClosed } from '../../../clients/pages/kiosk/closed-view.js';
import { Countdown } from '../../../clients/pages/kiosk/countdown.js';
import { leadOf, offers, windowsOf } from '../../../clients/pages/kiosk/counters.js';
import { character, Scanner, ticketId } from '../../../clients/pages/kiosk/scanner.js';
import { largest } from '../../../clients/pages/kiosk/text-fit.js';

const ADDRESS = 'https://sunbeon.example/t/passport.261123.115.-3PlBf0_UiufE';

/** What a scanner types on a US keyboard; `ime` as the browser reports it while the Korean input method is on. */
function presses(text, { ime = false } = {}) {
  const codes = { '-': 'Minus', _: 'Minus', '/': 'Slash', ':': 'Semicolon', '.': 'Period' };
  const typed = [...text].map((char) => {
    const code = /[0-9]/.test(char) ? `Digit${char}` : (codes[char] ?? `Key${char.toUpperCase()}`);
    return { key: ime ? 'Process' : char, code, shiftKey: /[A-Z_:]/.test(char) };
  });
  return [...typed, { key: 'Enter', code: 'Enter', shiftKey: false }];
}

function read(scanner, keys, { every = 5, from = 1000 } = {}) {
  return keys.map((key, index) => scanner.press(key, from + index * every)).at(-1);
}

test('a fast burst that ends with Enter is a scan, in any input method', () => {
  assert.equal(read(new Scanner(), presses(ADDRESS)), ADDRESS);
  assert.equal(read(new Scanner(), presses(ADDRESS, { ime: true })), ADDRESS);
});

test('a person at the keyboard is no scanner', () => {
  assert.equal(read(new Scanner(), presses(ADDRESS), { every: 120 }), null);
  assert.equal(read(new Scanner(), presses('abc')), null);
});

test('keys pressed long before a scan are not part of it', () => {
  const scanner = new Scanner();
  read(scanner, presses('abcdefgh').slice(0, -1));
  assert.equal(read(scanner, presses(ADDRESS), { from: 5000 }), ADDRESS);
});

test('keys that type nothing count for nothing', () => {
  assert.equal(character({ key: 'Shift', code: 'ShiftLeft', shiftKey: true }), null);
  assert.equal(character({ key: 'Tab', code: 'Tab', shiftKey: false }), null);
});

test('only the address of a ticket page holds a ticket', () => {
  assert.equal(ticketId(ADDRESS), 'passport.261123.115.-3PlBf0_UiufE');
  assert.equal(ticketId(`${ADDRESS}?lang=en`), 'passport.261123.115.-3PlBf0_UiufE');
  for (const text of ['8801234567890', 'https://sunbeon.example/t/', 'https://sunbeon.example/x/abc', 'javascript:/t/abc']) {
    assert.equal(ticketId(text), null, text);
  }
});

const office = {
  counters: [{ id: 'apply', name: { ko: '여권 접수' } }, { id: 'pickup', name: { ko: '여권 교부' } }],
  windows: [
    { id: 1, counters: ['apply'] },
    { id: 2, counters: ['apply'] },
    { id: 3, counters: ['apply'] },
    { id: 4, counters: ['pickup'] },
    { id: 6, counters: ['apply', 'pickup'] },
  ],
};

test('a counter that gives no numbers says why', () => {
  const board = { counters: [{ id: 'apply', waiting: 3, ticketing: 'open' }, { id: 'pickup', waiting: 9, ticketing: 'full' }] };
  assert.deepEqual(
    offers(office, board).map(({ id, waiting, open, reason }) => [id, waiting, open, reason]),
    [['apply', 3, true, null], ['pickup', 9, false, 'full']],
  );
  assert.deepEqual(offers(office, null).map(({ open, reason }) => [open, reason]), [[false, 'unknown'], [false, 'unknown']]);
});

test('windows are written as people read them', () => {
  assert.equal(windowsOf(office, 'apply'), '1–3, 6');
  assert.equal(windowsOf(office, 'pickup'), '4, 6');
});

test('a countdown ticks, can be extended, and ends once', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const countdown = new Countdown(15, { now: () => Date.now() });
  let ended = 0;
  countdown.addEventListener('end', () => ended++);
  countdown.start();
  mock.timers.tick(10_000);
  assert.equal(countdown.left, 5);
  countdown.start(60);
  mock.timers.tick(59_000);
  assert.equal(countdown.left, 1);
  assert.equal(ended, 0);
  mock.timers.tick(5_000);
  assert.equal(ended, 1);
  assert.equal(countdown.left, 0);
  countdown.start();
  countdown.stop();
  mock.timers.tick(60_000);
  assert.equal(ended, 1);
  mock.timers.reset();
});

const waiting = { office: 'passport', state: 'waiting', arrived: false, number: 115, ahead: 2, priority: 'none', priority_confirmed: false };

async function scan(ticket, answer = { ...waiting, arrived: true }) {
  const calls = [];
  const api = async (path, { method = 'GET', headers, body } = {}) => {
    calls.push([method, path, headers, body]);
    const result = method === 'GET' ? ticket : answer;
    if (result instanceof Error) throw result;
    return result;
  };
  const headers = { Authorization: 'Bearer x' };
  return { ...(await arrive('a.b', 'passport', api, headers)), calls };
}

test('who scans an online ticket has arrived', async () => {
  const { outcome, ticket, calls } = await scan(waiting);
  assert.equal(outcome, 'arrived');
  assert.equal(ticket.arrived, true);
  assert.deepEqual(calls[1], ['POST', '/tickets/a.b/arrive', { Authorization: 'Bearer x' }, undefined]);
});

test('a priority that was claimed online is confirmed by the scan, also of who said before that they are there', async () => {
  for (const arrived of [false, true]) {
    const { outcome, calls } = await scan({ ...waiting, arrived, priority: 'elderly' });
    assert.equal(outcome, 'arrived');
    assert.deepEqual(calls[1][3], { priority: 'elderly' });
  }
  const { outcome } = await scan({ ...waiting, arrived: true, priority: 'elderly', priority_confirmed: true });
  assert.equal(outcome, 'already');
});

test('a ticket that is not waiting here is left alone', async () => {
  const cases = [
    [{ ...waiting, office: 'howon1' }, 'another_office'],
    [{ ...waiting, arrived: true }, 'already'],
    [{ ...waiting, state: 'called' }, 'called'],
    [{ ...waiting, state: 'served' }, 'over'],
    [new Problem({ status: 404, code: 'unknown_ticket' }), 'unknown'],
  ];
  for (const [ticket, expected] of cases) {
    const { outcome, calls } = await scan(ticket);
    assert.equal(outcome, expected);
    assert.equal(calls.length, 1);
  }
});

test('a ticket that moves on between the two is over; no answer is no outcome', async () => {
  assert.equal((await scan(waiting, new Problem({ status: 409, code: 'move_not_allowed' }))).outcome, 'over');
  await assert.rejects(scan(waiting, new Problem({ status: 0, code: 'network' })));
});

test('a kiosk says that nobody calls at the moment, and why', () => {
  const windows = (state) => [{ id: 1, state: 'closed' }, { id: 2, state }];
  assert.equal(leadOf(null), 'lead');
  assert.equal(leadOf({ status: 'lunch', windows: windows('idle') }), 'lead');
  assert.equal(leadOf({ status: 'open', windows: windows('closed') }), 'preparing');
  assert.equal(leadOf({ status: 'lunch', windows: windows('closed') }), 'lunch');
});

test('an office is closed by the hour or the day, never over lunch or before anything is known', () => {
  assert.deepEqual(['closed', 'holiday', 'open', 'lunch'].map((status) => isClosed({ status })), [true, true, false, false]);
  assert.equal(isClosed(null), false);
});

test('texts are as large as fits, and never smaller than the smallest', () => {
  assert.equal(largest([3, 2, 1], (size) => size < 3), 2);
  assert.equal(largest([3, 2, 1], () => false), 1);
});
