import type { ArchName } from '../../arch/architectures.ts';
import { architectures } from '../../arch/architectures.ts';
import type { CoverageSubject } from '../../coverage/coverage-record.ts';
import type { ConfigValues } from '../../kernel/definition/config-file.ts';
import { buildSymbolsOf, conditionsAt } from './left-out.ts';

/** What advice on an untested series is based on. */
export interface NextStepsInput {
  /** The files that the series changes. */
  readonly paths: readonly string[];
  /** These files in the patched tree, with the lines that the series adds, and the makefiles above them. */
  readonly files: ReadonlyMap<
    string,
    { readonly text: readonly string[]; readonly added: readonly number[] }
  >;
  /** Config symbols that the series defines. */
  readonly symbols: ReadonlySet<string>;
  /** The patched kernels' configurations. */
  readonly configs: ReadonlyMap<ArchName, ConfigValues>;
  readonly coverage: CoverageSubject | undefined;
  /** Whether the command selected only part of the suite. */
  readonly filtered: boolean;
  /** Collections of selftests that MAINTAINERS lists for the files that the series changes. */
  readonly collections: readonly string[];
}

/** What to do to get a series tested, one sentence each. */
export function nextSteps(input: NextStepsInput): readonly string[] {
  const { paths } = input;
  const steps = [
    ...symbolSteps(paths, input),
    ...paths.flatMap((path) => archStep(path, input)),
    ...notBuilt(paths),
    ...(input.coverage === undefined || input.coverage.files.length === 0 ? [] : caseSteps(input)),
  ];
  return [...new Set(steps)];
}

/** Symbols that leave code out: of the series, of a makefile, and of `#if`s around added lines. */
function symbolSteps(paths: readonly string[], { files, symbols, configs }: NextStepsInput): string[] {
  const textOf = (path: string) => files.get(path)?.text;
  const isUnset = (symbol: string) => [...configs.values()].every((config) => !isSet(config.get(symbol)));
  const needed = paths.flatMap((path) => [
    ...buildSymbolsOf(path, textOf).map((symbol) => ({ symbol, what: path })),
    ...(files.get(path)?.added ?? []).flatMap((line) =>
      conditionsAt(textOf(path) ?? [], line).map((symbol) => ({ symbol, what: `code in ${path}` })),
    ),
  ]);
  const own = [...symbols].map((symbol) => ({ symbol, what: 'what the series adds below it' }));
  const missing = new Map(
    [...own, ...needed].filter(({ symbol }) => isUnset(symbol)).map((one) => [one.symbol, one.what]),
  );
  return [...missing].map(
    ([symbol, what]) =>
      `CONFIG_${symbol} is not set, which leaves out ${what}: gate it with --config FILE, where FILE says CONFIG_${symbol}=y.`,
  );
}

const isSet = (value: string | undefined): boolean => value === 'y' || value === 'm';

function archStep(path: string, { configs }: NextStepsInput): string[] {
  const [, folder] = /^arch\/([^/]+)\//u.exec(path) ?? [];
  if (folder === undefined) return [];
  const known = Object.values(architectures).find(({ kernel }) => kernel.sourceArch === folder);
  if (known === undefined) return [`${path} is built for ${folder} alone, which kgate does not boot.`];
  return configs.has(known.name)
    ? []
    : [`${path} is built for ${known.name} alone: gate it with --arch ${known.name}.`];
}

/** Folders of a kernel tree that contribute nothing to a kernel. */
const NO_KERNEL =
  /^(?:Documentation|LICENSES|samples|scripts|tools|usr)\/|^(?:MAINTAINERS|CREDITS|COPYING|README|\.\w+)$|\.(?:rst|txt|md)$/u;

function notBuilt(paths: readonly string[]): string[] {
  const outside = paths.filter((path) => NO_KERNEL.test(path));
  if (outside.length === 0 || outside.length < paths.length) return [];
  const tests = outside.find((path) => path.startsWith('tools/testing/'));
  return tests === undefined
    ? [`${outside[0] ?? ''} is not part of a kernel: there is nothing to execute.`]
    : [`${tests} belongs to a test collection: run that collection on a kernel.`];
}

const SHOWN = 3;

const listFunctions = (names: readonly string[]): string =>
  `${names
    .slice(0, SHOWN)
    .map((name) => `${name}()`)
    .join(', ')}${names.length > SHOWN ? ' and others' : ''}`;

function caseSteps({ coverage, filtered, collections }: NextStepsInput): string[] {
  const functions = [
    ...new Set(
      (coverage?.files ?? []).flatMap(({ never, removed = [] }) =>
        [...never, ...removed].flatMap((one) => one.function ?? []),
      ),
    ),
  ];
  const what = functions.length === 0 ? 'these lines' : listFunctions(functions);
  return [
    ...(filtered ? ['Only part of the suite was run: gate it with all specs.'] : []),
    collections.length === 0
      ? `Write a case that reaches ${what}.`
      : `Write a case that reaches ${what}, or gate it with the kernel’s own ${collections.map((name) => `selftests/${name}`).join(' and ')}.`,
  ];
}
