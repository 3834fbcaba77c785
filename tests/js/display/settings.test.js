import assert from 'node:assert/strict';
import { test } from 'node:test';

import { remark } from '../../../display/lists.js';
import { settingsOf } from '../../../display/settings.js';
import { Words } from '../../../display/words.js';

test('what a board does not say of its lobby is as the defaults have it', () => {
  const defaults = { languages: ['ko', 'en'], voice: ['ko'], volume: 80, quiet_hours: [], qr: true, nearby: true };
  assert.deepEqual(settingsOf({}), defaults);
  assert.deepEqual(settingsOf({ lobby: { voice: ['ko', 'en'], qr: false } }).voice, ['ko', 'en']);
});

test('a counter says why it is paused, that it is full, and how many it still takes', () => {
  const words = { t: (key, { count = '' } = {}) => key + count, name: ({ ko }) => ko };
  const said = (counter) => remark(counter)?.text(words) ?? null;
  assert.equal(said({ ticketing: 'open' }), null);
  assert.equal(said({ ticketing: 'open', left: null }), null);
  assert.equal(said({ ticketing: 'open', left: 0 }), 'display.left0');
  assert.equal(said({ ticketing: 'open', left: 8 }), 'display.left8');
  assert.equal(said({ ticketing: 'full', left: 0 }), 'display.ticketing.full');
  assert.equal(said({ ticketing: 'paused' }), 'display.ticketing.paused');
  assert.equal(said({ ticketing: 'paused', paused_for: { ko: '전산 장애', en: 'Computers down' } }), '전산 장애');
});

/** Words of made-up languages; there is no file for "xx". */
const create = () => ({
  async load(lang) {
    this.lang = lang === 'xx' ? 'en' : lang;
  },
});

test('two languages share the two lines, and take turns where there is one', async () => {
  const words = new Words(create);
  assert.equal(await words.use(['ko', 'en']), true);
  assert.equal(await words.use(['ko', 'en']), false);
  assert.deepEqual([1, 2, 3].map(() => words.next()), [{ second: 2, turn: 1 }, { second: 2, turn: 2 }, { second: 2, turn: 1 }]);
});

test('of more languages the first one stays, and the others take turns below it', async () => {
  const words = new Words(create);
  await words.use(['ko', 'en', 'zh', 'vi']);
  assert.deepEqual([1, 2, 3, 4].map(() => words.next().second), [2, 3, 4, 2]);
});

test('a language without a file is shown once, as the one that stands in for it', async () => {
  const words = new Words(create);
  await words.use(['ko', 'xx', 'en']);
  assert.deepEqual(words.all.map(({ lang }) => lang), ['ko', 'en']);
});
