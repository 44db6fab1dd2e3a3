import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { InfraError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { openLineage } from './lineage.ts';

let cache: TemporaryFolder;
test.before(async () => {
  cache = await createTemporaryFolder('kgate-cache');
  process.env['KGATE_CACHE'] = cache.path;
});
test.after.always(() => cache[Symbol.asyncDispose]());

const open = (family: string) => openLineage(family, 'arm64', 'plain', {});

test('files being written when a build was killed are rebuilt, older objects are kept', async (t) => {
  const kill = async () => {
    await using lineage = await open('killed');
    await lineage.whileBuilding(async () => {
      await mkdir(lineage.objects, { recursive: true });
      await writeFile(join(lineage.objects, 'early.o'), 'x');
      const minuteAgo = Date.now() / 1000 - 60;
      await utimes(join(lineage.objects, 'early.o'), minuteAgo, minuteAgo);
      await writeFile(join(lineage.objects, 'torn.o'), 'x');
      throw new Error('killed');
    });
  };
  await t.throwsAsync(kill(), { message: 'killed' });
  await using lineage = await open('killed');
  t.deepEqual(await readdir(lineage.objects), ['early.o']);
});

test('a build that ended by itself keeps all objects, whatever its outcome', async (t) => {
  const build = async () => {
    await using lineage = await open('ended');
    await lineage.whileBuilding(async () => {
      await mkdir(lineage.objects, { recursive: true });
      await writeFile(join(lineage.objects, 'new.o'), 'x');
    });
  };
  await build();
  await using lineage = await open('ended');
  t.true(lineage.hasObjects);
  t.deepEqual(await readdir(lineage.objects), ['new.o']);
});

test('the counts of earlier builds are remembered', async (t) => {
  const remember = async () => {
    await using lineage = await open('counted');
    t.deepEqual(lineage.history, {});
    await lineage.remember({ full: 7 });
  };
  await remember();
  await using lineage = await open('counted');
  t.deepEqual(lineage.history, { full: 7 });
});

test('a lineage is not opened while an orphaned make still writes to it', async (t) => {
  const folder = join(cache.path, 'lineages/orphaned-arm64-plain');
  await mkdir(folder, { recursive: true });
  const orphan = runCommand('flock', [
    join(folder, 'make.lock'),
    'sh',
    '-c',
    `sleep 0.5; touch ${folder}/done`,
  ]);
  await delay(150);
  await using _lineage = await open('orphaned');
  t.true((await readdir(folder)).includes('done'));
  await orphan;
});

test.serial('a clock that is set back during a build ends it, and its objects are rebuilt', async (t) => {
  const { now } = Date;
  t.teardown(() => {
    Date.now = now;
  });
  const build = async () => {
    await using lineage = await open('set-back');
    await lineage.whileBuilding(async () => {
      await mkdir(lineage.objects, { recursive: true });
      await writeFile(join(lineage.objects, 'new.o'), 'x');
      Date.now = () => now() - 60_000;
    });
  };
  const error = await t.throwsAsync(build(), { instanceOf: InfraError });
  t.is(error.code, 'KERNEL_CLOCK_SET_BACK');
  Date.now = now;
  await using lineage = await open('set-back');
  t.false(lineage.hasObjects);
});

test('objects from before the clock was set back are rebuilt', async (t) => {
  const folder = join(cache.path, 'lineages/future-arm64-plain');
  {
    await using lineage = await open('future');
    await lineage.whileBuilding(async () => {
      await mkdir(lineage.objects, { recursive: true });
      await writeFile(join(lineage.objects, 'new.o'), 'x');
    });
  }
  const tomorrow = Date.now() / 1_000 + 86_400;
  await utimes(join(folder, 'last-built'), tomorrow, tomorrow);
  await using lineage = await open('future');
  t.false(lineage.hasObjects);
});
