import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { Fuzzer } from './fuzz.ts';
import { OPERATIONS, PROFILES } from './operations/profiles.ts';
import { loadSession, saveSession, SESSION_VERSION, type Session } from './session.ts';

const SESSION: Session = {
  version: SESSION_VERSION,
  profile: 'mm',
  seed: 7,
  kernel: 'linux-6.12',
  batches: 40,
  programs: 640,
  ms: 2_000,
  known: ['look: mapped'],
};

test('a session is read as it was saved', async (t) => {
  await using folder = await createTemporaryFolder('kgate-session-test');
  const place = join(folder.path, 'run');
  await saveSession(place, SESSION);
  t.deepEqual(await loadSession(place), SESSION);
});

test('a folder without a session, or with another file of that name, is refused', async (t) => {
  await using folder = await createTemporaryFolder('kgate-session-test');
  const refused = async () => {
    const error = await t.throwsAsync(loadSession(folder.path), { instanceOf: UsageError });
    t.is(error.code, 'FUZZ_SESSION_INVALID');
  };
  await refused();
  await writeFile(join(folder.path, 'session.json'), '{ "version": 1 }');
  await refused();
});

test('a run that goes on counts on from where the last one ended, and knows what that found', async (t) => {
  const fuzzer = new Fuzzer({
    profile: PROFILES[0]!,
    operations: OPERATIONS,
    seed: SESSION.seed,
    from: SESSION,
    supplies: [],
    programsMax: 16,
    msMax: 1_000,
    findingsMax: 1,
    folder: '/nowhere',
    guests: '/nowhere',
    signal: new AbortController().signal,
  });
  await fuzzer.run();
  const { batches, programs, known, ms } = fuzzer.session;
  t.deepEqual({ batches, programs, known }, { batches: 40, programs: 640, known: ['look: mapped'] });
  t.true(ms >= SESSION.ms);
});
