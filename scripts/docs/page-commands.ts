import type { ShownCommand } from './shown-command.ts';

/** What a line of a block begins with if it is a command, and not what one prints. */
const PROGRAMS =
  /^(?:apt-get|b4|cd|curl|dmesg|gcc|gdb|git|kgate|kgate-node|kcidb-validate|ln|make|man|node|npm|npx|prove|sh|sha256sum|sudo|xargs|\.\/\S+)(?:\s|$)/u;
/** What stands in the middle of a sentence is a command if it can be typed as it is, and not the name of one. */
const SPANS =
  /^(?:npx (?:--no )?kgate .+|npm (?!ci$|pack$|install$).+|kgate [a-z]+ .+|kgate-node .+|npx kgate-node .+|node .+|man -l .+|sudo .+|(?:sha256sum|kcidb-validate|b4 am) .+)$/u;
const SETTINGS = /^(?:[A-Z_]+=(?:\$\([^)]*\)|\S+) )+/u;

/** The commands of a page in Markdown: those of its blocks, of its sentences and tables, and those that a report prints. */
export function commandsOfPage(page: string, text: string): ShownCommand[] {
  const found: ShownCommand[] = [];
  const lines = text.split('\n');
  let fenced = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const where = `${page}:${at + 1}`;
    if (/^\s*```/u.test(line)) fenced = !fenced;
    else if (fenced) found.push(...printedIn(line).map((one) => ({ text: one, where })));
    else if (/^ {4}/u.test(line)) {
      let whole = line.trim();
      while (whole.endsWith('\\')) whole = `${whole.slice(0, -1).trim()} ${(lines[(at += 1)] ?? '').trim()}`;
      const command = withoutRemark(whole.replace(/^\$ /u, ''));
      if (PROGRAMS.test(withoutSettings(command))) found.push({ text: command, where });
    } else found.push(...spansOf(line).map((one) => ({ text: one, where })));
  }
  return found;
}

/** Commands that a report prints for its reader: behind the word "again". */
export function printedIn(line: string): string[] {
  const [, command] = /^\s+again\s+(\S.*)$/u.exec(line) ?? [];
  return command === undefined ? [] : [command];
}

/** A command without what a page says of it behind it: a comment, or prose in a column of its own. */
export function withoutRemark(line: string): string {
  return line.replace(/(?:\s{3,}(?=\S)|\s+# ).*$/u, '').trimEnd();
}

function spansOf(line: string): string[] {
  return [...line.matchAll(/(?<!`)`([^`]+)`(?!`)/gu)]
    .map(([, span = '']) => span.replaceAll(String.raw`\|`, '|'))
    .filter((span) => SPANS.test(withoutSettings(span)) || /\| kgate /u.test(span));
}

const withoutSettings = (command: string): string => command.replace(SETTINGS, '');
