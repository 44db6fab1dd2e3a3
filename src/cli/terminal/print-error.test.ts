import test from 'ava';
import { BuildError, InterruptedError } from '../../errors.ts';
import { createPalette } from '../../report/text/palette.ts';
import { describeError } from './print-error.ts';

const plain = { palette: createPalette(false) };

test('an error is told with its code, its evidence and the next step', (t) => {
  const error = new BuildError('mm/x.c does not compile.', {
    code: 'KERNEL_COMPILE_FAILED',
    detail: 'mm/x.c:3: error',
    hint: 'Fix it.',
  });
  t.deepEqual(describeError(error, plain), {
    text: 'error: mm/x.c does not compile. [KERNEL_COMPILE_FAILED]\n\nmm/x.c:3: error\n\nhint: Fix it.',
    exitCode: 3,
  });
});

test('the command that failed is told on request', (t) => {
  const error = new BuildError('x.c does not compile.', {
    code: 'IMAGE_COMPILE_FAILED',
    detail: 'x.c:3: error',
    commands: ['gcc -c x.c'],
  });
  const title = 'error: x.c does not compile. [IMAGE_COMPILE_FAILED]\n\nx.c:3: error\n\n';
  t.is(describeError(error, plain).text, `${title}hint: "kgate run" with --verbose shows the command.`);
  t.is(describeError(error, { ...plain, verbose: true }).text, `${title}gcc -c x.c`);
});

test('an interruption is no error message', (t) => {
  t.deepEqual(describeError(new InterruptedError(), plain), { text: 'Interrupted.', exitCode: 130 });
});

test('a full disk is trouble of the harness', (t) => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const { text, exitCode } = describeError(error, plain);
  t.is(exitCode, 4);
  t.regex(text, /The disk is full/u);
});

test('anything else is a bug, with its stack', (t) => {
  const { text, exitCode } = describeError(new TypeError('x is undefined'), plain);
  t.is(exitCode, 70);
  t.regex(text, /bug in kgate[^]*TypeError: x is undefined\n +at /u);
});
