/** What a page keeps in this browser, as JSON. It never fails: where storage is forbidden, nothing is kept. */

/** Something kept in this browser as JSON: null if it isn't there, isn't readable or storage is forbidden. */
export function recall(key, storage = 'localStorage') {
  try {
    return JSON.parse(globalThis[storage].getItem(key));
  } catch {
    return null;
  }
}

/** Keeps `value` in this browser (null: forgets it). Where storage is forbidden nothing is kept. */
export function keep(key, value, storage = 'localStorage') {
  try {
    if (value === null) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, JSON.stringify(value));
  } catch {
    // A private window without storage works all the same, until it is closed.
  }
}
