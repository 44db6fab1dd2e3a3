import test from 'ava';
import { createHostileResults } from '../../../fixtures/report/hostile.ts';
import { renderResults } from '../../../fixtures/report/render.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import { githubFormat } from './github-format.ts';

test('a failure is annotated at the line of the spec', async (t) => {
  const text = await renderResults(githubFormat, [
    createResult({ outcome: 'failed', problems: ['call.errno: 100% wrong,', 'and more.'] }),
  ]);
  t.is(
    text,
    '::error file=specs/special-mappings.yaml,line=6,title=failed%3A special-mappings › vdso_whole [process-vm-mmap-6.12 x86_64]' +
      '::clone the whole vDSO%0Acall.errno: 100%25 wrong,%0Aand more.\n',
  );
});

test('colons and commas of a title cannot end a property', async (t) => {
  const text = await renderResults(githubFormat, [
    createResult({ case: 'a::b,file=forged.c', outcome: 'failed', location: 'specs/a,line=9:x.yaml:6' }),
  ]);
  t.regex(
    text,
    /^::error file=specs\/a%2Cline=9%3Ax\.yaml,line=6,title=[^:,]*a%3A%3Ab%2Cfile=forged\.c[^:,]*::/u,
  );
});

test('a known failure is a warning with its reason', async (t) => {
  const text = await renderResults(githubFormat, [
    createResult(),
    createResult({
      case: 'known',
      outcome: 'failed',
      known: { reason: 'a bug of ours', expires: '2027-01-01' },
    }),
  ]);
  t.regex(text, /^::warning file=.*known.*::clone the whole vDSO%0Aa bug of ours\n$/u);
});

test('more failures than GitHub shows are told by their number', async (t) => {
  const cases = Array.from({ length: 14 }, (_, index) =>
    createResult({ case: `c${index}`, outcome: 'failed' }),
  );
  const lines = (await renderResults(githubFormat, cases)).trimEnd().split('\n');
  t.is(lines.length, 10);
  t.is(lines.at(-1), '::error title=kgate%3A failed::5 more cases like these.');
});

test('a run that passed is one notice', async (t) => {
  t.is(await renderResults(githubFormat, [createResult()]), '::notice title=kgate%3A passed::1 case.\n');
});

test('a red verdict without a red case is an error', async (t) => {
  const text = await renderResults(githubFormat, [createResult()], {
    verdict: 'infra-error',
    reasons: ['1 of 2 planned cases were not executed: x.'],
  });
  t.regex(
    text,
    /^::error title=infra-error%3A kgate › verdict.*1 of 2 planned cases were not executed: x\.\n$/u,
  );
});

test('a spec outside the checkout is not linked', async (t) => {
  t.regex(
    await renderResults(githubFormat, [createResult({ outcome: 'failed', location: '/tmp/x.yaml:3' })]),
    /^::error title=/u,
  );
});

test('what a guest prints begins no command of its own', async (t) => {
  const text = await renderResults(githubFormat, createHostileResults());
  const lines = text.trimEnd().split('\n');
  t.is(lines.length, 4);
  for (const line of lines)
    t.regex(line, /^::(?:error|warning) file=specs\/special-mappings\.yaml,line=6,title=/u);
  t.notRegex(text, /##\[|\r/u);
});
