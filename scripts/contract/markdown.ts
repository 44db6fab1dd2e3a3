import { relative, resolve } from 'node:path';
import type { ArchName } from '../../src/arch/architectures.ts';
import { isFor } from '../../src/arch/is-for.ts';
import { DEFAULT_ARCHES } from '../../src/arch/wanted-arches.ts';
import type { ExpectedValue } from '../../src/spec/expected-value.ts';
import type { Spec } from '../../src/spec/spec.ts';
import type { CitedCase } from './cited-cases.ts';

/** The folder of the written pages. */
export const PAGES = resolve(import.meta.dirname, '../../docs/process-vm-mmap');

/** A link from a page of docs/process-vm-mmap/ to the spec that holds a case. */
export function linkToCase({ spec, case: cited }: CitedCase): string {
  return `[${spec.name}/${cited.name}](${pathOf(spec)})`;
}

/** A link from a page of docs/process-vm-mmap/ to a spec. */
export function linkToSpec(spec: Spec): string {
  return `[${spec.name}](${pathOf(spec)})`;
}

/** What the call answers in a case on a patched kernel of an architecture, in a word or two. */
export function answer({ case: cited }: CitedCase, arch: ArchName): string {
  if (!isFor(cited, arch)) return 'not there';
  const expected = cited.expectations('patched', arch)['call.errno'];
  return expected === undefined ? 'no call' : describe(expected);
}

/** The rows of a markdown table, one case each. */
export function caseTable(cases: readonly CitedCase[]): string {
  const rows = cases.map((cited) => [
    linkToCase(cited),
    cell(cited.case.about),
    ...DEFAULT_ARCHES.map((arch) => answer(cited, arch)),
  ]);
  const head = ['case', 'what is done', ...DEFAULT_ARCHES];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Text that may stand in a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function pathOf(spec: Spec): string {
  return relative(PAGES, spec.source.file);
}

function describe(expected: ExpectedValue): string {
  if (expected === 'none') return 'success';
  if (typeof expected !== 'object') return String(expected);
  if (expected.one_of !== undefined) return expected.one_of.map((value) => describe(value)).join(' or ');
  if (expected.matches !== undefined) return `matches \`${cell(expected.matches)}\``;
  return JSON.stringify(expected);
}
