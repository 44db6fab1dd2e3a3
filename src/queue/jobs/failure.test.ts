import test from 'ava';
import { BuildError, HostError, InfraError, InternalError, UsageError } from '../../errors.ts';
import { asError, asFailure, isFinal } from './failure.ts';

test('an error of a worker is the same error where it is waited for, exit code included', (t) => {
  const details = { code: 'AREA_PROBLEM', hint: 'Do this.', detail: 'line 1', commands: ['make'] };
  for (const Kind of [UsageError, BuildError, InfraError, HostError, InternalError]) {
    const error = new Kind('It went wrong.', details);
    const back = asError(JSON.parse(JSON.stringify(asFailure(error))));
    t.true(back instanceof Kind);
    const { message, code, hint, detail, commands, exitCode } = back;
    t.deepEqual(
      { message, code, hint, detail, commands, exitCode },
      { message: 'It went wrong.', ...details, exitCode: error.exitCode },
    );
  }
});

test('what was not expected is trouble of the harness', (t) => {
  const failure = asFailure(new TypeError('x is not a function'));
  t.is(failure.kind, 'InfraError');
  t.is(failure.code, 'QUEUE_WORKER_FAILED');
});

test('paths are those of the submitter', (t) => {
  const error = new BuildError('/cache/files/home/me/a.c: bad', {
    code: 'X',
    detail: '/cache/files/home/me/a.c:1',
  });
  const failure = asFailure(error, (text) => text.replaceAll('/cache/files', ''));
  t.is(failure.message, '/home/me/a.c: bad');
  t.is(failure.detail, '/home/me/a.c:1');
});

test('only what every worker would find is final', (t) => {
  t.true(isFinal(new BuildError('x', { code: 'X' })));
  t.false(isFinal(new HostError('x', { code: 'X' })));
  t.false(isFinal(new Error('x')));
});
