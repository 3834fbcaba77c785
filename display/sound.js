/** The sound of a lobby: a speaker, and what there is to say of it: that it wants a touch, or has no voice. */

import { askForSound } from '../clients/lib/voice/sound-question.js';
import { Speaker } from '../clients/lib/voice/speaker.js';
import { settingsOf } from './settings.js';

const byId = (id) => document.getElementById(id);

/** Starts the speaker, and shows its state in the page's languages. */
export function startSound(words) {
  const speaker = new Speaker();
  sayOfSound(words);
  askForSound(speaker, byId('sound'));
  const show = () => {
    byId('voice-missing').hidden = speaker.state !== 'missing';
  };
  speaker.addEventListener('change', show);
  show();
  return speaker;
}

/** In the languages that the page speaks now. */
export function sayOfSound(words) {
  words.say(byId('sound'), 'display.sound');
  words.say(byId('voice-missing'), 'display.voice_missing');
}

/** How the office of a board wants to be heard, as of `Speaker.use`. */
export function soundOf(board) {
  const { voice, volume, quiet_hours: quietHours } = settingsOf(board);
  return { languages: voice, volume, quietHours };
}
