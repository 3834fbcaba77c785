/** What the widget reads from the service that it came from: without cookies, from any site's page. */

export const SERVICE = new URL('../../../', import.meta.url);
const SHEETS = ['../lib/tokens.css', '../lib/badges.css', './widget.css'];

/** A foreign page's policy may forbid <style>, but not constructed sheets. */
export async function styleSheets() {
  return Promise.all(SHEETS.map(async (path) => {
    const text = await (await get(new URL(path, import.meta.url))).text();
    return new CSSStyleSheet().replace(text);
  }));
}

/** The service cuts the texts in keys.json out of a language's file, and has them beside this module. */
export async function readLanguage(lang) {
  return (await get(new URL(`lang/${lang}.json`, import.meta.url))).json();
}

/** The same for those of the chart of quiet hours, which are read only when somebody opens it. */
export async function readChartLanguage(lang) {
  return (await get(new URL(`../lib/quiet-hours/lang/${lang}.json`, import.meta.url))).json();
}

export async function readQuietHours({ office }) {
  return (await get(new URL(`api/v1/offices/${encodeURIComponent(office)}/quiet-hours`, SERVICE))).json();
}

export async function readOffices() {
  return (await (await get(new URL('api/v1/offices', SERVICE))).json()).offices;
}

async function get(url) {
  const response = await fetch(url, { credentials: 'omit' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}
