import { matchesGlob } from 'node:path';
import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { isFor } from '../../arch/is-for.ts';
import { displayPath, type Diagnostic } from '../../spec/diagnostic.ts';
import { checkYaml } from '../../spec/parse-yaml-file.ts';
import type { Spec } from '../../spec/spec.ts';
import { suggest } from '../../util/closest.ts';
import type { CaseResult } from '../record/record.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const name = z.string().min(1);

/** Outcomes that can be known beforehand. A harness failure is never expected. */
const KNOWN_OUTCOMES = ['failed', 'crashed', 'hung'] as const;

const entrySchema = z.strictObject({
  spec: name,
  case: name,
  kernel: name.optional(),
  arch: z.array(z.enum(ARCH_NAMES)).min(1).optional(),
  outcome: z.enum(KNOWN_OUTCOMES).optional(),
  reason: name,
  link: z.url().optional(),
  owner: name.optional(),
  expires: z.iso.date({ error: 'Write a date such as 2026-12-31.' }),
});

/** The format of a list of known failures; docs/known-failures.md explains each key. */
export const knownFailuresSchema = z.strictObject({ known: z.array(entrySchema) });

/** An entry of the list, as plain data. */
export type KnownEntry = z.infer<typeof entrySchema>;

/** A case that a project knows not to pass for now. */
export interface KnownFailure extends KnownEntry {
  /** A problem with this entry, or with one of its keys, at its place in the file. */
  readonly diagnose: (message: string, key?: keyof KnownEntry) => Diagnostic;
}

/** An entry without its place in a file, to be sent elsewhere. */
export const plainEntry = (entry: KnownEntry): KnownEntry => entrySchema.strip().parse(entry);

/** A valid list of known failures, or everything that is wrong with it. */
export type CheckedKnownFailures =
  | { readonly ok: true; readonly entries: readonly KnownFailure[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** The names that entries must match. */
export interface KnownFailureSubjects {
  readonly specs: readonly Spec[];
  /** Ids of all kernels that the project can run on. */
  readonly kernels: readonly string[];
}

/**
 * Checks the text of a list of known failures. An expired entry, or one about no case, kernel or
 * architecture of the project, is a problem: it hides nothing today and may hide the wrong thing tomorrow.
 */
export function parseKnownFailures(
  text: string,
  file: string,
  subjects: KnownFailureSubjects,
  today: Date,
): CheckedKnownFailures {
  const checked = checkYaml(text, file, knownFailuresSchema);
  if (!checked.ok) return checked;
  const entries = checked.value.known.map((entry, index) => ({
    ...entry,
    diagnose: (message: string, key?: string) =>
      checked.source.diagnoseValue(['known', index, ...(key === undefined ? [] : [key])], message),
  }));
  const diagnostics = entries.flatMap((entry) => [
    ...checkExpiry(entry, today),
    ...checkSubject(entry, subjects),
  ]);
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, entries };
}

/** The entry that covers a result, if the case failed in exactly the way that the entry says. */
export function findKnown<Entry extends KnownEntry>(
  entries: readonly Entry[],
  result: CaseResult,
): Entry | undefined {
  return entries.find((entry) => isAbout(entry, result) && (entry.outcome ?? 'failed') === result.outcome);
}

/** A result, with a note if it was known beforehand. */
export function markKnown(entries: readonly KnownEntry[], result: CaseResult): CaseResult {
  const entry = findKnown(entries, result);
  if (entry === undefined) return result;
  const { reason, expires, link } = entry;
  return { ...result, known: { reason, expires, ...withoutUndefined({ link }) } };
}

/** One sentence for each entry whose case now passes: every execution of it passed. */
export function reviewKnown(entries: readonly KnownFailure[], results: readonly CaseResult[]): string[] {
  return entries.flatMap((entry) => {
    const about = results.filter((result) => isAbout(entry, result));
    if (about.length === 0 || about.some(({ outcome }) => outcome !== 'passed')) return [];
    const { file, range } = entry.diagnose('');
    const where = [...new Set(about.map(({ arch, kernel }) => `${arch} ${kernel}`))].join(', ');
    return [
      `${displayPath(file)}:${range.line}:${range.column} ${entry.spec} › ${entry.case} is listed as a known failure, but passes on ${where}: remove the entry.`,
    ];
  });
}

function isAbout(entry: KnownEntry, result: CaseResult): boolean {
  return (
    entry.spec === result.spec &&
    entry.case === result.case &&
    (entry.kernel === undefined || matchesGlob(result.kernel, entry.kernel)) &&
    (entry.arch === undefined || entry.arch.includes(result.arch))
  );
}

/** An entry is valid until the end of its day, in UTC. */
function checkExpiry({ expires, diagnose }: KnownFailure, today: Date): Diagnostic[] {
  if (today.toISOString().slice(0, 10) <= expires) return [];
  const message = `This entry expired on ${expires}. Remove it, or look at the failure again and set a later date.`;
  return [diagnose(message, 'expires')];
}

function checkSubject(entry: KnownFailure, { specs, kernels }: KnownFailureSubjects): Diagnostic[] {
  const { diagnose, kernel: glob } = entry;
  const spec = specs.find((one) => one.name === entry.spec);
  if (spec === undefined) {
    const names = specs.map((one) => one.name);
    return [diagnose(`There is no spec "${entry.spec}".${suggest(entry.spec, names)}`, 'spec')];
  }
  // The tests of a program that judges itself are known once it has run.
  const [whole] = spec.cases;
  const known =
    spec.cases.find((one) => one.name === entry.case) ?? (spec.command === undefined ? undefined : whole);
  if (known === undefined) {
    const names = spec.cases.map((one) => one.name);
    return [
      diagnose(`The spec ${spec.name} has no case "${entry.case}".${suggest(entry.case, names)}`, 'case'),
    ];
  }
  const foreign = (entry.arch ?? []).filter((arch) => !isFor(known, arch));
  return [
    ...foreign.map((arch) => diagnose(`The case does not run on ${arch}.`, 'arch')),
    ...(glob === undefined || kernels.some((id) => matchesGlob(id, glob))
      ? []
      : [diagnose(`No kernel matches "${glob}".${suggest(glob, kernels)}`, 'kernel')]),
  ];
}
