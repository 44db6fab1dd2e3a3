// Puts the example series under review in b4 0.16 and lets b4 run kgate as its check: "npm run test:b4". b4 comes from
// Debian's packages, unpacked into a folder of its own. Wants apt, the source of linux-6.12 and a few minutes, most of them
// for the base kernel. What follows "--" is passed to "kgate check": "-- mremap --arch x86_64".
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { unpackB4 } from './b4/b4-root.ts';

const root = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  options: {
    folder: { type: 'string', default: '/var/tmp/kgate-b4' },
    base: { type: 'string', default: 'linux-6.12' },
    series: { type: 'string', default: join(root, 'docs/examples/mremap-cleanups.mbox') },
    file: { type: 'string', multiple: true, default: ['mm/mremap.c'] },
    arch: { type: 'string', default: 'x86_64' },
  },
  allowPositionals: true,
});
const specs = positionals.length === 0 ? ['mremap'] : positionals;
const say = (line: string) => void process.stderr.write(`${line}\n`);
const matrix = z.object({
  rows: z.array(z.string()),
  cells: z.array(
    z.object({
      row: z.string(),
      tool: z.string(),
      status: z.string(),
      summary: z.string(),
      details: z.string(),
    }),
  ),
});

await mkdir(values.folder, { recursive: true });
const python = await unpackB4(values.folder);
const tree = join(values.folder, 'tree');
await rm(tree, { recursive: true, force: true });
await createTree();
const started = performance.now();
const { stdout } = await execa(
  python,
  [join(import.meta.dirname, 'b4/review.py'), tree, values.series, '20261123-example-0123456789ab'],
  {
    // Not the cache, which is kgate's, too.
    env: { XDG_DATA_HOME: join(values.folder, 'data') },
    stderr: 'inherit',
  },
);
const { rows, cells } = matrix.parse(JSON.parse(stdout));
for (const { row, tool, status, summary } of cells)
  process.stdout.write(`${row.padEnd(5)} ${tool.padEnd(8)} ${status.padEnd(5)} ${summary}\n`);
say(`${Math.round((performance.now() - started) / 1_000)} s`);
const answered = cells.filter(
  ({ tool, summary }) => tool === 'kgate' && /^(?:GOOD|BAD|UNTESTED);/u.test(summary),
);
if (answered.length !== rows.length) {
  for (const { row, details } of cells) say(`${row}\n${details}`);
  process.exitCode = 1;
}

/** A git tree with the files that the series changes, as its base kernel has them, and kgate among b4's checks. */
async function createTree(): Promise<void> {
  const git = (...args: readonly string[]) => execa('git', ['-C', tree, ...args]);
  await mkdir(tree, { recursive: true });
  await git('init', '--quiet', '-b', 'main');
  await git('config', 'user.name', 'Reviewer');
  await git('config', 'user.email', 'reviewer@example.org');
  for (const file of values.file) {
    await mkdir(join(tree, file, '..'), { recursive: true });
    await writeFile(join(tree, file), await sourceOf(file));
  }
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'base');
  const kgate = `${process.execPath} ${join(root, 'bin/kgate.js')} check --b4`;
  const options = [`--base ${values.base}`, `--arch ${values.arch}`, ...specs].join(' ');
  await git('config', 'b4.review-series-check-cmd', `${kgate} --whole ${options}`);
  await git('config', 'b4.review-perpatch-check-cmd', `${kgate} ${options}`);
}

/** A file of Debian's source of the base. */
async function sourceOf(file: string): Promise<Buffer> {
  const archive = '/usr/src/linux-source-6.12.tar.xz';
  const kept = join(values.folder, 'source', file);
  const before = await readFile(kept).catch(() => undefined);
  if (before !== undefined) return before;
  await mkdir(join(kept, '..'), { recursive: true });
  const { stdout: content } = await execa(
    'tar',
    ['--extract', '--to-stdout', '--file', archive, `linux-source-6.12/${file}`],
    {
      encoding: 'buffer',
      stripFinalNewline: false,
    },
  );
  await writeFile(kept, content);
  return Buffer.from(content);
}
