/** What of the kiosk's screen is read aloud: texts as somebody hears them who does not see it. */

const TEXTS = 'h1, h2, p, dt, dd, figcaption';
/** Their texts are read when they have the focus. */
const CONTROLS = 'button, input, a[href]';

/** The text of an element that is shown, with what is there for screen readers, without what is hidden from them. */
export function textOf(element) {
  if (element.nodeType === Node.TEXT_NODE) return element.data;
  if (element.nodeType !== Node.ELEMENT_NODE) return '';
  if (element.hidden || element.getAttribute('aria-hidden') === 'true' || element.matches(CONTROLS)) return '';
  return [...element.childNodes].map(textOf).join(' ').replace(/\s+/g, ' ').trim();
}

/** All texts of a view or a dialog, one sentence each. */
export function textsOf(view) {
  const shown = [...view.querySelectorAll(TEXTS)].filter((element) => element.closest('[hidden]') === null);
  return sentences(shown.map(textOf));
}

/** A control's name and its state, as it is read when it has the focus. */
export function nameOf(control) {
  const label = control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? heardText(control);
  return label.replace(/\s+/g, ' ').trim();
}

/** Texts as one that can be spoken: each ends in a pause. */
export function sentences(texts) {
  return texts
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => (/[.?!。？！:]$/.test(text) ? text : `${text}.`))
    .join(' ');
}

const CLOCK = /\b(\d{1,2}):(\d\d)\b/g;
const PERCENT = /(\d+)\s?%/g;

/** A text in words that a voice has: its times of day and percentages. @param {I18n} words */
export function inWords(text, { t }) {
  const clock = (_, hour, minute) =>
    Number(minute) === 0
      ? t('kiosk.reading.clock', { hour: Number(hour) })
      : t('kiosk.reading.clock_minutes', { hour: Number(hour), minute: Number(minute) });
  return text.replace(CLOCK, clock).replace(PERCENT, (_, percent) => t('kiosk.reading.percent', { percent }));
}

/** The parts of a button, with a pause between: a counter's name, how many wait, and how long. */
function heardText(control) {
  return partsOf(control).map((part) => part.trim()).filter(Boolean).join(', ');
}

function partsOf(element) {
  if (element.hidden || element.getAttribute('aria-hidden') === 'true') return [];
  return element.children.length ? [...element.children].flatMap(partsOf) : [element.textContent];
}
