import type { Program } from '../language/program.ts';
import { functionOf, isAlone } from './write-processes.ts';

/** The function that starts the first processes, and waits for the end of the last turn. What they need is set up before. */
export function writeMain(program: Program, processes: string, head = 'int main(void)'): string {
  const { schedule } = program;
  const alone = isAlone(program) ? schedule.roots.map((root) => `\t${functionOf(root)}();`) : undefined;
  const touches = /\b(?:read_page|write_page|expect_content|observe_page|write_file)\(/u.test(processes);
  const roots = schedule.roots.flatMap((root) => [
    `\tshared->pid[${root}] = fork();`,
    `\tif (shared->pid[${root}] == 0)`,
    `\t\t${functionOf(root)}();`,
  ]);
  return [
    head,
    '{',
    '\tpage = (size_t)sysconf(_SC_PAGESIZE);',
    '\tmemfd = memfd_create("reproducer", MFD_ALLOW_SEALING);',
    ...(/\bread_only_memfd\b/u.test(processes) ? ['\tread_only_memfd = open_read_only(memfd);'] : []),
    '\tif (ftruncate(memfd, (off_t)(MEMFD_PAGES * page)) == -1)',
    '\t\treturn 2;',
    '\tshared = mmap(NULL, page, PROT_READ | PROT_WRITE,',
    '\t\t      MAP_SHARED | MAP_ANONYMOUS, -1, 0);',
    '\tif (shared == MAP_FAILED)',
    '\t\treturn 2;',
    ...(/_counter\(|\bpages_since_start\(/u.test(processes)
      ? ['\tsize_before = read_counter("VmSize:");']
      : []),
    ...(/\btmpfs_file\b/u.test(processes) ? ['\ttmpfs_file = open_tmpfs_file(MEMFD_PAGES * page);'] : []),
    ...(/\bforeign_/u.test(processes) ? ['\tmake_foreign_memory();'] : []),
    ...(/\bstarved\(/u.test(processes) ? ['\tprepare_starving();'] : []),
    ...(touches ? ['\tsignal(SIGSEGV, catch_fault);', '\tsignal(SIGBUS, catch_fault);'] : []),
    ...(alone ?? [
      '\t/* An exited process is gone at once, even if its parent exited before. */',
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
