/** What a task says of itself when it ends, in the middle of what others report. */
const ASIDE = /^\S.* \(\d+\) used greatest stack depth: \d+ bytes left$/u;

/** Whether a message has nothing to do with a report that it stands in, whichever that is. */
export function isAside(text: string): boolean {
  return text.endsWith(' bytes left') && ASIDE.test(text);
}
