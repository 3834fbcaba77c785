/** The one question about sound: browsers keep a page silent until somebody has touched it. */

import { keep, recall } from '../storage.js';

const ANSWERED = 'sunbeon.sound-allowed';

/**
 * Shows `button` for as long as the browser keeps the speaker silent; any touch or key of the page answers it. The
 * answer is remembered in this browser: `data-asked` is "never" where nobody has answered yet, and the button should
 * be seen from afar, and "before" where it is only a reminder.
 *
 * @param {Speaker} speaker
 * @param {HTMLButtonElement} button
 */
export function askForSound(speaker, button, page = document) {
  const show = () => {
    button.hidden = speaker.state !== 'blocked';
    button.dataset.asked = recall(ANSWERED) ? 'before' : 'never';
  };
  const answer = () => {
    if (speaker.state !== 'blocked') return;
    keep(ANSWERED, true);
    speaker.unblock();
  };
  page.addEventListener('click', answer);
  page.addEventListener('keydown', answer);
  speaker.addEventListener('change', show);
  show();
}
