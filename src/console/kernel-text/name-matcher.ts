/**
 * Makes a predicate of a list of names that white space divides. A star before or after a name stands for any beginning or
 * rest: `kfree*` begins with it, `*_trap` ends in it, `*kasan*` contains it. A name that does not begin with an underscore
 * stands for those with underscores before it, too.
 */
export function createNameMatcher(list: string): (name: string) => boolean {
  const names = list.split(/\s+/u).filter((name) => name !== '');
  const whole = new Set(names.filter((name) => !name.includes('*')));
  const stripped = (keep: RegExp) =>
    names.filter((name) => keep.test(name)).map((name) => name.replaceAll('*', ''));
  const beginnings = stripped(/^[^*].*\*$/u);
  const endings = stripped(/^\*.*[^*]$/u);
  const parts = stripped(/^\*.*\*$/u);
  return (name) => {
    const plain = name.replace(/^_+/u, '');
    return (
      whole.has(name) ||
      whole.has(plain) ||
      beginnings.some((beginning) => name.startsWith(beginning) || plain.startsWith(beginning)) ||
      endings.some((ending) => name.endsWith(ending)) ||
      parts.some((part) => name.includes(part))
    );
  };
}
