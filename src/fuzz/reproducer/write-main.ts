import type { Program } from '../language/program.ts';
import { functionOf } from './write-processes.ts';

/** The function that starts the first processes, and waits for the end of the last turn. */
export function writeMain({ schedule, calls }: Program): string {
  const touches = calls.flat().some(({ name }) => name === 'read' || name === 'write');
  const roots = schedule.roots.flatMap((root) => [
    `\tshared->pid[${root}] = fork();`,
    `\tif (shared->pid[${root}] == 0)`,
    `\t\t${functionOf(root)}();`,
  ]);
  return [
    'int main(void)',
    '{',
    '\tpage = (size_t)sysconf(_SC_PAGESIZE);',
    '\tmemfd = memfd_create("reproducer", 0);',
    '\tif (ftruncate(memfd, (off_t)(MEMFD_PAGES * page)) == -1)',
    '\t\treturn 2;',
    '\tshared = mmap(NULL, page, PROT_READ | PROT_WRITE,',
    '\t\t      MAP_SHARED | MAP_ANONYMOUS, -1, 0);',
    '\tif (shared == MAP_FAILED)',
    '\t\treturn 2;',
    '\t/* Children that exit are gone at once. */',
    '\tsignal(SIGCHLD, SIG_IGN);',
    ...(touches ? ['\tsignal(SIGSEGV, catch_fault);', '\tsignal(SIGBUS, catch_fault);'] : []),
    '\tshared->turn = UINT32_MAX;',
    ...roots,
    '\tshared->turn = 0;',
    `\tawait_turn(${schedule.turns.length});`,
    '\treturn shared->failed;',
    '}',
    '',
  ].join('\n');
}
