import { join } from 'node:path';
import { z } from 'zod';
import { findFunctions } from '../../coverage/lines/function-names.ts';
import { countedCaseKey } from '../../coverage/counting-backend.ts';
import type { ReachedFile } from '../../coverage/reached-lines.ts';
import { readJsonFile, writeJsonFile } from '../../kernel/tools/json-file.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { Spec } from '../../spec/spec.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf } from '../../store/digest.ts';

/** Raised when what older versions remember can no longer be used. */
const FORMAT = 1;
/** The part of the cache that it is in. */
const FOLDER = 'reach';

const knowledge = z.record(
  z.string(),
  z.strictObject({
    /** The specs that executed the function. */
    reached: z.array(z.string()),
    /** All specs that were tried, with a digest of their cases: one that has changed may reach it now. */
    tried: z.record(z.string(), z.string()),
  }),
);

/** What gates with the whole suite have found out about a source file, by function. */
export type KnownReach = z.infer<typeof knowledge>;

/** What a gate with the whole suite executed. */
export interface ReachOfSuite {
  /** The project's root: names of specs mean something only there. */
  readonly root: string;
  readonly specs: readonly Spec[];
  readonly plan: readonly PlannedCase[];
  /** Which cases ran which added line, on each architecture. */
  readonly reached: readonly ReachedFile[];
}

/** Remembers which specs execute the functions that a series adds lines to, for the next version of the series. */
export async function rememberReach({ root, specs, plan, reached }: ReachOfSuite): Promise<void> {
  const specOf = new Map(plan.map((one) => [countedCaseKey(one), one.spec]));
  const names = new Set(plan.map(({ spec }) => spec));
  const tried = Object.fromEntries(
    specs.filter(({ name }) => names.has(name)).map((spec) => [spec.name, digestOfCases(spec)]),
  );
  for (const [path, files] of Map.groupBy(reached, (file) => file.path)) {
    const found = new Map<string, Set<string>>();
    for (const { text, lines } of files) {
      const functionAt = findFunctions(text);
      for (const { line, cases } of lines) {
        const name = functionAt(line);
        if (name === undefined) continue;
        const of = found.get(name) ?? new Set();
        found.set(name, of);
        for (const key of cases) of.add(specOf.get(key) ?? key);
      }
    }
    const functions = [...found].map(([name, of]) => [name, { reached: [...of].toSorted(), tried }] as const);
    const file = fileOf(root, path);
    await writeJsonFile(file, { ...(await readJsonFile(file, knowledge)), ...Object.fromEntries(functions) });
  }
}

/** What is known about a source file. */
export async function recallReach(root: string, path: string): Promise<KnownReach> {
  return (await readJsonFile(fileOf(root, path), knowledge)) ?? {};
}

/**
 * The specs of a project that may execute a function: those that did, and those that were not tried as they are now. If
 * nothing is known about the function, undefined.
 */
export function specsReaching(
  name: string,
  known: KnownReach,
  specs: readonly Spec[],
): readonly string[] | undefined {
  const about = known[name];
  if (about === undefined) return undefined;
  const reached = new Set(about.reached);
  return specs
    .filter((spec) => reached.has(spec.name) || about.tried[spec.name] !== digestOfCases(spec))
    .map((spec) => spec.name);
}

const fileOf = (root: string, path: string): string =>
  join(cacheFolder(FOLDER), `${digestOf([FORMAT, root, path])}.json`);

const digestOfCases = ({ program, shape, cases }: Spec): string =>
  digestOf([program, shape, cases.map(({ name, requires }) => [name, requires])]);
