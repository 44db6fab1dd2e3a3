/** What a program is compiled for: the architecture itself, or the 32-bit one that its kernels execute, too. */
export type GuestAbi = 'native' | 'compat';

/** Programs below a folder `compat` are the 32-bit ones. */
export function abiOf(source: string): GuestAbi {
  return /(?:^|\/)compat\//u.test(source) ? 'compat' : 'native';
}
