import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { compileHostAgent, startHostAgent } from '../../../fixtures/agent/host-agent.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import type { CapturedTask } from '../../console/agent/captured-task.ts';
import { createAgentSession } from '../../console/agent/create-session.ts';
import { describeHangStack } from '../../console/hangs/hang-stack.ts';
import { readProgramStacks } from '../../image/stacks/program-stack.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { judgeCase } from '../judge/judge-case.ts';
import { explainDeath, explainTasks, type LocateProgram } from './explain-program.ts';

/** The guest's own agent on this host, and programs that die or hang in it: real stops, real stacks. */
const folder = await createTemporaryFolder('kgate-explain-program');
const agentFile = join(folder.path, 'agent');
const compiled = await compileHostAgent(agentFile).catch(() => undefined);
const arch = ARCH_NAMES.find((name) => architectures[name].hostArch === process.arch);
const withAgent = compiled === undefined || arch === undefined ? test.serial.skip : test.serial;

const binary = join(folder.path, 'endings');
const source = join(folder.path, 'endings.c');
await writeFile(
  source,
  `#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static __attribute__((noinline)) void touch(volatile char *at) { *at = 1; /* touch */ }
static __attribute__((noinline)) int deep(volatile char *at) { char more[512]; more[0] = *at; return deep(more) + more[1]; /* deep */ }
static __attribute__((noinline)) void call(void (*volatile function)(void)) { function(); /* call */ __asm__ volatile(""); }
static __attribute__((noinline)) void give_up(void) { abort(); /* give_up */ }
static __attribute__((noinline)) void copy(void *to) { memmove(to, "0123456789", strlen(to ? to : "ten bytes") + 1); /* copy */ }
static void *in_thread(void *at) { touch(at); return at; /* in_thread */ }
static void on_signal(int number) { (void)number; signal(SIGSEGV, SIG_DFL); }
static __attribute__((noinline)) void wait_for_ever(void) { for (;;) pause(); /* wait_for_ever */ }
static __attribute__((noinline)) void spin(void) { for (;;) __asm__ volatile(""); /* spin */ }
int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	pthread_t thread;
	volatile char first = 0;

	if (!strcmp(name, "touch")) touch((char *)8); /* main touch */
	if (!strcmp(name, "overflow")) return deep(&first);
	if (!strcmp(name, "call")) call(0); /* main call */
	if (!strcmp(name, "abort")) give_up(); /* main abort */
	if (!strcmp(name, "copy")) copy((void *)16);
	if (!strcmp(name, "handled")) { signal(SIGSEGV, on_signal); touch((char *)8); }
	if (!strcmp(name, "sent")) { raise(SIGUSR1); /* main sent */ }
	if (!strcmp(name, "thread") && !pthread_create(&thread, NULL, in_thread, (char *)8)) pthread_join(thread, NULL);
	if (!strcmp(name, "pause")) wait_for_ever(); /* main pause */
	if (!strcmp(name, "spin")) spin(); /* main spin */
	return 0;
}
`,
);

const built = await runCommand('gcc', ['-O2', '-g', '-static', '-pthread', '-o', binary, source]);
test.after.always(() => folder[Symbol.asyncDispose]());

/** "file:line" of the line with a comment. */
async function lineOf(comment: string): Promise<string> {
  const lines = (await readFile(source, 'utf8')).split('\n');
  return `${source}:${lines.findIndex((line) => line.includes(`/* ${comment} */`)) + 1}`;
}

const locate: LocateProgram = async (_, tasks: readonly CapturedTask[]) =>
  readProgramStacks({ path: binary, arch: arch ?? 'x86_64', abi: 'native' }, tasks);

async function runCase(name: string, follow: boolean) {
  if (built.exitCode !== 0) throw new Error(built.output);
  await using agent = await startHostAgent(agentFile, { endings: binary });
  using session = createAgentSession(agent.console, {});
  await session.waitForReady({ deadlineMs: 10_000 });
  await session.greet('nonce-1', { deadlineMs: 10_000 });
  const request = { program: 't/endings', case: name, timeoutMs: 1_000, follow };
  const transcript = await session.runCase(request);
  return await explainTasks(await explainDeath(transcript, request, locate), request, locate);
}

