/** The browser's storages, for code that keeps something in them. */

class Storage {
  #kept = new Map();

  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.#kept.set(key, value);
  }

  removeItem(key) {
    this.#kept.delete(key);
  }
}

/** Empty storages, as in a browser that was never here. */
export function emptyStorages() {
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(globalThis, name, { value: new Storage(), configurable: true });
  }
}
