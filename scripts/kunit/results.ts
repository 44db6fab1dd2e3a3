import { z } from 'zod';
import type { RunRecord } from '../../src/run/record/record.ts';
import { flattenKtap } from '../../src/tests/ktap/flatten-ktap.ts';
import { parseKtap } from '../../src/tests/ktap/parse-ktap.ts';
import { cutSuites } from '../../src/tests/kunit/cut-suites.ts';

/** How each test ended, by `suite/test` or `suite/test/parameter`. */
export type Results = ReadonlyMap<string, string>;

const STATUSES: Readonly<Record<string, string>> = {
  PASS: 'passed',
  SKIP: 'skipped',
  FAIL: 'failed',
  ERROR: 'crashed',
};

interface Group {
  readonly name: string;
  readonly sub_groups: readonly Group[];
  readonly test_cases: readonly { readonly name: string; readonly status: string }[];
}

const group: z.ZodType<Group> = z.object({
  name: z.string(),
  get sub_groups() {
    return z.array(group);
  },
  test_cases: z.array(z.object({ name: z.string(), status: z.string() })),
});

/** What `kunit.py parse --json` says. */
export function resultsOfKunitPy(json: string): Results {
  const found = new Map<string, string>();
  const add = ({ name, sub_groups, test_cases }: Group, above: string): void => {
    const path = `${above}${name}/`;
    for (const inner of sub_groups) add(inner, path);
    for (const one of test_cases)
      put(found, `${path}${one.name}`, STATUSES[one.status] ?? `unknown status ${one.status}`);
  };
  const whole = group.parse(JSON.parse(json));
  for (const suite of whole.sub_groups) add(suite, '');
  // Suites without tests.
  for (const { name, status } of whole.test_cases) put(found, name, STATUSES[status] ?? status);
  return found;
}

/** What kgate says of a log of all suites. */
export function resultsOfLog(log: string): Results {
  const found = new Map<string, string>();
  for (const { text } of cutSuites(log))
    for (const { name, test } of flattenKtap(parseKtap(text).tests)) put(found, name, test.status);
  return found;
}

/** What kgate says of suites that each ran in a guest of its own. */
export function resultsOfRun({ cases }: RunRecord): Results {
  const found = new Map<string, string>();
  for (const { program, about, of, outcome } of cases)
    if (of !== undefined) put(found, `${program.replace(/^KUnit suite /u, '')}/${about}`, outcome);
  return found;
}

/** Tests of one name are counted, as KTAP does not forbid them. */
function put(found: Map<string, string>, name: string, status: string): void {
  let unique = name;
  for (let times = 2; found.has(unique); times += 1) unique = `${name} #${times}`;
  found.set(unique, status);
}

/** Tests about which two readers disagree, one line each. */
export function differences(
  [first, one]: readonly [string, Results],
  [second, other]: readonly [string, Results],
): readonly string[] {
  const names = [...new Set([...one.keys(), ...other.keys()])].toSorted();
  return names
    .filter((name) => one.get(name) !== other.get(name))
    .map(
      (name) => `${name}: ${first} ${one.get(name) ?? 'absent'}, ${second} ${other.get(name) ?? 'absent'}`,
    );
}
