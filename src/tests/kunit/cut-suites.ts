/** The report of one suite in a kernel log. */
export interface SuiteReport {
  /** As the kernel has it. */
  readonly name: string;
  /** A KTAP document about this suite alone; it lacks the end where the suite did not get that far. */
  readonly text: string;
}

/** What a console or the agent puts before each line: when it was logged, and by whom. */
const STAMP = /^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/u;
/** Where a suite begins, once with a tab; a test with parameters is indented twice as far. */
const BEGIN = /^(?: {4}|\t)# Subtest: (?<name>.*)$/u;
/** The line before it since 6.3, which the document is not read without. */
const VERSION = /^ {4}KTAP version \d+$/u;
/** The result of a suite: a hyphen before the name until 6.2, and perhaps a directive behind it. */
const END = /^(?<result>(?:not )?ok) \d+ (?<rest>(?:- )?(?<name>.*?)(?: # .*)?)$/u;

/** What stands above all suites at boot. */
const TOP = /^(?:K?TAP version \d+|1\.\.\d+)$/u;

const HEAD = 'KTAP version 1\n1..1\n';

/**
 * Cuts what a kernel logged into what each KUnit suite reported, whether it ran by itself or with all others at boot.
 * Other messages stay where they are: among the diagnostics of the test that was running.
 */
export function cutSuites(log: string): readonly SuiteReport[] {
  const cutter = new Cutter();
  for (const line of log.split(/\r?\n/u)) cutter.take(line.replace(STAMP, '').trimEnd());
  return cutter.end();
}

class Cutter {
  readonly #suites: SuiteReport[] = [];
  #lines: string[] = [];
  #name: string | undefined;

  take(line: string): void {
    const begun = BEGIN.exec(line)?.groups?.['name'];
    const ended = END.exec(line)?.groups;
    if (begun !== undefined) this.#begin(begun, line);
    // A suite whose set-up failed has a result and nothing else.
    else if (ended !== undefined && (this.#name === undefined || this.#name === ended['name'])) {
      this.#lines.push(`${ended['result']} 1 ${ended['rest']}`);
      this.#finish(ended['name'] ?? '');
    } else if (this.#name === undefined && TOP.test(line)) this.#lines = [];
    else this.#lines.push(line);
  }

  end(): readonly SuiteReport[] {
    this.#finish(this.#name);
    return this.#suites;
  }

  #begin(name: string, line: string): void {
    const isAnnounced = VERSION.test(this.#lines.at(-1) ?? '');
    if (isAnnounced) this.#lines.pop();
    this.#finish(this.#name);
    this.#name = name;
    this.#lines = [...(isAnnounced ? ['    KTAP version 1'] : []), line];
  }

  #finish(name: string | undefined): void {
    if (name !== undefined) this.#suites.push({ name, text: `${HEAD}${this.#lines.join('\n')}\n` });
    this.#name = undefined;
    this.#lines = [];
  }
}