for (const [name, words] of [
  ['touch', 'SIGSEGV at address 0x8, in touch() touch'],
  ['call', 'SIGSEGV at address 0x0, in 0x0, called from call() call'],
  ['abort', 'SIGABRT, in give_up() give_up'],
  ['sent', 'SIGUSR1, in main() main sent'],
  ['handled', 'SIGSEGV at address 0x8, in touch() touch'],
  ['thread', 'SIGSEGV at address 0x8, in touch() touch'],
] as const) {
  withAgent(`a program that a signal kills is shown with its place (${name})`, async (t) => {
    const { problems } = judgeCase(await runCase(name, true), {});
    const [, sentence = '', comment = ''] = /^(.*\(\) )(.*)$/u.exec(words) ?? [];
    t.deepEqual(problems, [`The program was killed by ${sentence}${await lineOf(comment)}.`]);
  });
}

withAgent('a fault in the C library is shown with the line that called it', async (t) => {
  const { problems } = judgeCase(await runCase('copy', true), {});
  t.regex(
    problems[0] ?? '',
    /killed by SIGSEGV at address 0x10, in \w+\(\), called from copy\(\) \S+endings\.c:\d+\.$/u,
  );
});

withAgent('a stack that has overflowed is followed from where it is mapped', async (t) => {
  const { stacks = [], exit } = await runCase('overflow', true);
  t.like(exit, { kind: 'killed', signal: 'SIGSEGV' });
  const frames = stacks[0]?.program ?? [];
  t.true(frames.length > 10, JSON.stringify(frames));
  t.true(frames.every((frame) => frame.function === 'deep'));
});

withAgent('who is not followed is not traced', async (t) => {
  const transcript = await runCase('touch', false);
  t.deepEqual(transcript.exit, { kind: 'killed', signal: 'SIGSEGV' });
  t.deepEqual(transcript.tasks, []);
});

for (const [name, words] of [
  ['pause', 'called from wait_for_ever() wait_for_ever'],
  ['spin', 'in spin() spin'],
] as const) {
  withAgent(`a program that hangs is shown with its place (${name})`, async (t) => {
    const { breakdown, stacks = [], ended } = await runCase(name, false);
    t.is(breakdown?.kind, 'program-hung');
    t.true(ended);
    const [, sentence = '', comment = ''] = /^(.*\(\) )(.*)$/u.exec(words) ?? [];
    const said = describeHangStack(stacks[0]!);
    t.true(said.startsWith('The task endings ('), said);
    t.true(said.endsWith(`${sentence}${await lineOf(comment)}.`), said);
  });
}

test('what the agent saw of the case’s tasks comes before what the kernel shows of others', async (t) => {
  const task: CapturedTask = {
    pid: 30,
    tid: 31,
    name: 'worker',
    state: 'S',
    kernelStack: '[<0>] do_sys_poll+0x11/0x22\n[<0>] do_syscall_64+0x1/0x2',
    registers: Buffer.alloc(8),
    stack: { address: 0n, bytes: Buffer.alloc(0) },
  };
  const transcript = createTranscript({
    breakdown: { kind: 'program-hung', afterMs: 5 },
    kernelLog: `[    1.000000] sysrq: Show State
[    1.100000] task:kworker/0:1     state:D stack:0     pid:9     ppid:2      flags:0x00000002
[    1.200000] Call Trace:
[    1.300000]  wait_on_page+0x29/0x34
[    1.400000] task:worker          state:t stack:0     pid:31    ppid:28     flags:0x00000002
[    1.500000] Call Trace:
[    1.600000]  ptrace_stop+0x29/0x34
`,
    tasks: [
      task,
      { ...task, tid: 32, state: 'D', kernelStack: '', waitsIn: 'mmap_lock', registers: Buffer.alloc(0) },
    ],
  });
  const request = { program: 'a/b', case: 'c', timeoutMs: 1 };
  const { stacks = [] } = await explainTasks(transcript, request, async (_, tasks) =>
    tasks.map(({ tid, registers }) =>
      registers.length === 0 ? [] : [{ function: `f${tid}`, file: 'x.c', line: tid }],
    ),
  );
  t.deepEqual(stacks.map(describeHangStack), [
    'The task worker (32) was blocked in mmap_lock.',
    'The task worker (31) was asleep in do_sys_poll, called from f31() x.c:31.',
    'The task kworker/0:1 (9) was blocked in wait_on_page.',
  ]);
});
