/** The words of kgate's part of a command, as a shell takes them: without what is before it, a pipe, a redirection. */
export function kgateWords(command: string): readonly string[] | undefined {
  const [, own] = /(?:^|[|&] |(?:run|KGATE_\S+) |npx (?:--no )?)kgate (?!-)(.*)$/u.exec(command) ?? [];
  if (own === undefined) return undefined;
  const [arguments_ = ''] = own.split(/\s(?:\||>|<|&&)/u);
  return [...arguments_.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)]
    .map(([, single, double, plain]) => single ?? double ?? plain ?? '')
    .filter((word) => !isOptionalPart(word));
}

/** What in a synopsis stands for something else, and may be left out: `[specs…]`. */
const isOptionalPart = (word: string): boolean => /^\[|\]$|…/u.test(word);
