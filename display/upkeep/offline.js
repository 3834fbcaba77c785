/** Keeps this page's files in the browser, for a start without network. Browsers allow it on HTTPS and on localhost. */

let registered = null;

/** Has the service worker keep the files of the service's present build. Called again, it looks for a newer one. */
export async function keepFiles() {
  if (!navigator.serviceWorker) return;
  try {
    if (registered) await registered.update();
    else registered = await navigator.serviceWorker.register('/display/service-worker.js', { updateViaCache: 'none' });
  } catch (error) {
    // The page works without it, and the next start tries again.
    console.warn(error);
  }
}
