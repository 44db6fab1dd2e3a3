/** The ABI that a program is compiled for: the architecture's own, or the 32-bit one that its kernels also execute. */
export type GuestAbi = 'native' | 'compat';

/** Programs below a folder `compat` are the 32-bit ones. */
export function abiOf(source: string): GuestAbi {
  return /(?:^|\/)compat\//u.test(source) ? 'compat' : 'native';
}
