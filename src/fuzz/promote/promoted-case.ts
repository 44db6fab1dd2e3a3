import { stringify } from 'yaml';
import { UsageError } from '../../errors.ts';
import type { Expectation } from '../judge/divergence.ts';
import type { Failure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import { stepsOf, type Program } from '../language/program.ts';
import { readParts } from '../reproducer/reproducer-source.ts';
import { wrapWords } from '../reproducer/wrap-line.ts';
import { writeMain } from '../reproducer/write-main.ts';
import { writeProcesses, type Wording } from '../reproducer/write-processes.ts';
import { address } from '../operations/arguments.ts';

/** A finding's program as one of a suite. */
export interface PromotedCase {
  /** The guest program, in C, which observes. */
  readonly program: string;
  /** The spec, in YAML, which judges. */
  readonly spec: string;
}

export interface PromoteRequest {
  /** Of the spec, and of the program's file. */
  readonly name: string;
  /** Where the program is, below the folder of guest programs. */
  readonly file: string;
  readonly program: Program;
  readonly failure: Failure;
  /** What was seen, in words. */
  readonly text: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** kgate's guests folder. */
  readonly guests: string;
}

type Expected = string | number | boolean | { readonly one_of: readonly (string | number)[] };

/** What a spec expects, gathered while the program is written. */
class Observing {
  readonly expected = new Map<string, Expected>();

  readonly wording: Wording = {
    call: (step, source, endings) => {
      this.#expect(`step_${step}.errno`, endings.map(asErrno));
      return `observe_call("step_${step}", ${source});`;
    },
    check: (expected) => this.#check(expected),
    count: (counter, wanted) => {
      const name = counter === 'VmSize' ? 'mapped.pages' : 'locked.pages';
      this.#expect(name, [wanted]);
      return [`observe_int("${name}", pages_since_start("${counter}:"));`];
    },
  };

  #check(expected: Expectation): string[] {
    if (expected.kind === 'value' || expected.kind === 'ending') return [];
    const name = `page_${expected.page}`;
    const at = address(expected.page);
    if (expected.kind === 'mapping') {
      this.#expect(`${name}.mapping`, [expected.rights ?? '']);
      return [`observe_text("${name}.mapping", rights_of(${at}));`];
    }
    if (expected.kind === 'lock') {
      this.expected.set(`${name}.locked`, expected.isLocked);
      return [`observe_bool("${name}.locked", is_locked(${at}));`];
    }
    if (expected.kind === 'presence') {
      this.expected.set(`${name}.in_memory`, true);
      return [`observe_bool("${name}.in_memory", is_present(${at}));`];
    }
    const values = expected.values.filter((value) => value !== undefined);
    if (values.length > 0) this.#expect(`${name}.reads`, values);
    else this.#expect(`${name}.errno`, ['EIO']);
    return [`observe_page("${name}", ${at});`];
  }

  #expect(name: string, values: readonly (string | number)[]): void {
    const [one = 'none'] = values;
    this.expected.set(name, values.length === 1 ? one : { one_of: [...new Set(values)] });
  }
}

/** As observe_call() has it: a signal is an errno in these programs. */
const asErrno = (ending: string): string => ({ SIGSEGV: 'EFAULT', SIGBUS: 'EIO' })[ending] ?? ending;

const CLONING = /\bprocess_vm_mmap\(/u;

/** Makes a program and a spec of a finding. Throws UsageError where C cannot say what is wrong. */
export async function promotedCase(request: PromoteRequest): Promise<PromotedCase> {
  const { program, failure, operations, text } = request;
  if (failure.kind === 'divergence' && failure.divergence.expected.kind === 'value')
    throw new UsageError('What is wrong in this finding cannot be said in C.', {
      code: 'FUZZ_FINDING_NOT_PROMOTED',
      hint: 'Write the case by hand: program.json has the steps.',
      detail: text,
    });
  const observing = new Observing();
  const processes = writeProcesses({ program, failure, operations, wording: observing.wording });
  const body = [processes, writeMain(program, processes, 'static int run(void)')].join('\n');
  const parts = await readParts(body, request.guests);
  const source = [heading(text), ...parts.map(withoutFeatures), '\n', body, '\n', CASE].join('');
  return { program: source, spec: writeSpec(request, observing.expected, processes) };
}

/** The compiler is told that by kgate. */
const withoutFeatures = (part: string): string => part.replace('#define _GNU_SOURCE\n', '');

const CASE = ['CASE(found)', '{', '\tcheck(run() == 0);', '\tobserve_bool("ended", true);', '}', ''].join(
  '\n',
);

const heading = (text: string): string =>
  [
    '// SPDX-License-Identifier: MIT',
    '/*',
    ' * Found by "kgate fuzz":',
    ' *',
    ...wrapWords(`${text}.`).map((line) => ` *   ${line}`),
    ' */',
    '#include <kgate/case.h>',
    '#include <stdbool.h>',
    '',
  ].join('\n');

function writeSpec(
  { name, file, text, program, operations }: PromoteRequest,
  expected: ReadonlyMap<string, Expected>,
  processes: string,
): string {
  const about = text.replace(/^step \d+: /u, '');
  const spec = {
    spec: name,
    summary: 'What kgate fuzz found: a program that a kernel did not run as the model says',
    program: file,
    cases: {
      found: { about: `not that ${about}`, expect: { ...Object.fromEntries(expected), ended: true } },
    },
  };
  const cloning = CLONING.test(processes) ? firstClone(program, operations) : undefined;
  const on =
    cloning === undefined
      ? {}
      : { on: { base: { every: { [`step_${cloning}.errno`]: 'ENOSYS', ended: true } } } };
  return stringify({ ...spec, ...on }, { lineWidth: 110 });
}

/** The step of the first process_vm_mmap(), which base kernels do not have. */
function firstClone(program: Program, operations: ReadonlyMap<string, Operation>): number | undefined {
  return stepsOf(program).find(
    ({ action, number }) =>
      action.kind === 'call' &&
      CLONING.test(
        operations.get(action.call.name)?.source(action.call.args, { step: number, pidOf: String }) ?? '',
      ),
  )?.number;
}
