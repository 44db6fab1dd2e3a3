import { matchesGlob, relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Spec, SpecCase } from '../../spec/spec.ts';
import { suggest } from '../../util/closest.ts';
import type { SelectedSpec } from './plan.ts';

/** Which cases of which specs are wanted. An empty list means all. */
export interface CaseFilter {
  /** Names, globs of names, or paths of spec files and of folders of them. */
  readonly specs: readonly string[];
  /** Names or globs of names; with a spec in front, `spec/case`, only that spec's. */
  readonly cases: readonly string[];
  readonly tags: readonly string[];
}

/**
 * Picks the wanted cases. Throws UsageError for a pattern that selects nothing: a run that tests less than was asked
 * for must not look like one that passed.
 */
export function selectCases(specs: readonly Spec[], filter: CaseFilter): readonly SelectedSpec[] {
  requireMatches(filter.specs, 'spec', specs, matchesSpec, ({ name }) => name);
  const wanted = specs.filter((spec) => matchesAny(filter.specs, spec, matchesSpec));

  const cases = wanted.flatMap((spec) => spec.cases.map((one) => ({ spec, one })));
  requireMatches(filter.cases, 'case', cases, matchesCase, nameLike);
  const tags = cases.flatMap(({ one }) => one.tags);
  requireMatches(filter.tags, 'tag', tags, matchesText, (tag) => tag);

  const selected = wanted
    .map((spec) => ({ spec, cases: spec.cases.filter((one) => isWanted({ spec, one }, filter)) }))
    .filter((one) => one.cases.length > 0);
  if (selected.length === 0) {
    throw new UsageError('No case fits all of the filters.', {
      code: 'RUN_EMPTY',
      hint: 'Each filter alone selects some; "kgate list --tags" shows specs, cases and tags.',
    });
  }
  return selected;
}

type Matches<Item> = (pattern: string, item: Item) => boolean;

const matchesText: Matches<string> = (pattern, text) => pattern === text || matchesGlob(text, pattern);
/** A case and the spec that it is of. */
interface Candidate {
  readonly spec: Spec;
  readonly one: SpecCase;
}

const matchesCase: Matches<Candidate> = (pattern, { spec, one }) => {
  const [name = '', ...specs] = pattern.split('/').toReversed();
  return specs.every((part) => matchesText(part, spec.name)) && matchesText(name, one.name);
};

/** What a case is called in the form that a pattern has. */
const nameLike = ({ spec, one }: Candidate, pattern: string): string =>
  pattern.includes('/') ? `${spec.name}/${one.name}` : one.name;

function matchesSpec(pattern: string, { name, source }: Spec): boolean {
  if (matchesText(pattern, name)) return true;
  const path = relative(resolve(pattern), resolve(source.file));
  return !path.startsWith('..') || matchesGlob(resolve(source.file), resolve(pattern));
}

function isWanted(candidate: Candidate, filter: CaseFilter): boolean {
  const { tags } = candidate.one;
  const byTag = filter.tags.length === 0 || tags.some((tag) => matchesAny(filter.tags, tag, matchesText));
  return byTag && matchesAny(filter.cases, candidate, matchesCase);
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
