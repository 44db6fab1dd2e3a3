import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { InfraError, UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Project } from '../../run/project/project.ts';
import { ALLOW_LIST_FILE } from '../../run/tolerated/load-allow-list.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestBytes, type Digest } from '../../store/digest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The files of a project and its kernels, except for the sources of kernels, in one blob named by its content. */
export interface Bundle {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** Specs, programs and series have a few MiB; whatever is larger was not meant to be sent around. */
const MOST_BYTES = 64 * 2 ** 20;

const filesSchema = z.array(
  z.strictObject({ path: z.string(), isExecutable: z.boolean(), content: z.base64() }),
);
type BundledFile = z.infer<typeof filesSchema>[number];

/** Collects what workers elsewhere need. Paths stay as they are: a worker puts all of them below one folder. */
export async function collectBundle(project: Project, kernels: readonly KernelDefinition[]): Promise<Bundle> {
  const roots = new Set([
    ...['agent', 'lib', 'include'].map((part) => join(project.guests, part)),
    ...project.libraries,
    project.programs,
    project.specs,
    join(project.root, ALLOW_LIST_FILE),
    ...kernels.flatMap(({ series, drivers, fragments, configFrom }) => [
      ...series,
      ...drivers,
      ...Object.values(fragments).flat(),
      ...(configFrom === undefined ? [] : [configFrom]),
    ]),
  ]);
  const paths = new Set<string>();
  for (const root of roots) for (const path of await filesBelow(root)) paths.add(path);
  const files = await Promise.all([...paths].toSorted().map(readBundled));
  const text = Buffer.from(JSON.stringify(files));
  if (text.length > MOST_BYTES) throw tooLarge(files);
  return { digest: digestBytes(text), bytes: await compress(text) };
}

const store: ContentStore<{ readonly files: number }> = {
  name: 'bundles',
  manifest: z.strictObject({ files: z.int() }),
};

/**
 * Unpacks a bundle, unless it is there, and returns the folder that its files are below. `fetch` gets its bytes. Throws
 * InfraError for anything but the bundle of this digest.
 */
export async function unpackBundle(
  digest: Digest,
  fetch: () => Promise<Buffer | undefined>,
  signal: AbortSignal,
): Promise<string> {
  const create = async (folder: string) => {
    const files = await readBundle(digest, await fetch());
    for (const { path, isExecutable, content } of files) {
      const target = join(folder, 'files', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, Buffer.from(content, 'base64'));
      if (isExecutable) await chmod(target, 0o755);
    }
    return { files: files.length };
  };
  const { folder } = await findOrCreate(store, digest, create, { signal });
  return join(folder, 'files');
}

async function readBundle(digest: Digest, bytes: Buffer | undefined): Promise<BundledFile[]> {
  if (bytes === undefined) throw broken('are no longer in the queue');
  try {
    const text = await decompress(bytes, { maxOutputLength: MOST_BYTES });
    if (digestBytes(text) !== digest) throw new Error('another digest');
    const files = filesSchema.parse(JSON.parse(text.toString('utf8')));
    if (!files.every(({ path }) => path.startsWith('/') && normalize(path) === path))
      throw new Error('a path that leads elsewhere');
    return files;
  } catch (cause) {
    throw broken('are not what their digest says', cause);
  }
}

const broken = (what: string, cause?: unknown): InfraError =>
  new InfraError(`The files of a job ${what}.`, { code: 'QUEUE_BUNDLE_BROKEN', cause });

async function filesBelow(root: string): Promise<string[]> {
  const kind = await kindOfPath(root);
  if (kind === 'file') return [root];
  if (kind !== 'folder') return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }));
  const kinds = await Promise.all(
    files.map(async ({ entry, path }) => entry.isFile() || (await kindOfPath(path)) === 'file'),
  );
  return files.filter((_, index) => kinds[index]).map(({ path }) => path);
}

async function readBundled(path: string): Promise<BundledFile> {
  const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
  return { path, isExecutable: (mode & 0o111) !== 0, content: content.toString('base64') };
}

function tooLarge(files: readonly BundledFile[]): UsageError {
  const largest = files.toSorted((one, other) => other.content.length - one.content.length).slice(0, 5);
  return new UsageError(
    'The specs, programs and kernel files of this project are too large to be sent to workers.',
    {
      code: 'QUEUE_BUNDLE_LARGE',
      detail: largest
        .map(({ path, content }) => `${Math.ceil((content.length * 0.75) / 2 ** 20)} MiB  ${path}`)
        .join('\n'),
      hint: `They may have ${(MOST_BYTES * 0.75) / 2 ** 20} MiB in all. Remove what no guest needs.`,
    },
  );
}
