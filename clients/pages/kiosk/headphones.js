/** Headphones: tells when somebody plugs them in, or pulls them out. */

/**
 * Calls `onPlugged` or `onPulled` when this device has got or lost an audio output.
 *
 * A browser names its outputs only to pages that may use a microphone (for a kiosk: Chromium's policy
 * AudioCaptureAllowedUrls). Where it does not, any change counts as headphones that were plugged in.
 *
 * @param {MediaDevices|undefined} devices `navigator.mediaDevices`, which plain HTTP pages don't have
 */
export async function watchHeadphones(devices, { onPlugged, onPulled }) {
  if (!devices) return;
  const outputs = async () => (await devices.enumerateDevices()).filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId);
  let before = (await outputs()).length;
  devices.addEventListener('devicechange', async () => {
    const now = (await outputs()).length;
    if (now < before) onPulled();
    else if (now > before || now === 0) onPlugged();
    before = now;
  });
}
