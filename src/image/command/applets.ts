/** Names that every busybox begins its list of applets with. */
const FIRST = '\0[\0[[\0';

/**
 * The applets that a busybox has, from its binary: their names stand in it one after the other, sorted, and it need not
 * be executed, which this host may not be able to do. Empty where there is no such list.
 */
export function readApplets(busybox: Buffer): string[] {
  const start = busybox.indexOf(FIRST, 0, 'latin1');
  if (start === -1) return [];
  const names: string[] = [];
  for (let at = start + 1; ;) {
    const end = busybox.indexOf(0, at);
    const name = busybox.toString('latin1', at, end);
    // Behind the last one comes something else, which is not sorted into the list.
    if (end === -1 || !/^[a-z0-9_.[-]{1,30}$/u.test(name) || name <= (names.at(-1) ?? '')) return names;
    names.push(name);
    at = end + 1;
  }
}
