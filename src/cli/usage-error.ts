import { countOf } from '../util/count-of.ts';
import { anyOf } from './options.ts';

type Groups = Readonly<Record<string, string | undefined>>;

/** What commander says of a command line, without its "error: ", and how kgate says it. */
const SENTENCES: readonly (readonly [theirs: RegExp, ours: (groups: Groups) => string])[] = [
  [
    /^unknown (?<kind>option|command) '(?<name>[^]*?)'(?:\n\(Did you mean (?<near>.*)\?\))?$/u,
    ({ kind, name, near }) => `There is no ${kind} "${name}".${didYouMean(near)}`,
  ],
  [/^missing required argument '(?<name>.+)'$/u, ({ name }) => `Expected an argument: <${name}>.`],
  [/^option '(?<flags>.+)' argument missing$/u, ({ flags }) => `Expected a value: ${flags}.`],
  [/^required option '(?<flags>.+)' not specified$/u, ({ flags }) => `Expected the option ${flags}.`],
  [
    /^option '(?<flags>.+?)' argument '(?<value>[^]*)' is invalid\. (?<why>[^]+)$/u,
    ({ flags = '', value, why = '' }) => `${nameOf(flags)} cannot be "${value}". ${whyNot(why)}`,
  ],
  [
    /^command-argument value '(?<value>[^]*)' is invalid for argument '(?<name>.+?)'\. (?<why>[^]+)$/u,
    ({ name, value, why = '' }) => `<${name}> cannot be "${value}". ${whyNot(why)}`,
  ],
  [
    /^option '(?<one>.+)' cannot be used with option '(?<other>.+)'$/u,
    ({ one = '', other = '' }) => `${nameOf(one)} and ${nameOf(other)} do not go together.`,
  ],
  [
    /^too many arguments.*?\. Expected (?<expected>\d+) arguments? but got \d+: (?<given>[^]*)\.$/u,
    ({ expected, given }) =>
      `Expected ${Number(expected) === 0 ? 'no arguments' : countOf(Number(expected), 'argument')}, found ${given}.`,
  ],
];

/** Says in kgate's words what commander finds wrong with a command line; other text comes back as it is. */
export function usageError(text: string): string {
  const theirs = /^error: (?<problem>[^]*?)\n*$/u.exec(text)?.groups?.['problem'];
  if (theirs === undefined) return text;
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(theirs);
    if (match !== null) return `error: ${sentence(match.groups ?? {})}\n`;
  }
  return text;
}

function didYouMean(near: string | undefined): string {
  if (near === undefined) return '';
  const names = near.replace(/^one of /u, '').split(', ');
  return ` Did you mean ${anyOf(names.map((name) => `"${name}"`))}?`;
}

/** `--jobs` of `-j, --jobs <n>`. */
const nameOf = (flags: string): string => /--[\w-]+/u.exec(flags)?.[0] ?? flags;

function whyNot(why: string): string {
  const choices = /^Allowed choices are (?<names>.+)\.$/u.exec(why)?.groups?.['names'];
  return choices === undefined ? why : `Expected ${anyOf(choices.split(', '))}.`;
}
