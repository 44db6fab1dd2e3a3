/** What the kernel's own runner allows a test that says nothing about it. */
const DEFAULT_SECONDS = 45;
/** For a collection that wants no limit at all: something has to end a program that hangs. */
const LONGEST_SECONDS = 600;

/** How long a test of a collection may take, by the collection's file `settings`; its text is empty where there is none. */
export function readTimeoutMs(settings: string): number {
  const given = [...settings.matchAll(/^timeout=(\d+)\s*$/gmu)].at(-1)?.[1];
  const seconds = given === undefined ? DEFAULT_SECONDS : Number(given);
  return (seconds === 0 ? LONGEST_SECONDS : seconds) * 1_000;
}
