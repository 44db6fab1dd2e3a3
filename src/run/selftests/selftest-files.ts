import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import type { GuestFile } from '../../image/command/guest-file.ts';
import { findStaticTools } from '../../image/command/static-tools.ts';
import type { BuiltCollection } from '../../tests/selftests/build-collection.ts';
import type { ScriptInterpreters } from '../../tests/selftests/selftest-programs.ts';

/** Where a guest has a collection: below it as in the tree. */
export const guestFolderOf = (collection: string): string => `/selftests/${collection}`;

interface ToolsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onNotice?: (message: string) => void;
}

/** What scripts find in the guests of an architecture; a host that cannot get a shell for them has none, and says why. */
export async function findScriptTools(
  arch: ArchName,
  options: ToolsOptions,
): Promise<{ readonly files: readonly GuestFile[]; readonly interpreters: ScriptInterpreters }> {
  try {
    const files = await findStaticTools(architectures[arch], options);
    const known = new Set(files.map(({ path }) => path.replace(/^.*\//u, '')));
    return { files, interpreters: { known } };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { files: [], interpreters: { known: new Set(), missing: error.message } };
  }
}

/** The files of a collection's guests, with a shell where it has scripts. */
export async function selftestFiles(
  collection: string,
  { folder, scripts }: BuiltCollection,
  arch: ArchName,
  options: ToolsOptions,
): Promise<readonly GuestFile[]> {
  const tools = Object.keys(scripts).length === 0 ? [] : (await findScriptTools(arch, options)).files;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = entries.map(async (entry): Promise<GuestFile> => {
    const source = join(entry.parentPath, entry.name);
    const path = `${guestFolderOf(collection)}${source.slice(folder.length)}`;
    if (entry.isSymbolicLink()) return { kind: 'link', path, target: await readlink(source) };
    if (entry.isDirectory()) return { kind: 'folder', path };
    return { kind: 'file', path, source, isExecutable: isExecutable(await stat(source)) };
  });
  return [{ kind: 'folder', path: guestFolderOf(collection) }, ...tools, ...(await Promise.all(own))];
}

const isExecutable = ({ mode }: { readonly mode: number }): boolean => (mode & 0o111) !== 0;
