import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';

test('a panic before the console is up is shown by a second boot', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(resolve(import.meta.dirname, '../../fixtures/outcomes'), {
    kernels: ['linux-6.12'],
    specs: ['early-death'],
  });
  const [only] = run.record.cases;
  t.is(only?.outcome, 'crashed');
  t.regex(only?.problems[0] ?? '', /booted again with earlycon=\S+, panicked/u);
  t.regex(only?.splat?.lines.join('\n') ?? '', /Unable to handle kernel/u);
  t.is(run.record.verdict, 'failed');
});
