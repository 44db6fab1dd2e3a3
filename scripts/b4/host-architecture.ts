/** Where Debian has the dynamic loader and the libraries of this machine, below /usr. */
export function hostArchitecture(): { readonly loader: string; readonly libraries: string } {
  return process.arch === 'arm64'
    ? { loader: 'lib/ld-linux-aarch64.so.1', libraries: 'aarch64-linux-gnu' }
    : { loader: 'lib64/ld-linux-x86-64.so.2', libraries: 'x86_64-linux-gnu' };
}
