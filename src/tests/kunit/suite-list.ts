/** A KUnit suite of a kernel. */
export interface KunitSuite {
  readonly name: string;
  /** Its tests in their order; what a test does with parameters is known once it has run. */
  readonly tests: readonly string[];
  /** Whether its code is in the init section, and gone once the kernel has booted. */
  readonly isInit: boolean;
}

/** Reads what /dev/kunit-suites says: see kernels/drivers/kunit-suites. Suites of one name count as one. */
export function parseSuiteList(text: string): readonly KunitSuite[] {
  const suites = new Map<string, { name: string; tests: string[]; isInit: boolean }>();
  let current: { readonly tests: string[] } | undefined;
  for (const line of text.split('\n')) {
    const [, kind, name] = /^(suite|init|test) (.*)$/u.exec(line) ?? [];
    if (kind === undefined || name === undefined) continue;
    if (kind === 'test') {
      current?.tests.push(name);
      continue;
    }
    const suite = suites.get(name) ?? { name, tests: [], isInit: false };
    suite.isInit ||= kind === 'init';
    suites.set(name, suite);
    current = suite;
  }
  return [...suites.values()];
}
