/** What stands in for a word that a page leaves to its reader. The longest come first. */
export const STAND_INS: readonly (readonly [word: RegExp, standIn: string])[] = [
  [
    /^kgate bisect SERIES$|^npx kgate bisect$/u,
    'kgate bisect v3.mbox --base linux-6.12 --case mremap/range_beyond_mapping',
  ],
  [/^kgate prove REPRO\.c$/u, 'kgate prove repro.c --series fix.mbox --base linux-6.12 --arch x86_64'],
  [/ \[.*\]$/u, ''],
  // The mails of docs/examples, which no archive has.
  [/\b\d{14}\.4242-0-kgate@example\.org\b/u, '~/mail/mremap-v3.mbox'],
  // The series that has a base without naming one.
  [/\bSERIES\b/u, 'kernels/series/process-vm-mmap/6.12'],
  [/\bFILE…/u, 'console.log'],
  [/\bmerge RUN…/u, 'merge shards/*'],
  [/\breport RUN\b/u, 'report latest'],
  [/\bCOMMAND\b/u, 'uname -r'],
  [/\bwatch BRANCH\b/u, 'watch topic --tree ~/linux'],
  // The gate that was run while this was prepared.
  [/\b20261123-080712-k3x9\b/u, '"$GATE"'],
  [/--kernel ID\b/u, '--kernel linux-6.12'],
  [/\bstart BAD GOOD\b/u, 'start topic v6.12'],
];

/** Words that only stand for something: a command that still has one of them cannot be executed. */
export const PLACEHOLDER = /…|\b(?!HEAD\b)[A-Z]{2,}\b(?![=-])/u;

/** A command with everything in it that stands for something else replaced. */
export function standIn(command: string): string {
  let made = command;
  for (const [word, by] of STAND_INS) made = made.replace(word, by);
  return made;
}
