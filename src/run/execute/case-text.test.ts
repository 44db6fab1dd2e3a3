import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { consoleOf, isLongOutput, outputForRecord, tailOf } from './case-text.ts';

const stamped = (count: number) =>
  Array.from({ length: count }, (_, index) => `[    1.${index}] line ${index}`);

test('a kernel log that is on the console is not shown twice', (t) => {
  const [one = '', two = ''] = stamped(2);
  const transcript = createTranscript({
    consoleText: `${one}\r\nx${two}\r\n`,
    kernelLog: `${one}\n${two}\n`,
  });
  t.is(consoleOf(transcript), transcript.consoleText);
});

test('a kernel log with lines that the console lost is shown after it', (t) => {
  const [one = '', two = ''] = stamped(2);
  const text = consoleOf(createTranscript({ consoleText: `${one}\r\n`, kernelLog: `${one}\n${two}\n` }));
  t.is(text, `${one}\r\n\n--- /dev/kmsg since the case began ---\n${one}\n${two}\n`);
});

test('a long kernel log beside a long console takes no time', (t) => {
  const begun = performance.now();
  const text = consoleOf(
    createTranscript({ consoleText: 'x'.repeat(16 * 2 ** 20), kernelLog: stamped(20_000).join('\n') }),
  );
  t.true(text.includes('line 19999'));
  t.true(performance.now() - begun < 15_000);
});

test('a short output is recorded unchanged', (t) => {
  const printed = { stdout: 'hello\n', stderr: '' };
  t.deepEqual(outputForRecord(printed, 'x.output.log'), { output: 'hello\n' });
  t.false(isLongOutput(printed));
  t.deepEqual(outputForRecord({ stdout: '', stderr: '' }, 'x.output.log'), {});
});

test('a record says where stderr begins', (t) => {
  const both = outputForRecord({ stdout: 'a\n', stderr: 'oh\n' }, 'x.output.log');
  t.deepEqual(both, { output: 'a\n\noh\n', stderrAt: 3 });
  t.deepEqual(outputForRecord({ stdout: '', stderr: 'oh\n' }, 'x.output.log'), {
    output: 'oh\n',
    stderrAt: 0,
  });
});

test('the record of a long output has both ends, how much is missing, and where to find it', (t) => {
  const long = `begin ${'x'.repeat(1_000_000)} end`;
  const { output = '' } = outputForRecord({ stdout: long, stderr: '' }, 'consoles/x.output.log');
  t.true(isLongOutput({ stdout: '', stderr: long }));
  t.true(output.length < 70_000);
  t.regex(
    output,
    /^begin x+\n\[kgate: 934474 characters left out\]\nx+ end\n\[kgate: all of it is in consoles\/x\.output\.log\]\n$/u,
  );
});

test('the tail of a console is short even if its lines are long', (t) => {
  const text = `${'y'.repeat(2 ** 20)}\n`.repeat(30);
  const tail = tailOf(text);
  t.is(tail.length, 20);
  t.true(tail.join('').length < 30_000);
  t.regex(tail[0] ?? '', /^y+… \[kgate: 1047576 characters left out\]$/u);
});
