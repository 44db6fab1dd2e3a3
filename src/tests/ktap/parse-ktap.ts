import { unreachable } from '../../util/unreachable.ts';
import { type KtapLine, parseKtapLine } from './parse-line.ts';
import { documentLines } from './strip-prefix.ts';
import type { KtapReport, KtapStatus, KtapTest } from './ktap-test.ts';

/** Diagnostics kept of one test: the first and the last. */
const DIAGNOSTICS_MAX = 200;
/** No document plans more; one that does is not believed. */
const PLAN_MAX = 100_000;

/**
 * Reads a document of KTAP 1, or of TAP 12 to 14 with a version line, nested as KUnit and kselftest nest it. Nothing is
 * passed without a result line: a test that was planned, or begun, and did not report crashed.
 */
export function parseKtap(text: string): KtapReport {
  const lines = documentLines(text);
  if (lines.length === 0) return { tests: [], problems: ['There is no line "KTAP version 1".'] };
  const reader = new KtapReader();
  for (const line of lines.slice(1)) reader.read(line);
  return reader.end();
}

/** The tests of one level, while they are read. */
interface Group {
  /** What its lines begin with. */
  readonly prefix: string;
  name: string;
  planned: number | undefined;
  skipReason: string | undefined;
  tests: KtapTest[];
  /** How many of them belong to an earlier document at the same level. */
  before: number;
  diagnostics: string[];
  /** A group inside that has ended, whose own result is still to come. */
  inner: { readonly name: string; readonly tests: readonly KtapTest[] } | undefined;
}

const newGroup = (prefix: string): Group => ({
  prefix,
  name: '',
  planned: undefined,
  skipReason: undefined,
  tests: [],
  before: 0,
  diagnostics: [],
  inner: undefined,
});

class KtapReader {
  readonly #groups: [Group, ...Group[]] = [newGroup('')];
  readonly #problems: string[] = [];
  #bailedOut: string | undefined;

