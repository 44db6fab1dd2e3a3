/** Where kernel code ends its lines; a tab counts as eight. */
const WIDTH = 80;
const TAB = 8;

/** A statement in lines that are short enough, broken behind commas and operators; further lines are indented more. */
export function wrapLine(line: string): string {
  const [indent = ''] = /^\t*/u.exec(line) ?? [];
  const words = line.slice(indent.length).split(' ');
  const lines: string[] = [];
  let current = indent + (words[0] ?? '');
  for (const word of words.slice(1)) {
    if (widthOf(`${current} ${word}`) <= WIDTH) current += ` ${word}`;
    else {
      lines.push(current);
      current = `${indent}\t\t${word}`;
    }
  }
  return [...lines, current].join('\n');
}

const widthOf = (line: string): number => line.replaceAll('\t', ' '.repeat(TAB)).length;

/** Words in lines of a comment. */
export function wrapWords(text: string): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > COMMENT_WIDTH) return [...lines, word];
    return [...lines.slice(0, -1), last === '' ? word : `${last} ${word}`];
  }, []);
}

const COMMENT_WIDTH = 70;
