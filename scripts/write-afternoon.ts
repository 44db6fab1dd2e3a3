/**
 * Does what a maintainer does in an afternoon with a series from the list, with two workers on a queue, and writes what
 * was typed and printed to docs/examples/afternoon.md: "npm run afternoon". Wants redis-server, the base kernel in the
 * cache for figures that mean anything, and some ten minutes.
 */
import { copyFile, mkdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { hireWorkers } from '../fixtures/queue/hire-workers.ts';
import { startRedis } from '../fixtures/queue/redis.ts';
import { formatDuration } from '../src/util/format-duration.ts';
import { thisMachine } from './long-runs/this-machine.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.kgate/afternoon');
const PAGE = join(ROOT, 'docs/examples/afternoon.md');
/** Lines of one command's output that the page shows. */
const SHOWN_LINES = 40;

interface Step {
  /** What is wanted, for the page. */
  readonly about: string;
  /** As it is typed. */
  readonly command: string;
  readonly exit: number;
}

/** No matter who runs this, the sender of the reply is made up. */
const MAINTAINER = {
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'user.name',
  GIT_CONFIG_VALUE_0: 'A Maintainer',
  GIT_CONFIG_KEY_1: 'user.email',
  GIT_CONFIG_VALUE_1: 'maintainer@example.org',
};

/** The address that a reader would have. */
const QUEUE = 'redis://build.example.org';

const STEPS: readonly Step[] = [
  {
    about:
      'A series came by mail: three small cleanups that change nothing, it says. Two other machines have `kgate work` running; they build and run the cases. The gate counts which changed lines ran, and then plants small bugs in them.',
    command: `npx kgate gate mremap-cleanups.mbox mremap --base linux-6.12 --arch x86_64 --mutants 4 --queue ${QUEUE} --report mail=reply.eml --report html=report.html`,
    exit: 1,
  },
  {
    about: 'BAD: which patch is it?',
    command:
      'npx kgate bisect mremap-cleanups.mbox --base linux-6.12 --arch x86_64 --case mremap/range_beyond_mapping',
    exit: 0,
  },
  {
    about:
      'The author will want to see it without kgate. A program of twenty lines shows it, and is proved to: on both kernels, each time in a pristine guest.',
    command:
      'npx kgate prove wrong-error.c --series mremap-cleanups.mbox --base linux-6.12 --arch x86_64 --expect fires-on-patched',
    exit: 0,
  },
  {
    about: 'The gate has written the reply to the list.',
    command: 'cat reply.eml',
    exit: 0,
  },
  {
    about:
      'Patchwork gets a check, KCIDB everything. Both are printed, and sent by hand, with an account there.',
    command: 'npx kgate report $GATE --format patchwork --url https://example.org/report.html',
    exit: 0,
  },
  {
    about: '',
    command:
      'npx kgate report $GATE --format kcidb --origin mylab | node -p \'const { checkouts, builds, tests } = JSON.parse(require("fs").readFileSync(0)); [checkouts.length + " checkouts", builds.length + " builds", tests.length + " tests"].join(", ")\'',
    exit: 0,
  },
];

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
await copyFile(join(ROOT, 'docs/examples/mremap-cleanups.mbox'), join(FOLDER, 'mremap-cleanups.mbox'));
await copyFile(join(ROOT, 'fixtures/afternoon/wrong-error.c'), join(FOLDER, 'wrong-error.c'));
await using redis = await startRedis();
await using _workers = await hireWorkers(redis, 2);
const began = performance.now();
const [load = 0] = loadavg();
const parts: string[] = [];
/** The id of the gate, which is no longer the latest run once others came after it. */
let gate = '';
for (const step of STEPS) {
  parts.push(await perform(step));
  gate ||= basename(await readlink(join(ROOT, '.kgate/runs/latest')));
}
await writeFile(PAGE, await page(parts, performance.now() - began));
console.log(`Wrote ${PAGE}`);

/** Types a command in a shell, as its user would, and tells what came of it. */
async function perform({ about, command, exit }: Step): Promise<string> {
  const start = performance.now();
  const typed = command
    .replaceAll(QUEUE, redis.address)
    .replaceAll('npx kgate', `node ${join(ROOT, 'bin/kgate.js')}`);
  const { exitCode, stdout, stderr } = await execa('sh', ['-c', typed], {
    cwd: FOLDER,
    reject: false,
    env: { NO_COLOR: '1', GATE: gate, ...MAINTAINER },
  });
  if (exitCode !== exit) throw new Error(`${command} ended with ${String(exitCode)}.\n${stdout}\n${stderr}`);
  const shown = shownLines(stdout);
  const took = formatDuration(performance.now() - start);
  console.log(`${took}  ${command}`);
  const transcript = ['```', `$ ${command}`, ...shown, '```'].join('\n');
  return [...(about === '' ? [] : [about]), transcript, `*${took}*`].join('\n\n');
}

function shownLines(text: string): readonly string[] {
  const plain = stripVTControlCharacters(text).replaceAll(`${FOLDER}/`, '').replaceAll(`${ROOT}/`, '');
  const all = plain.trimEnd().split('\n');
  const left = all.length - SHOWN_LINES;
  return left > 0 ? [...all.slice(0, SHOWN_LINES), `[… ${left} lines more]`] : all;
}

async function page(told: readonly string[], ms: number): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  const reproducer = await readFile(join(ROOT, 'fixtures/afternoon/wrong-error.c'), 'utf8');
  return [
    '# A maintainer’s afternoon',
    `Typed and printed by \`npm run afternoon\` on ${date}, in ${formatDuration(ms)} (${thisMachine()}, load ${load.toFixed(1)} when it began, emulated guests). The base kernel was in the cache.`,
    ...told,
    'The reproducer:',
    ['```c', reproducer.trimEnd(), '```'].join('\n'),
    '',
  ].join('\n\n');
}
