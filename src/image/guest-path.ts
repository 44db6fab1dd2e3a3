/** A program's path below `/programs` in the guest, which is what the agent's `run` command names. */
export function guestPath(source: string): string {
  return source.replace(/\.c$/u, '');
}
