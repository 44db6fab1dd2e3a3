import { UsageError } from '../../errors.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A value that a config fragment asks for. */
export interface ConfigRequest {
  /** Without `CONFIG_`. */
  readonly symbol: string;
  /** As written in a `.config`: `y`, `n`, a number, a string in quotes. */
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** How binding the request is, if not simply needed; see MODES. */
  readonly mode?: 'wanted' | 'wanted-if-known' | 'needed-if-known';
}

/** Values of a `.config` by symbol, without `CONFIG_`. A missing symbol is `n`. */
export type ConfigValues = ReadonlyMap<string, string>;

const SET = /^CONFIG_(\w+)=(.+)$/u;
const NOT_SET = /^# CONFIG_(\w+) is not set$/u;

/**
 * Comments that say how binding the lines after them are: a need has to take effect; a want is left out where a tree
 * cannot have it. "If known" is for symbols that only some releases have, including each name of a renamed one: it is
 * ignored in trees without the symbol. By default a fragment needs everything.
 */
const MODES: Readonly<Record<string, ConfigRequest['mode']>> = {
  '# kgate: needs': undefined,
  '# kgate: needs, if known': 'needed-if-known',
  '# kgate: wants': 'wanted',
  '# kgate: wants, if known': 'wanted-if-known',
};

/** Parses a final `.config`. */
export function parseConfig(text: string): ConfigValues {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = SET.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], match[2]);
  }
  return values;
}

/** Parses a config fragment. Throws a UsageError with every line that is neither a request nor a comment. */
export function parseFragment(text: string, file: string): ConfigRequest[] {
  const requests: ConfigRequest[] = [];
  const wrong: string[] = [];
  let mode: ConfigRequest['mode'];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trimEnd();
    if (content in MODES) mode = MODES[content];
    else if (content !== '' && !isComment(content)) {
      const request = parseRequest(content);
      if (request === undefined) wrong.push(`${file}:${index + 1}: ${content}`);
      else requests.push({ ...request, file, line: index + 1, ...withoutUndefined({ mode }) });
    }
  }
  if (wrong.length > 0) {
    throw new UsageError(`The config fragment ${file} has malformed lines.`, {
      code: 'KERNEL_FRAGMENT_INVALID',
      hint: 'Write CONFIG_NAME=value, or "# CONFIG_NAME is not set", or a comment that begins with #.',
      detail: wrong.join('\n'),
    });
  }
  refuseModules(requests);
  return requests;
}

function parseRequest(line: string): Pick<ConfigRequest, 'symbol' | 'value'> | undefined {
  const [, symbol, value] = SET.exec(line) ?? [];
  if (symbol !== undefined && value !== undefined) return { symbol, value };
  const unset = NOT_SET.exec(line)?.[1];
  return unset === undefined ? undefined : { symbol: unset, value: 'n' };
}

/** A module would be built but never loaded: a guest has only kgate's own programs. */
function refuseModules(requests: readonly ConfigRequest[]): void {
  const modules = requests.filter(({ value }) => value === 'm');
  if (modules.length === 0) return;
  throw new UsageError('Guests load no modules, so a fragment cannot ask for one.', {
    code: 'KERNEL_FRAGMENT_MODULE',
    hint: 'Write =y to build it into the kernel.',
    detail: modules.map(({ file, line, symbol }) => `${file}:${line}: CONFIG_${symbol}=m`).join('\n'),
  });
}

/** Lets later requests for a symbol replace earlier ones, as merge_config.sh does, and keeps their order. */
export function effectiveRequests(requests: readonly ConfigRequest[]): ConfigRequest[] {
  const last = new Map(requests.map((request) => [request.symbol, request]));
  return requests.filter((request) => last.get(request.symbol) === request);
}

/** A whole `.config` without its modules, which guests could not load. */
export function withoutModules(config: string): string {
  return config.replaceAll(/^CONFIG_(\w+)=m$/gmu, '# CONFIG_$1 is not set');
}

/** A misspelt "is not set" would otherwise pass for a comment. */
function isComment(line: string): boolean {
  return line.startsWith('#') && !/^#\s*(?:CONFIG_\w+\s*(?:=|is\b|not\b)|kgate:)/u.test(line);
}
