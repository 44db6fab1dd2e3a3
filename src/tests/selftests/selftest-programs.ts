import { basename } from 'node:path';
import type { BuiltCollection } from './build-collection.ts';
import { readRunnerCalls } from './runner-calls.ts';
import { readTimeoutMs } from './settings.ts';
import { setUpOf, type GuestSetUp } from './set-up.ts';

/** A program of a collection, as it is to be executed. */
export interface SelftestProgram {
  /** Unique in the collection: the program's name, and its arguments. */
  readonly name: string;
  readonly words: readonly string[];
  readonly timeoutMs: number;
  readonly guest: GuestSetUp;
  /** Why it cannot be executed. */
  readonly leftOut?: string;
}

/** What a guest has for scripts. */
export interface ScriptInterpreters {
  /** Paths of interpreters. */
  readonly known: ReadonlySet<string>;
  /** Why there are none, if there are none. */
  readonly missing?: string;
}

/** Everything that a collection has to be executed, and everything that it has and cannot be, by the reason. */
export function listSelftests(
  collection: string,
  built: BuiltCollection,
  scripts: ScriptInterpreters,
): readonly SelftestProgram[] {
  const { runner, values, also, guests } = setUpOf(collection);
  const timeoutMs = readTimeoutMs(built.settings);
  const asProgram = (words: readonly string[], category: string, leftOut?: string): SelftestProgram => {
    const name = nameOf(words);
    const reason = leftOut ?? whyNot(programOf(words), built, scripts);
    return {
      name,
      words,
      timeoutMs,
      guest: { ...guests[category], ...guests[basename(programOf(words))] },
      ...(reason === undefined ? {} : { leftOut: reason }),
    };
  };
  const alone = (path: string, leftOut?: string) => asProgram([`./${path}`], '', leftOut);
  const { variables } = built;
  const own = ['TEST_GEN_PROGS', 'TEST_CUSTOM_PROGS', 'TEST_PROGS'].flatMap((name) => variables[name] ?? []);
  const text = runner === undefined ? undefined : built.scripts[runner];
  if (text === undefined) return unique(own.map((path) => alone(path)));
  const { calls, unread } = readRunnerCalls(text, values);
  const called = new Set(calls.map(({ words }) => programOf(words)));
  const others = [...own, ...(variables['TEST_GEN_FILES'] ?? [])].filter(
    (path) => path !== runner && !called.has(path),
  );
  return unique([
    ...calls.map(({ words, category }) => asProgram(words, category)),
    ...unread.map(({ text: call, reason }) => asProgram(call.split(/\s+/u), '', reason)),
    ...others.map((path) => alone(path, also.includes(path) ? undefined : `${runner} does not call it`)),
  ]);
}

/** The file that a call is about: `bash ./test.sh` is about the script. */
function programOf(words: readonly string[]): string {
  const file = words.find((word) => word.startsWith('./')) ?? words[0] ?? '';
  return file.replace(/^\.\//u, '');
}

/** Words joined so that they name a spec. */
function nameOf(words: readonly string[]): string {
  const program = words.findIndex((word) => word.startsWith('./'));
  return words
    .slice(Math.max(0, program))
    .map((word) =>
      word
        .replace(/^\.\//u, '')
        .replaceAll(/[^\w.-]+/gu, '_')
        .replace(/^[-_]+|[-_]+$/gu, ''),
    )
    .filter((word) => word !== '')
    .join('-');
}

function whyNot(
  path: string,
  built: BuiltCollection,
  { known, missing }: ScriptInterpreters,
): string | undefined {
  if (!built.built.includes(path))
    return `a build of ${path}: ${built.failed[path] ?? 'the Makefile does not name it'}`;
  const text = built.scripts[path] ?? '';
  const [, program, argument] = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/u.exec(text) ?? [];
  if (program === undefined) return undefined;
  if (missing !== undefined) return `a shell for ${path}: ${missing}`;
  const interpreter = basename(program) === 'env' && argument !== undefined ? argument : basename(program);
  return known.has(interpreter) ? undefined : `the interpreter ${interpreter} of ${path}`;
}

function unique(programs: readonly SelftestProgram[]): readonly SelftestProgram[] {
  return [...new Map(programs.toReversed().map((one) => [one.name, one])).values()].toReversed();
}
