/** What a line says to who reads KTAP. */
export type KtapLine =
  | { readonly kind: 'version' }
  /** The name of the group of tests that begins, or has begun. */
  | { readonly kind: 'subtest'; readonly name: string }
  | { readonly kind: 'plan'; readonly count: number; readonly skipReason: string | undefined }
  | {
      readonly kind: 'result';
      readonly ok: boolean;
      readonly number: number | undefined;
      readonly name: string;
      readonly directive: Directive | undefined;
      /** What follows the directive, or the "#" where there is none. */
      readonly data: string;
    }
  | { readonly kind: 'bail-out'; readonly reason: string }
  | { readonly kind: 'diagnostic'; readonly text: string };

export type Directive = 'SKIP' | 'TODO' | 'XFAIL' | 'TIMEOUT' | 'ERROR';

/** Reads one line without its prefix: see the kernel's Documentation/dev-tools/ktap.rst, and TAP 13 and 14. */
export function parseKtapLine(line: string): KtapLine {
  if (/^K?TAP version \d+\s*$/u.test(line)) return { kind: 'version' };
  const subtest = /^# Subtest: (.*)$/u.exec(line)?.[1];
  if (subtest !== undefined) return { kind: 'subtest', name: subtest.trim() };
  const plan = /^1\.\.(\d+)\s*(?:#\s*SKIP\b:?\s*(.*))?$/iu.exec(line);
  if (plan !== null)
    return {
      kind: 'plan',
      count: Number(plan[1]),
      skipReason: plan[2] ?? (/#\s*SKIP/iu.test(line) ? '' : undefined),
    };
  const bailOut = /^Bail out!\s*(.*)$/iu.exec(line)?.[1];
  if (bailOut !== undefined) return { kind: 'bail-out', reason: bailOut.trim() };
  const result = /^(not )?ok\b(?:\s+(\d+)(?!\S))?(?:\s+-(?=\s|$))?(.*)$/u.exec(line);
  if (result === null) return { kind: 'diagnostic', text: line.replace(/^# ?/u, '') };
  const [, not, number, rest = ''] = result;
  return {
    kind: 'result',
    ok: not === undefined,
    number: number === undefined ? undefined : Number(number),
    ...splitName(rest),
  };
}

/** A name ends at the first "#" with a space before it; one that is escaped belongs to it. */
function splitName(text: string): {
  readonly name: string;
  readonly directive: Directive | undefined;
  readonly data: string;
} {
  const [, name = '', note = ''] = /^(.*?)(?:\s#(?!\S*#)\s*(.*))?$/u.exec(` ${text}`) ?? [];
  const [, directive, data = ''] = /^(SKIP|TODO|XFAIL|TIMEOUT|ERROR)\b:?\s*(.*)$/iu.exec(note) ?? [];
  return {
    name: name.replaceAll(String.raw`\#`, '#').trim(),
    directive: directive?.toUpperCase() as Directive | undefined,
    data: (directive === undefined ? note : data).trim(),
  };
}
