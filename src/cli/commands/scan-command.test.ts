import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { runKgate } from '../../../fixtures/cli/run-kgate.ts';

const CONSOLES = join(import.meta.dirname, '../../../fixtures/console');

const scan = (args: readonly string[], cwd = CONSOLES) => runKgate(['scan', ...args], cwd);

test('a log with a splat gives 1, its place and its title', async (t) => {
  const { exitCode, out } = await scan(['null-dereference-x86_64.log']);
  t.is(exitCode, 1);
  t.regex(
    out,
    /^null-dereference-x86_64\.log:5 {2}BUG: unable to handle kernel NULL pointer dereference in lkdtm_EXCEPTION\n {2}high, x86_64\n/u,
  );
  t.regex(out, /\n1 splat in 1 log\n$/u);
});

test('clean logs give 0', async (t) => {
  const { exitCode, out } = await scan(['clean-arm64.log', 'clean-x86_64.log']);
  t.is(exitCode, 0);
  t.is(out, 'clean-arm64.log  no splats\nclean-x86_64.log  no splats\n');
});

test('the JSON has every file, and its first finding first', async (t) => {
  const { exitCode, out } = await scan(['--json', 'clean-arm64.log', 'bad-page-map-x86_64.log']);
  t.is(exitCode, 1);
  const { files } = JSON.parse(out) as { files: { file: string; findings: Record<string, unknown>[] }[] };
  t.deepEqual(
    files.map(({ file, findings }) => [
      file,
      findings.map(({ line, title }) => `${String(line)} ${String(title)}`),
    ]),
    [
      ['clean-arm64.log', []],
      [
        'bad-page-map-x86_64.log',
        ['4 BUG: Bad page map in unmap_page_range', '49 BUG: Bad rss-counter state MM_ANONPAGES'],
      ],
    ],
  );
  const [first] = files[1]!.findings;
  t.like(first, {
    kind: 'bad-page',
    function: 'unmap_page_range',
    severity: 'critical',
    arch: 'x86_64',
    complete: true,
  });
});

test('a log that is not there is a usage error before anything is scanned', async (t) => {
  const error = await t.throwsAsync(scan(['clean-arm64.log', 'nowhere.log']), {
    instanceOf: UsageError,
    code: 'SCAN_FILE_UNREADABLE',
    message: /^The console log nowhere\.log cannot be read: it does not exist \(ENOENT\)\.$/u,
  });
  t.is(error.exitCode, 2);
  await t.throwsAsync(scan(['.']), { message: /it is a folder/u });
});

test('without a file the command is a usage error', async (t) => {
  t.is((await scan([])).exitCode, 2);
});

test('what an allow-list allows does not count', async (t) => {
  await using folder = await createTemporaryFolder('kgate-scan');
  const list = join(folder.path, 'allowed.yaml');
  const allow = async (arch: string) => {
    await writeFile(
      list,
      `allowed:\n  - { matches: ^BUG, reason: known, owner: me, expires: 2999-12-31, arch: [${arch}] }\n`,
    );
    return scan(['--allow', list, 'null-dereference-x86_64.log']);
  };
  t.is((await allow('x86_64')).exitCode, 0);
  t.is((await allow('arm64')).exitCode, 1);
});

test('control sequences of a log do not reach the terminal', async (t) => {
  await using folder = await createTemporaryFolder('kgate-scan');
  await writeFile(join(folder.path, 'x.log'), 'BUG: \u001B]0;title\u0007 \u0085mischief\n');
  const { out } = await scan(['x.log'], folder.path);
  t.notRegex(out, /\p{Cc}(?<!\n)/u);
  t.regex(out, /mischief/u);
});

test('compressed logs are read, and a file that is no log is reported as such and gives 2', async (t) => {
  await using folder = await createTemporaryFolder('kgate-scan');
  const log = await readFile(join(CONSOLES, 'null-dereference-x86_64.log'));
  await writeFile(join(folder.path, 'log.gz'), gzipSync(log));
  await writeFile(join(folder.path, 'log.zst'), zstdCompressSync(log));
  await writeFile(join(folder.path, 'utf16.log'), Buffer.from(log.toString('utf8'), 'utf16le'));
  await writeFile(join(folder.path, 'empty.log'), '');
  await writeFile(join(folder.path, 'cut.gz'), gzipSync(log).subarray(0, 500));
  for (const name of ['log.gz', 'log.zst', 'utf16.log']) {
    const { exitCode, out } = await scan([name], folder.path);
    t.is(exitCode, 1);
    t.regex(out, /:5 {2}BUG: unable to handle kernel NULL pointer dereference in lkdtm_EXCEPTION\n/u);
  }
  const { exitCode, out } = await scan(['empty.log', 'log.gz'], folder.path);
  t.is(exitCode, 2);
  t.regex(out, /^empty\.log {2}not a log: it is empty\nlog\.gz:5 {2}/u);
  const json = await scan(['--json', 'empty.log', 'cut.gz'], folder.path);
  t.is(json.exitCode, 2);
  const { files } = JSON.parse(json.out) as { files: { file: string; problem?: string }[] };
  t.deepEqual(
    files.map(({ file, problem }) => [file, problem?.split(':')[1]]),
    [
      ['empty.log', ' it is empty'],
      ['cut.gz', ' as gzip it is damaged'],
    ],
  );
});
