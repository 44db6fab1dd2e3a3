import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { FORGETFUL } from '../../fixtures/fuzz/forgetful.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import type { ArchName } from '../arch/architectures.ts';
import { loadKernelDefinition } from '../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { findProject } from '../run/project/project.ts';
import { loadFinding } from './findings/load-finding.ts';
import { Fuzzer, type FuzzResult } from './fuzz.ts';
import { openSupply, type GuestSupply } from './guest/open-supply.ts';
import type { Operation } from './language/operation.ts';
import { findProfile, OPERATIONS, type Profile } from './operations/profiles.ts';
import { replay } from './replay.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const { signal } = new AbortController();
const KERNEL = 'process-vm-mmap-6.12';
/** Some seconds' worth. */
const PROGRAMS = 1_600;

async function openGuests(arch: ArchName): Promise<GuestSupply> {
  const project = await findProject(ROOT);
  const kernel = await loadKernelDefinition(KERNEL, join(ROOT, 'kernels'));
  return openSupply({ project, kernel, arch, jobs: 2, step: { signal, sink: () => {} } });
}

interface Asked {
  readonly profile: Profile;
  readonly operations?: readonly Operation[];
  readonly programs: number;
  readonly findings?: number;
  readonly folder: string;
}

function fuzz(supply: GuestSupply, asked: Asked): Promise<FuzzResult> {
  return new Fuzzer({
    profile: asked.profile,
    operations: asked.operations ?? OPERATIONS,
    seed: 20_261_130,
    supplies: [supply],
    programsMax: asked.programs,
    msMax: Infinity,
    findingsMax: asked.findings ?? 1,
    folder: asked.folder,
    guests: join(ROOT, 'guests'),
    signal,
  }).run();
}

for (const arch of TESTED_ARCHES) {
  test.serial(`programs of a fixed seed do on ${arch} what the model says`, async (t) => {
    t.timeout(30 * 60 * 1_000);
    await using supply = await openGuests(arch);
    await using folder = await createTemporaryFolder('kgate-fuzz-test');
    for (const profile of ['mm', 'process-vm-mmap'].map(findProfile)) {
      const result = await fuzz(supply, { profile, programs: PROGRAMS, folder: folder.path });
      t.deepEqual(
        result.found.map(({ finding }) => finding.text),
        [],
      );
      t.is(result.programs, PROGRAMS);
      t.is(result.restarts, 0);
    }
  });
}

test.serial('a run goes on where the one before it ended', async (t) => {
  t.timeout(30 * 60 * 1_000);
  const [arch] = TESTED_ARCHES;
  await using supply = await openGuests(arch!);
  await using folder = await createTemporaryFolder('kgate-fuzz-test');
  const asked = { profile: findProfile('mm'), operations: OPERATIONS, seed: 5, supplies: [supply] };
  const limits = { programsMax: 320, msMax: Infinity, findingsMax: 1 };
  const rest = { ...limits, folder: folder.path, guests: join(ROOT, 'guests'), signal };
  const first = new Fuzzer({ ...asked, ...rest });
  await first.run();
  t.like(first.session, { batches: 20, programs: 320, known: [] });
  const second = new Fuzzer({ ...asked, ...rest, from: first.session });
  t.is((await second.run()).programs, 320);
  t.like(second.session, { batches: 40, programs: 640, known: [] });
});

test.serial('what a model says wrong is found, made small, and shown by a C program', async (t) => {
  t.timeout(30 * 60 * 1_000);
  const [arch] = TESTED_ARCHES;
  await using supply = await openGuests(arch!);
  await using folder = await createTemporaryFolder('kgate-fuzz-test');
  const mm = findProfile('mm');
  const wrong = mm.operations.map(({ operation, weight }) => ({
    operation: FORGETFUL.find(({ name }) => name === operation.name)!,
    weight,
  }));
  const result = await fuzz(supply, {
    profile: { ...mm, operations: wrong },
    operations: FORGETFUL,
    programs: PROGRAMS,
    folder: folder.path,
  });
  const [found] = result.found;
  t.truthy(found);
  const { finding } = found!;
  const source = await readFile(join(found!.folder, 'reproducer.c'), 'utf8');
  t.log(source);
  t.is(finding.how, 'alone');
  t.true(finding.operations <= 3);
  t.regex(finding.text, /^step \d+: process [A-D] /u);
  t.is(finding.reproducer, 'confirmed');
  t.regex(source, /munmap\(arena/u);

  const loaded = await loadFinding(found!.folder, OPERATIONS);
  t.is((await replay(loaded, supply, FORGETFUL, signal)).kind, 'same');
  t.is((await replay(loaded, supply, OPERATIONS, signal)).kind, 'nothing');
});
