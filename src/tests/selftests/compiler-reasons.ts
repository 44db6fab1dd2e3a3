/** Lines that say why a command of make failed. */
const REASON = /(?:\berror:|undefined reference|cannot find -l|No such file|not found|ld: )/u;
const FAILED = /^make(?:\[\d+\])?: \*\*\* \[(?:[^\]:]+:\d+: )?([^\]]+)\] Error/u;
const NO_RULE = /^make(?:\[\d+\])?: \*\*\* (No rule to make target '[^']+'), needed by '([^']+)'/u;

/** Why each target failed, by its path as make names it, from the output of `make -k --output-sync=target`. */
export function readFailures(lines: readonly string[]): ReadonlyMap<string, string> {
  const failures = new Map<string, string>();
  let before: string[] = [];
  for (const line of lines) {
    const [, rule, needing] = NO_RULE.exec(line) ?? [];
    const target = FAILED.exec(line)?.[1] ?? needing;
    if (target === undefined) {
      before.push(line);
      continue;
    }
    const reason = rule ?? before.find((one) => REASON.test(one));
    if (!failures.has(target)) failures.set(target, plain(reason ?? 'make did not say why'));
    before = [];
  }
  return failures;
}

/** Without the places of the host. */
const plain = (reason: string): string => reason.replaceAll(/(?:\/[\w.@+-]+)+\//gu, '').trim();
