/** The dialog in which the office's staff write notices, and set how its screens speak and show. */

import { find } from '../../lib/dom.js';
import { LobbyPanel } from './lobby-panel.js';
import { NoticesPanel } from './notices-panel.js';

export class OfficeDialog {
  #dialog = find('#office-dialog');
  #notices;
  #lobby;

  /** @param {() => void} onSignedOut the session is over */
  constructor(onSignedOut) {
    const leave = () => {
      this.close();
      onSignedOut();
    };
    this.#notices = new NoticesPanel(leave);
    this.#lobby = new LobbyPanel(leave);
    find('#office-dialog-close').addEventListener('click', () => this.close());
  }

  /** @param {object} office Office; `board`: its Board, or null while none has come */
  open(office, board) {
    if (!board) return;
    this.#notices.open(office, board);
    this.#lobby.open(office, board);
    this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }

  /** Takes a newer board. */
  hear(board) {
    if (this.#dialog.open) this.#notices.hear(board);
  }

  /** Draws again, for another language. */
  draw() {
    if (!this.#dialog.open) return;
    this.#notices.draw();
    this.#lobby.draw();
  }
}
