/**
 * Makes a predicate from a list of names separated by white space. A star before or after a name stands for any prefix
 * or suffix: `kfree*` begins with it, `*_trap` ends in it, `*kasan*` contains it. A name that does not begin with an
 * underscore also matches with leading underscores.
 */
export function createNameMatcher(list: string): (name: string) => boolean {
  const names = list.split(/\s+/u).filter((name) => name !== '');
  const whole = new Set(names.filter((name) => !name.includes('*')));
  const stripped = (keep: RegExp) =>
    names.filter((name) => keep.test(name)).map((name) => name.replaceAll('*', ''));
  const beginnings = Map.groupBy(stripped(/^[^*].*\*$/u), (name) => name.charAt(0));
  const endings = stripped(/^\*.*[^*]$/u);
  const parts = stripped(/^\*.*\*$/u);
  const begins = (name: string): boolean =>
    beginnings.get(name.charAt(0))?.some((beginning) => name.startsWith(beginning)) ?? false;
  return (name) => {
    if (whole.has(name) || begins(name)) return true;
    const plain = name.replace(/^_+/u, '');
    return (
      whole.has(plain) ||
      begins(plain) ||
      endings.some((ending) => name.endsWith(ending)) ||
      parts.some((part) => name.includes(part))
    );
  };
}
