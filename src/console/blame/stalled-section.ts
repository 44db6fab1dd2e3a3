import { isPlace } from '../kernel-text/stacks/places.ts';
import { isTraceHeader } from '../kernel-text/stacks/stack-trace.ts';

/** What a stall report shows about one processor or task. */
interface Section {
  readonly lines: readonly string[];
  readonly cpu: string | undefined;
  /** Of the grace-period thread, which is the victim. */
  readonly ofVictim: boolean;
}

/** "rcu: \t0-...!: (1 GPs behind) …": a processor that is stalled. */
const STALLED_CPU = /^(?:rcu: )?\s+(?<cpu>\d+)-\S{4}:? /u;
const VICTIM = /^rcu: (?:RCU grace-period kthread stack dump|Stack dump where RCU GP kthread last ran)/u;
const BEGINNING =
  /^(?:NMI backtrace for cpu (?<nmi>\d+)|CPU: (?<cpu>\d+) |task:|Task dump for CPU (?<dump>\d+):)/u;
/**
 * The part of a stall report that shows the stalled processor or task: not the starved grace-period thread, though its
 * stack usually comes first.
 */
export function stalledSection(lines: readonly string[]): readonly string[] {
  const stalled = new Set(lines.flatMap((line) => STALLED_CPU.exec(line)?.groups?.['cpu'] ?? []));
  const telling = sectionsOf(lines).filter((section) => isTelling(section.lines));
  const chosen =
    telling.find(({ cpu }) => cpu !== undefined && stalled.has(cpu)) ??
    telling.find(({ ofVictim }) => !ofVictim) ??
    telling[0];
  return chosen?.lines ?? [];
}

/** Whether a stall report also shows the starved thread. */
export function showsVictim(lines: readonly string[]): boolean {
  return lines.some((line) => VICTIM.test(line));
}

const isTelling = (lines: readonly string[]): boolean =>
  lines.some((line) => isPlace(line) || isTraceHeader(line));

function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: Section[] = [];
  let begun: { lines: string[]; cpu: string | undefined; ofVictim: boolean } = {
    lines: [],
    cpu: undefined,
    ofVictim: false,
  };
  let victimNext = false;
  for (const line of lines) {
    victimNext ||= VICTIM.test(line);
    const groups = BEGINNING.exec(line)?.groups;
    const cpu = groups === undefined ? undefined : (groups['nmi'] ?? groups['cpu'] ?? groups['dump']);
    // "NMI backtrace for cpu 1" and the "CPU: 1 …" after it begin one section.
    const continued = cpu !== undefined && cpu === begun.cpu && !isTelling(begun.lines);
    if (groups !== undefined && !continued) {
      begun = { lines: [], cpu, ofVictim: victimNext };
      victimNext = false;
      sections.push(begun);
    } else if (sections.length === 0) sections.push(begun);
    begun.lines.push(line);
  }
  return sections;
}
