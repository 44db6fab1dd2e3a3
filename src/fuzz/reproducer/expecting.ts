import type { Expectation } from '../judge/divergence.ts';
import { address } from '../operations/arguments.ts';
import type { Wording } from './write-processes.ts';

/** Endings as the helpers of a reproducer have them. */
const ERRORS: Readonly<Record<string, string>> = { none: '0', SIGSEGV: 'EFAULT', SIGBUS: 'EIO' };

const hex = (value: number | undefined): string =>
  value === undefined || value === 0 ? '0' : `0x${value.toString(16)}`;

/** The wording of a reproducer, which judges by itself. */
export const EXPECTING: Wording = {
  call: (_, source, [ending = 'none']) => `expect(${source}, ${ERRORS[ending] ?? ending});`,
  check: writeCheck,
  count: (counter, wanted) => [`expect_counter(__LINE__, "${counter}:", ${wanted});`],
};

function writeCheck(expected: Expectation): string[] {
  if (expected.kind === 'mapping')
    return [`expect_mapping(__LINE__, ${address(expected.page)}, "${expected.rights ?? ''}");`];
  if (expected.kind === 'lock')
    return [`expect_locked(__LINE__, ${address(expected.page)}, ${expected.isLocked ? 1 : 0});`];
  if (expected.kind === 'presence') return [`expect_present(__LINE__, ${address(expected.page)});`];
  if (expected.kind !== 'content') return ['/* What is wrong here has no check in C. */'];
  const [value, other] = expected.values;
  const error = value === undefined ? 'EIO' : '0';
  return [
    `expect_content(__LINE__, ${address(expected.page)}, ${hex(value)}, ${hex(other ?? value)}, ${error});`,
  ];
}
