import test from 'ava';
import type { KgateEvent } from '../../events.ts';
import { PreparationLog } from './preparation-log.ts';

const SUBJECT = { kernel: 'linux-6.12', arch: 'x86_64' } as const;

test('what ends is noted with its beginning, and everything is passed on', (t) => {
  let now = 10_000;
  const passed: KgateEvent[] = [];
  const log = new PreparationLog((event) => void passed.push(event), { now: () => now });
  log.sink({ type: 'image-built', ...SUBJECT, cached: false, programs: 3, ms: 2_000.4 });
  now = 12_000;
  log.sink({ type: 'kernel-built', ...SUBJECT, cached: false, ms: 9_000 });
  log.sink({ type: 'noticed', message: 'ccache is missing' });
  log.sink({ type: 'template-ready', ...SUBJECT, cached: true, ms: 700 });
  t.is(passed.length, 4);
  t.deepEqual(log.since(11_000), [
    { kind: 'kernel', ...SUBJECT, cached: false, startedMs: -8_000, ms: 9_000 },
    { kind: 'programs', ...SUBJECT, cached: false, startedMs: -3_000, ms: 2_000 },
    { kind: 'boot', ...SUBJECT, cached: true, startedMs: 300, ms: 700 },
  ]);
});

test('what came out of the cache at once is not noted', (t) => {
  const log = new PreparationLog(() => {});
  log.sink({ type: 'kernel-built', ...SUBJECT, cached: true, ms: 12 });
  log.sink({ type: 'kernel-built', ...SUBJECT, cached: false, ms: 12 });
  t.deepEqual(
    log.since(0).map(({ cached }) => cached),
    [false],
  );
});
