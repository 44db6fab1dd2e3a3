import { UsageError } from '../../errors.ts';

/** A value that a config fragment asks for. */
export interface ConfigRequest {
  /** Without `CONFIG_`. */
  readonly symbol: string;
  /** As it stands in a `.config`: `y`, `n`, a number, a string in quotes. */
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** Values of a `.config` by symbol, without `CONFIG_`. What is not there is `n`. */
export type ConfigValues = ReadonlyMap<string, string>;

const SET = /^CONFIG_(\w+)=(.+)$/u;
const NOT_SET = /^# CONFIG_(\w+) is not set$/u;

/** Parses a final `.config`. */
export function parseConfig(text: string): ConfigValues {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = SET.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], match[2]);
  }
  return values;
}

/** Parses a config fragment. Throws a UsageError with every line that neither sets a symbol nor is a comment. */
export function parseFragment(text: string, file: string): ConfigRequest[] {
  const requests: ConfigRequest[] = [];
  const wrong: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trimEnd();
    const line = index + 1;
    const [, symbol, value] = SET.exec(content) ?? [];
    const unset = NOT_SET.exec(content)?.[1];
    if (symbol !== undefined && value !== undefined) requests.push({ symbol, value, file, line });
    else if (unset !== undefined) requests.push({ symbol: unset, value: 'n', file, line });
    else if (content !== '' && !isComment(content)) wrong.push(`${file}:${line}: ${content}`);
  }
  if (wrong.length > 0) {
    throw new UsageError(`Not every line of the config fragment ${file} can be understood.`, {
      code: 'KERNEL_FRAGMENT_INVALID',
      hint: 'Write CONFIG_NAME=value, or "# CONFIG_NAME is not set", or a comment that begins with #.',
      detail: wrong.join('\n'),
    });
  }
  return requests;
}

/** What is left when later requests for a symbol replace earlier ones, as merge_config.sh has it; in their order. */
export function effectiveRequests(requests: readonly ConfigRequest[]): ConfigRequest[] {
  const last = new Map(requests.map((request) => [request.symbol, request]));
  return requests.filter((request) => last.get(request.symbol) === request);
}

/** A misspelt "is not set" would otherwise pass for a comment. */
function isComment(line: string): boolean {
  return line.startsWith('#') && !/^#\s*CONFIG_\w+\s*(?:=|is\b|not\b)/u.test(line);
}
