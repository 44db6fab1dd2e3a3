import type { Program } from '../language/program.ts';
import { functionOf, isAlone } from './write-processes.ts';

/** The function that starts the first processes, and waits for the end of the last turn; some have their pages counted. */
export function writeMain(program: Program, counts: boolean): string {
  const { schedule, calls } = program;
  const alone = isAlone(program) ? schedule.roots.map((root) => `\t${functionOf(root)}();`) : undefined;
  const touches = calls.flat().some(({ name }) => ['read', 'write', 'pwrite'].includes(name));
  const borrows = calls.flat().some(({ name }) => name === 'foreign process_vm_mmap');
  const readsOnly = calls.flat().some(({ args }) => args['kind'] === 'read-only memfd');
  const roots = schedule.roots.flatMap((root) => [
    `\tshared->pid[${root}] = fork();`,
    `\tif (shared->pid[${root}] == 0)`,
    `\t\t${functionOf(root)}();`,
  ]);
  return [
    'int main(void)',
    '{',
    '\tpage = (size_t)sysconf(_SC_PAGESIZE);',
    '\tmemfd = memfd_create("reproducer", MFD_ALLOW_SEALING);',
    ...(readsOnly ? ['\tread_only_memfd = open("/dev/fd/3", O_RDONLY);'] : []),
    '\tif (ftruncate(memfd, (off_t)(MEMFD_PAGES * page)) == -1)',
    '\t\treturn 2;',
    '\tshared = mmap(NULL, page, PROT_READ | PROT_WRITE,',
    '\t\t      MAP_SHARED | MAP_ANONYMOUS, -1, 0);',
    '\tif (shared == MAP_FAILED)',
    '\t\treturn 2;',
    ...(counts ? ['\tsize_before = read_counter("VmSize:");'] : []),
    ...(borrows ? ['\tmake_foreign_memory();'] : []),
    ...(touches ? ['\tsignal(SIGSEGV, catch_fault);', '\tsignal(SIGBUS, catch_fault);'] : []),
    ...(alone ?? [
      '\t/* Whoever exits is gone at once, also where the parent exited before. */',
      '\tprctl(PR_SET_CHILD_SUBREAPER, 1);',
      '\tsignal(SIGCHLD, SIG_IGN);',
      '\tshared->turn = UINT32_MAX;',
      ...roots,
      '\tshared->turn = 0;',
      `\tawait_turn(${schedule.turns.length});`,
    ]),
    '\treturn shared->failed;',
    '}',
    '',
  ].join('\n');
}
