/** The dialog sheet, `<dialog class="sheet">` with a `<form method="dialog">`: a question, answered with one of its buttons. */

/** What ends the question that a sheet asks. */
const asking = new WeakMap();

/**
 * Opens a sheet and waits until it is closed.
 *
 * @param {HTMLDialogElement} sheet
 * @returns {Promise<string>} the value of the button that was pressed; '' where it was closed in another way
 */
export function ask(sheet) {
  asking.get(sheet)?.('');
  sheet.returnValue = '';
  sheet.showModal();
  return new Promise((resolve) => {
    asking.set(sheet, resolve);
    const closed = () => {
      // A browser tells late that a sheet was closed: by then it may ask the next question.
      if (sheet.open) return;
      sheet.removeEventListener('close', closed);
      resolve(sheet.returnValue);
    };
    sheet.addEventListener('close', closed);
  });
}
