/** The dialog sheet, `<dialog class="sheet">` with a `<form method="dialog">`: a question, answered with one of its buttons. */

/**
 * Opens a sheet and waits until it is closed.
 *
 * @param {HTMLDialogElement} sheet
 * @returns {Promise<string>} the value of the button that was pressed; '' where it was closed in another way
 */
export function ask(sheet) {
  sheet.returnValue = '';
  sheet.showModal();
  return new Promise((resolve) => {
    sheet.addEventListener('close', () => resolve(sheet.returnValue), { once: true });
  });
}
