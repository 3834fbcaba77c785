import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { keysIn } from '../keys.js';

const clients = new URL('../../../clients/', import.meta.url);
const readJson = async (path) => JSON.parse(await readFile(new URL(path, clients), 'utf8'));

/** The text of a module and of all that it imports. */
async function sourcesOf(module, seen = new Map()) {
  if (seen.has(module.href)) return seen;
  const source = await readFile(module, 'utf8');
  seen.set(module.href, source);
  for (const [, path] of source.matchAll(/(?:from|import) '(\.[^']+)'/g)) await sourcesOf(new URL(path, module), seen);
  return seen;
}

test('the widget is given the texts that it uses, and no others', async () => {
  const all = Object.keys(await readJson('lib/lang/ko.json'));
  const sources = await sourcesOf(new URL('widget/element.js', clients));
  assert.ok(sources.size > 5);
  const used = [...sources.values()].flatMap((source) => keysIn(source, all)).flatMap(({ meant }) => meant);
  assert.deepEqual(await readJson('widget/keys.json'), [...new Set(used)].sort());
});
