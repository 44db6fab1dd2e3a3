import { matchesGlob, relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Spec, SpecCase } from '../../spec/spec.ts';
import { suggest } from '../../util/closest.ts';
import type { SelectedSpec } from './plan.ts';

/** The wanted specs and cases. An empty list means all. */
export interface CaseFilter {
  /** Names, globs of names, or paths of spec files and of folders of them. */
  readonly specs: readonly string[];
  /** Names or globs of names; with a spec in front, `spec/case`, only that spec's. */
  readonly cases: readonly string[];
  readonly tags: readonly string[];
}

/**
 * Picks the wanted cases. Throws UsageError for a pattern that selects nothing: a run that tests less than requested
 * must not look like one that passed.
 */
export function selectCases(specs: readonly Spec[], filter: CaseFilter): readonly SelectedSpec[] {
  requireMatches(filter.specs, 'spec', specs, matchesSpec, ({ name }) => name);
  const wanted = specs.filter((spec) => matchesAny(filter.specs, spec, matchesSpec));

  const cases = wanted.flatMap((spec) => spec.cases.map((one) => ({ spec, one })));
  requireMatches(filter.cases, 'case', cases, matcherOf(filter), nameLike);
  const tags = cases.flatMap(({ one }) => one.tags);
  requireMatches(filter.tags, 'tag', tags, matchesText, (tag) => tag);

  const selected = wanted
    .map((spec) => ({
      spec,
      cases: spec.cases
        .filter((one) => isWanted({ spec, one }, filter))
        .map((one) => withTests({ spec, one }, filter.cases)),
    }))
    .filter((one) => one.cases.length > 0);
  if (selected.length === 0) {
    throw new UsageError('No case matches all of the filters.', {
      code: 'RUN_EMPTY',
      hint: 'Each filter alone selects some; "kgate list --tags" shows specs, cases and tags.',
    });
  }
  return selected;
}

type Matches<Item> = (pattern: string, item: Item) => boolean;

const matchesText: Matches<string> = (pattern, text) => pattern === text || matchesGlob(text, pattern);
/** A case and its spec. */
interface Candidate {
  readonly spec: Spec;
  readonly one: SpecCase;
}

const matchesCase: Matches<Candidate> = (pattern, { spec, one }) => {
  const { ofSpec, name } = splitPattern(pattern);
  return (ofSpec === undefined || matchesText(ofSpec, spec.name)) && matchesText(name, one.name);
};

/** What the patterns of a filter match: cases, and programs that may report what is meant. */
function matcherOf({ specs }: CaseFilter): Matches<Candidate> {
  return (pattern, candidate) =>
    matchesCase(pattern, candidate) || mayReport(pattern, candidate, specs.length > 0);
}

/** Names of cases have no slash, but those of specs may. */
function splitPattern(pattern: string): { readonly ofSpec: string | undefined; readonly name: string } {
  const slash = pattern.lastIndexOf('/');
  return {
    ofSpec: slash === -1 ? undefined : pattern.slice(0, slash),
    name: pattern.slice(slash + 1),
  };
}

/**
 * Whether a program may report a test of this name: which ones it has is known once it has run. A pattern without a spec
 * is only tried on specs that were named, as it would otherwise match every such program.
 */
function mayReport(pattern: string, { spec }: Candidate, ofSpecs: boolean): boolean {
  const { ofSpec } = splitPattern(pattern);
  if (spec.command === undefined || spec.command.protocol === 'exit') return false;
  return ofSpec === undefined ? ofSpecs : matchesText(ofSpec, spec.name);
}

/** The case of a program with the names of the tests that are wanted of it, where not all are. */
function withTests(candidate: Candidate, patterns: readonly string[]): SpecCase {
  const { one } = candidate;
  if (candidate.spec.command === undefined || matchesAny(patterns, candidate, matchesCase)) return one;
  const only = patterns.filter((pattern) => mayReport(pattern, candidate, true));
  return { ...one, only: only.map((pattern) => splitPattern(pattern).name) };
}

/** A case's name in the form of a pattern. */
const nameLike = ({ spec, one }: Candidate, pattern: string): string =>
  pattern.includes('/') ? `${spec.name}/${one.name}` : one.name;

/** Whether a pattern of a filter means a spec. */
export function matchesSpec(pattern: string, { name, source }: Spec): boolean {
  if (matchesText(pattern, name) || name.startsWith(`${pattern.replace(/\/$/u, '')}/`)) return true;
  const path = relative(resolve(pattern), resolve(source.file));
  return !path.startsWith('..') || matchesGlob(resolve(source.file), resolve(pattern));
}

function isWanted(candidate: Candidate, filter: CaseFilter): boolean {
  const { tags } = candidate.one;
  const byTag = filter.tags.length === 0 || tags.some((tag) => matchesAny(filter.tags, tag, matchesText));
  return byTag && matchesAny(filter.cases, candidate, matcherOf(filter));
}

function matchesAny<Item>(patterns: readonly string[], item: Item, matches: Matches<Item>): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, item));
}

function requireMatches<Item>(
  patterns: readonly string[],
  what: string,
  items: readonly Item[],
  matches: Matches<Item>,
  nameOf: (item: Item, pattern: string) => string,
): void {
  const unmatched = patterns.find((pattern) => !items.some((item) => matches(pattern, item)));
  if (unmatched === undefined) return;
  throw new UsageError(
    `There is no ${what} "${unmatched}".${suggest(unmatched, new Set(items.map((item) => nameOf(item, unmatched))))}`,
    {
      code: `RUN_UNKNOWN_${what.toUpperCase()}`,
      hint: 'Run "kgate list --tags" to see specs, cases and tags.',
    },
  );
}