  read(line: string): void {
    if (this.#bailedOut !== undefined) return;
    for (let depth = this.#groups.length - 1; depth >= 0; depth -= 1) {
      const group = this.#groups[depth];
      if (group === undefined || !line.startsWith(group.prefix)) continue;
      const parsed = parseKtapLine(line.slice(group.prefix.length));
      if (parsed.kind === 'diagnostic') continue;
      this.#closeTo(depth);
      this.#take(group, parsed);
      return;
    }
    if (this.#opens(line)) return;
    const top = this.#top;
    const text = line.startsWith(top.prefix) ? line.slice(top.prefix.length) : line;
    if (text.trim() !== '') top.diagnostics.push(text.replace(/^# ?/u, ''));
  }

  end(): KtapReport {
    this.#closeTo(0);
    const [root] = this.#groups;
    finish(root, this.#bailedOut);
    if (root.tests.length === 0 && root.skipReason !== undefined)
      root.tests.push({ ...notReported(root, ''), status: 'skipped', reason: root.skipReason });
    return { tests: root.tests, problems: this.#problems };
  }

  get #top(): Group {
    return this.#groups.at(-1) ?? this.#groups[0];
  }

  /** A group inside begins where its version, name or plan is indented, or its version commented out, as kselftest does it. */
  #opens(line: string): boolean {
    const top = this.#top;
    if (!line.startsWith(top.prefix)) return false;
    const [indent = ''] = /^(?:\s+|# )/u.exec(line.slice(top.prefix.length)) ?? [];
    const parsed = parseKtapLine(line.slice(top.prefix.length + indent.length));
    const begins = parsed.kind === 'version' || (indent !== '# ' && OPENING.has(parsed.kind));
    if (indent === '' || !begins) return false;
    // What was said before it is about the group as a whole.
    const group = newGroup(top.prefix + indent);
    this.#groups.push(group);
    this.#take(group, parsed);
    return true;
  }

  #take(group: Group, line: KtapLine): void {
    switch (line.kind) {
      case 'version':
        this.#beginAgain(group);
        return;
      case 'subtest':
        if (group.tests.length > 0) this.#beginAgain(group);
        this.#top.name = line.name;
        return;
      case 'plan':
        this.#takePlan(group, line);
        return;
      case 'result':
        this.#takeResult(group, line);
        return;
      case 'bail-out':
        this.#bailedOut = line.reason;
        return;
      case 'diagnostic':
        return;
      default:
        unreachable(line);
    }
  }

  /** Another document at the same level: of the one before it, nothing more will come. */
  #beginAgain(group: Group): void {
    const depth = this.#groups.indexOf(group);
    if (group.tests.length === 0 && group.planned === undefined) return;
    if (depth > 0) {
      this.#closeTo(depth - 1);
      this.#groups.push(newGroup(group.prefix));
      return;
    }
    finish(group, undefined);
    group.before = group.tests.length;
    group.planned = undefined;
  }

  #takePlan(group: Group, { count, skipReason }: Extract<KtapLine, { readonly kind: 'plan' }>): void {
    group.skipReason = skipReason;
    if (count <= PLAN_MAX) group.planned = count;
    else this.#problems.push(`A plan of ${count} tests is not believed.`);
  }

  #takeResult(group: Group, line: Extract<KtapLine, { readonly kind: 'result' }>): void {
    const { number, name } = line;
    const expected = group.tests.length - group.before + 1;
    // A number that was left out is a test that did not report.
    if (number !== undefined && number > expected && number <= (group.planned ?? 0))
      addMissing(group, number - 1, undefined);
    else if (number !== undefined && number !== expected)
      this.#problems.push(`The test "${name}" has the number ${number} in place of ${expected}.`);
    const status = statusOf(line);
    // Whoever has executed nothing has not passed.
    const isEmpty = status === 'passed' && group.inner?.tests.length === 0;
    group.tests.push({
      name,
      status: isEmpty ? 'skipped' : status,
      reason: isEmpty ? 'it has no tests' : reasonOf(line),
      diagnostics: bounded(group.diagnostics),
      subtests: group.inner?.tests ?? [],
    });
    group.diagnostics = [];
    group.inner = undefined;
  }

  /** Ends the groups further in. The outermost of them waits for its result; the others will never get theirs. */
  #closeTo(depth: number): void {
    while (this.#groups.length > depth + 1) {
      const group = this.#groups.pop();
      if (group === undefined) return;
      const above = this.#top;
      finish(group, this.#bailedOut);
      addUnfinished(above);
      above.inner = { name: group.name, tests: group.tests };
      above.diagnostics.push(...group.diagnostics);
    }
  }
}

const OPENING: ReadonlySet<KtapLine['kind']> = new Set(['subtest', 'plan']);

/** Whatever has not reported by now crashed. */
function finish(group: Group, bailedOut: string | undefined): void {
  addUnfinished(group);
  addMissing(group, group.planned ?? 0, bailedOut);
}

function addUnfinished(group: Group): void {
  if (group.inner === undefined) return;
  const { name, tests } = group.inner;
  group.tests.push({ ...notReported(group, name), subtests: tests });
  group.inner = undefined;
}

function addMissing(group: Group, upTo: number, bailedOut: string | undefined): void {
  while (group.tests.length - group.before < upTo) {
    const reason = bailedOut === undefined ? NO_REPORT : `Bail out! ${bailedOut}`.trimEnd();
    group.tests.push({ ...notReported(group, ''), reason });
  }
}

const NO_REPORT = 'it was planned, and did not report';

/** What was printed last may say why. */
function notReported(group: Group, name: string): KtapTest {
  const diagnostics = bounded(group.diagnostics);
  group.diagnostics = [];
  return { name, status: 'crashed', reason: 'it did not report its end', diagnostics, subtests: [] };
}

function statusOf({ ok, directive }: Extract<KtapLine, { readonly kind: 'result' }>): KtapStatus {
  if (directive === 'SKIP') return 'skipped';
  return ok && directive !== 'TIMEOUT' && directive !== 'ERROR' ? 'passed' : 'failed';
}

function reasonOf({ directive, data }: Extract<KtapLine, { readonly kind: 'result' }>): string | undefined {
  const text = directive === undefined || directive === 'SKIP' ? data : `${directive} ${data}`.trim();
  return text === '' && directive === undefined ? undefined : text;
}

function bounded(lines: readonly string[]): readonly string[] {
  const half = DIAGNOSTICS_MAX / 2;
  if (lines.length <= DIAGNOSTICS_MAX) return lines;
  const left = lines.length - DIAGNOSTICS_MAX;
  return [...lines.slice(0, half), `[kgate: ${left} lines left out]`, ...lines.slice(-half)];
}
