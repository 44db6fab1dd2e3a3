import { matchesGlob } from 'node:path';
import { z } from 'zod';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import type { Splat } from '../../console/splats/splat.ts';
import type { Diagnostic } from '../../spec/diagnostic.ts';
import { checkYaml } from '../../spec/parse-yaml-file.ts';
import { isRegularExpression } from '../../util/is-regular-expression.ts';
import type { YamlSource } from '../../spec/yaml-source.ts';

const name = z.string().min(1);
const globs = z.array(name).min(1);

const entrySchema = z
  .strictObject({
    title: name.optional(),
    matches: name.optional(),
    reason: name,
    link: z.url().optional(),
    owner: name.optional(),
    expires: z.iso.date(),
    kernels: globs.optional(),
    arch: z.array(z.enum(ARCH_NAMES)).min(1).optional(),
    variants: globs.optional(),
  })
  .refine(({ title, matches }) => (title === undefined) !== (matches === undefined), {
    error: 'Give either "title" (the whole title) or "matches" (a regular expression).',
  })
  .refine(({ link, owner }) => link !== undefined || owner !== undefined, {
    error: 'Say where it is tracked: "link" to a report, or name an "owner".',
  })
  .refine(({ matches }) => matches === undefined || isRegularExpression(matches), {
    error: '"matches" is not a regular expression.',
  });

/** The format of a list of allowed splats; docs/splats.md explains each key. */
export const allowListSchema = z.strictObject({ allowed: z.array(entrySchema) });

/** A splat that a project knows about and tolerates for a while. */
export interface AllowedSplat extends z.infer<typeof entrySchema> {
  /** A problem with this entry, at its place in the file. */
  readonly diagnose: (message: string) => Diagnostic;
}

/** Where a splat was seen. */
export interface SplatScene {
  /** The kernel's id, and that of its base kernel, if any. */
  readonly kernels: readonly string[];
  readonly arch: ArchName;
  readonly variant: string;
}

/** A valid allow-list, or everything that is wrong with it. */
export type CheckedAllowList =
  | { readonly ok: true; readonly entries: readonly AllowedSplat[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Checks the text of an allow-list. An expired entry is a problem: it needs another look. */
export function parseAllowList(text: string, file: string, today: Date): CheckedAllowList {
  const checked = checkYaml(text, file, allowListSchema);
  if (!checked.ok) return checked;
  const entries = checked.value.allowed.map((entry, index) => ({
    ...entry,
    diagnose: (message: string) => checked.source.diagnoseValue(['allowed', index], message),
  }));
  const diagnostics = checked.value.allowed.flatMap((entry, index) =>
    isExpired(entry.expires, today) ? [diagnoseExpired(checked.source, index, entry.expires)] : [],
  );
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, entries };
}

/** The first entry that allows a splat where it was seen. */
export function findAllowing(
  entries: readonly AllowedSplat[],
  { title }: Pick<Splat, 'title'>,
  scene: SplatScene | undefined,
): AllowedSplat | undefined {
  return entries.find(
    (entry) => (scene === undefined || appliesTo(entry, scene)) && matchesTitle(entry, title),
  );
}

/** Whether an entry is about a scene at all. A splat of a base kernel also occurs with a series on top. */
export function appliesTo({ kernels, arch, variants }: AllowedSplat, scene: SplatScene): boolean {
  return (
    scene.kernels.some((kernel) => matchesAny(kernels, kernel)) &&
    matchesAny(variants, scene.variant) &&
    (arch === undefined || arch.includes(scene.arch))
  );
}

function matchesAny(patterns: readonly string[] | undefined, text: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matchesGlob(text, pattern));
}

function matchesTitle({ title, matches }: AllowedSplat, found: string): boolean {
  return matches === undefined ? title === found : new RegExp(matches, 'u').test(found);
}

/** An entry is valid until the end of its day, in UTC. */
function isExpired(expires: string, today: Date): boolean {
  return today.toISOString().slice(0, 10) > expires;
}

function diagnoseExpired(source: YamlSource, index: number, expires: string): Diagnostic {
  return source.diagnoseValue(
    ['allowed', index, 'expires'],
    `This entry expired on ${expires}. Remove it, or look at the splat again and set a later date.`,
  );
}
