/** Whether a text is a regular expression, in the flavour with Unicode. */
export function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}
