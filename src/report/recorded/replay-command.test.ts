import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { renderMail } from '../mail/render-mail.ts';
import { renderSummary } from '../terminal/terminal-summary.ts';
import { createPalette } from '../text/palette.ts';
import { replayCommand } from './replay-command.ts';

const asked = {
  kernelFiles: { 'my-kernel': '/k/my-kernel.yaml' },
  options: ['--tree', '/my tree', '--config-from', '/boot/config', '--config', 'more.config', '--no-sandbox'],
};
const WORDS = "--tree '/my tree' --config-from /boot/config --config more.config --no-sandbox";

test('a case is run again on a kernel by its file, with the options that made it what it is', (t) => {
  t.is(
    replayCommand(createResult({ kernel: 'my-kernel' }), { asked, program: 'npx kgate' }),
    `npx kgate run special-mappings --case vdso_whole --kernel /k/my-kernel.yaml --arch x86_64 ${WORDS}`,
  );
  t.is(
    replayCommand(createResult({ kernel: 'linux' }), {}),
    'kgate run special-mappings --case vdso_whole --kernel linux --arch x86_64',
  );
});

test('a summary and a mail of a recorded run say what the run was asked', (t) => {
  const run = {
    ...createRecord([createResult({ kernel: 'linux', outcome: 'failed', problems: ['wrong.'] })]),
    asked,
  };
  t.true(
    renderSummary(run, '/none', { palette: createPalette(false) }).includes(
      `--kernel linux --arch x86_64 ${WORDS}`,
    ),
  );
  const mail = renderMail({ folder: '/none', run }).replaceAll(/\s*\\\n\s+/gu, ' ');
  t.true(mail.includes(WORDS), mail);
});
