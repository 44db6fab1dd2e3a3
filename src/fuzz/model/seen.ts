/** Contents of a page that no write makes, as the executor reports them. */
export const TORN = 0xffff;
export const BUS = 0xfffe;
export const FAULT = 0xfffd;
export const FOREIGN = 0xfffc;
/** The page was not looked at: the process may not read it. */
export const UNREAD = 0xfffb;

const WORDS: Readonly<Record<number, string>> = {
  [TORN]: 'words that differ within the page',
  [BUS]: 'SIGBUS',
  [FAULT]: 'SIGSEGV',
  [FOREIGN]: 'the value of another program',
};

/** A page's content in words, such as `0x203`. */
export function describeSeen(seen: number): string {
  return WORDS[seen] ?? (seen === 0 ? '0' : `0x${seen.toString(16)}`);
}
