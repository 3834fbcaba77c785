import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../../../', import.meta.url);
const TOKENS = 'clients/lib/tokens.css';
/** A hex colour or a colour function. An id such as `find('#add')` has a quote before it. */
const COLOUR = /(?<!['"`&(\w])#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(/gi;
const NAMED = /:[^;{]*\b(?:white|black|red|green|blue|yellow|orange|gr[ae]y)\b(?!-)[^;{]*;/gi;

async function files(...kinds) {
  const found = [];
  for (const folder of ['clients', 'display']) {
    for (const name of await readdir(new URL(folder, root), { recursive: true })) {
      const path = `${folder}/${name}`;
      if (kinds.some((kind) => name.endsWith(kind))) found.push([path, await readFile(new URL(path, root), 'utf8')]);
    }
  }
  return found;
}

const withoutComments = (css) => css.replace(/\/\*[\s\S]*?\*\//g, '');

test('no file but the tokens writes a colour', async () => {
  for (const [path, text] of await files('.css', '.js', '.html')) {
    if (path === TOKENS) continue;
    assert.deepEqual(withoutComments(text).match(COLOUR) ?? [], [], path);
    if (path.endsWith('.css')) assert.deepEqual(withoutComments(text).replaceAll(/var\([^)]*\)/g, '').match(NAMED) ?? [], [], path);
  }
});

test('every token that is used is defined', async () => {
  const sheets = await files('.css', '.js');
  const all = sheets.map(([, text]) => withoutComments(text)).join('\n');
  const defined = new Set([...all.matchAll(/(--[\w-]+)(?::|')/g)].map(([, name]) => name));
  for (const [path, text] of sheets) {
    for (const [, name] of text.matchAll(/var\((--[\w-]+)\)/g)) assert.ok(defined.has(name), `${path}: ${name}`);
  }
});

test('a colour of the light and the dark theme is written once, with both of its values', async () => {
  const css = withoutComments(await readFile(new URL(TOKENS, root), 'utf8'));
  const themed = [...css.matchAll(/(--[\w-]+): var\(--if-light, .+\) var\(--if-dark, .+\);/g)].map(([, name]) => name);
  assert.ok(themed.length > 20);
  assert.deepEqual(themed, [...new Set(themed)]);
  assert.equal(css.match(/--if-light/g).length - themed.length, 3);
});
