import { architectures } from '../../arch/architectures.ts';

/** The wrappers of a system call's own function, in the order they are stripped. */
const WRAPPERS = [
  'SYSC_',
  'SyS_',
  'sys_',
  ...Object.values(architectures).flatMap(({ console }) => console.systemCallPrefixes),
  '____sys_',
  '___sys_',
  '__sys_',
  'compat_SYSC_',
  'compat_SyS_',
  'ksys_',
];

/**
 * Which of these a stack has depends on the architecture and on the compiler's inlining: without them a function has
 * one name everywhere. syzbot leaves out `__do_sys_` altogether.
 */
const INNER_WRAPPER = /^__(?:se|do)_(?=(?:compat_)?sys_)/u;

/**
 * A function's name as in the source: without offsets, and without the suffixes of parts that the compiler split off.
 */
export function symbolName(symbol: string): string {
  const dot = symbol.indexOf('.', 1);
  const plus = symbol.indexOf('+');
  const end = Math.min(dot === -1 ? symbol.length : dot, plus === -1 ? symbol.length : plus);
  return symbol.slice(0, end);
}

/** A function's name as syzbot writes it: without a system call's wrapper, `__x64_sys_read` as `sys_read`. */
export function plainName(symbol: string): string {
  let name = symbolName(symbol);
  for (const wrapper of WRAPPERS)
    if (name.startsWith(wrapper) && name.length > wrapper.length) name = name.slice(wrapper.length);
  return name.replace(INNER_WRAPPER, '');
}
