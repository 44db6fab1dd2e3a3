import { z } from 'zod';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { checkYaml } from '../../spec/parse-yaml-file.ts';
import type { YamlSource } from '../../spec/yaml-source.ts';
import type { Diagnostic } from '../../spec/diagnostic.ts';

const text = z.string().trim().min(1);

/** The head of a mutant's file; docs/mutants.md explains each key. */
export const mutantHead = z.strictObject({
  plants: text,
  suffers: text,
  notice: z.array(text).min(1),
  kernels: z.array(text).min(1),
  arch: z.array(z.enum(ARCH_NAMES)).min(1).optional(),
  why: text.optional(),
});

/** A bug to plant, and who must notice it. */
export interface Mutant {
  /** The file's name without `.patch`. */
  readonly name: string;
  readonly file: string;
  /** Which bug it is. */
  readonly plants: string;
  /** What a user of the kernel would suffer from it. */
  readonly suffers: string;
  /** `SPEC/CASE` or tags; each must name a case that notices. */
  readonly notice: readonly string[];
  /** Ids of the kernels that it applies to. */
  readonly kernels: readonly string[];
  /** Undefined: those of the kernel that it is planted in. */
  readonly arches: readonly ArchName[] | undefined;
  /** The patch itself, without the head. */
  readonly diff: string;
  /** The head, which knows the place of everything in it. */
  readonly source: YamlSource;
}

/** A mutant's file as it was read: the mutant, or everything that is wrong with it. */
export type ReadMutant =
  | { readonly ok: true; readonly mutant: Mutant }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const FENCE = '---\n';

/** Reads a mutant from the text of its file: a YAML head between two lines of `---`, then a diff. */
export function readMutant(name: string, file: string, content: string): ReadMutant {
  const end = content.startsWith(FENCE) ? content.indexOf(`\n${FENCE}`, FENCE.length) : -1;
  if (end === -1) return { ok: false, diagnostics: [noHead(file, content)] };
  const head = checkYaml(content.slice(0, end + 1), file, mutantHead);
  if (!head.ok) return { ok: false, diagnostics: head.diagnostics };
  const diff = content.slice(end + 1 + FENCE.length);
  const { value, source } = head;
  const left = ARCH_NAMES.filter((arch) => value.arch?.includes(arch) === false);
  if (left.length > 0 && value.why === undefined) {
    const problem = 'Say in "why" why the bug does not exist on other architectures.';
    return { ok: false, diagnostics: [source.diagnoseKey(['arch'], problem)] };
  }
  const { plants, suffers, notice, kernels, arch } = value;
  return {
    ok: true,
    mutant: { name, file, plants, suffers, notice, kernels, arches: arch, diff, source },
  };
}

function noHead(file: string, content: string): Diagnostic {
  const sourceLine = content.split('\n', 1).join('');
  return {
    file,
    range: { line: 1, column: 1, length: sourceLine.length },
    message: 'A mutant begins with a YAML head between two lines of "---".',
    sourceLine,
  };
}
