/** Where a kernel's tree has its selftests. */
export const SELFTESTS = 'tools/testing/selftests';

/** Folders with files that some Makefile or program of the selftests reads, besides headers. */
const READ = ['tools/', 'include/', 'scripts/', 'usr/', 'lib/vdso/', 'lib/raid6/'];
/** The parts of an architecture's own folder that they read. */
const READ_OF_ARCH = ['include/', 'entry/vdso/', 'kernel/vdso/', 'lib/', 'tools/'];

/** Whether a path of a kernel's tree can matter to its selftests for an architecture, named as in the tree. */
export function mattersToSelftests(path: string, sourceArch: string): boolean {
  if (path === 'Makefile' || READ.some((folder) => path.startsWith(folder))) return true;
  const own = `arch/${sourceArch}/`;
  if (path.startsWith('arch/'))
    return path.startsWith(own) && READ_OF_ARCH.some((folder) => path.startsWith(own + folder));
  return path.endsWith('.h') && /^(?:mm|kernel|lib)\//u.test(path);
}
