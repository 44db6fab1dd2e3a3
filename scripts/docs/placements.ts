import type { LeftOut, Placement, PlacementRule, TerminalStep } from './placement.ts';
import { PLACEHOLDER, standIn } from './stand-ins.ts';
import { pageOf, type ShownCommand } from './shown-command.ts';

/** The first cases of a suite have ended. */
const CASES = /^cases {3}/mu;
/** A kernel is being built. */
const BUILDING = /^kernel {2}\S+/mu;
const TEST_PASSED = /✔/u;
const INTERRUPTED = [130];

const LEAVE: readonly TerminalStep[] = [{ shown: /[#$] $/u, type: 'exit\r' }];
/** The kernel waits for a debugger, which lets it go; then there is a shell. */
const LEAVE_AFTER_GDB: readonly TerminalStep[] = [
  { shown: /gdb \S+vmlinux -ex '[^']+'/u, runWith: ' -batch -ex detach' },
  ...LEAVE,
];
const whole = (until = CASES): Placement => ({ place: 'clone', until, exit: INTERRUPTED });
const quick: Placement = { place: 'clone', quick: true };
/** Reports of the gate that was prepared, whatever was run since. */
const ofTheGate: Placement = { ...quick, before: 'ln -sfn "$GATE" .kgate/runs/latest' };
const leftOut = (why: string): LeftOut => ({ leftOut: why });

/**
 * What is done with each command of the docs; the first row that fits decides. What fits none is an error. Whatever runs
 * everything there is gets Ctrl-C after its first result.
 */
export const PLACEMENTS: readonly PlacementRule[] = [
  // What needs another machine, or changes this one.
  { command: /^curl .*example\.org/u, placement: leftOut('sends to a server that does not exist') },
  {
    command: /--queue redis:/u,
    placement: leftOut(
      'needs Redis on a machine that does not exist; src/cli/queue.guest.test.ts executes it',
    ),
  },
  { command: /^git send-email/u, placement: leftOut('sends mail') },
  { command: /^b4 am|\bb4 am .*\|/u, placement: leftOut('fetches from lore.kernel.org') },
  {
    command: /^kcidb-validate/u,
    placement: leftOut('a program of KCIDB; src/report/formats checks with its schema'),
  },
  { command: /^sudo sysctl/u, placement: leftOut('changes the host') },
  { command: /^npm run test:hosts$/u, placement: leftOut('installs three systems; has a table of its own') },
  {
    command: /^kgate check --b4 --whole/u,
    placement: leftOut('needs a review branch of b4: npm run test:b4'),
  },
  {
    command: /kgate fuzz (?:replay|promote)/u,
    placement: leftOut('needs a finding, which no fuzzing is sure to make'),
  },
  { command: /kgate fuzz --resume/u, placement: leftOut('needs a run that was stopped; src/fuzz tests it') },
  { command: /fuzz-natively/u, placement: leftOut('is about the kernel of the reader’s own machine') },
  {
    command: /^kgate run my-tests --case NAME/u,
    placement: leftOut('a synopsis; src/tests has such specs executed'),
  },
  {
    command: /\bselftests\//u,
    placement: leftOut(
      'builds a kernel for them; src/run/selftests.guest.test.ts executes those that need none',
    ),
  },
  {
    command: /\bkunit\b/u,
    placement: leftOut(
      'builds a kernel with KUnit; src/run/kunit.guest.test.ts and npm run test:kunit do that',
    ),
  },
  { command: /\bkgate run my-tests\b/u, placement: leftOut('a spec of the reader’s own') },
  { command: /^gdb /u, placement: leftOut('is executed as `kgate shell --gdb` prints it') },

  // Of kgate's repository.
  { command: /^ln -s/u, placement: { place: 'clone', before: 'rm -f ~/.local/bin/kgate' } },
  { command: /^npm run setup$/u, placement: quick },
  { command: /^npm run gate -- /u, placement: { place: 'clone' } },
  { command: /^npm start$/u, placement: { place: 'clone' } },
  {
    command: /^npm (?:test|run test:fast)$/u,
    placement: { place: 'clone', until: TEST_PASSED, exit: [1, 130] },
  },
  { command: /^npm run schema$/u, placement: quick },
  { command: /^npm run examples -- --render$/u, placement: { place: 'clone' } },
  { command: /^npm run examples$/u, placement: whole() },
  { command: /^npm run afternoon$/u, placement: whole(/^\d.* npx kgate gate/mu) },
  { command: /^npm run test:(?:debug|devices)$/u, placement: whole(/^(?:kernel|cases) {2}/mu) },
  { command: /^npm run (?:soak|test:(?:kills|trees|harmless))\b/u, placement: whole(/^(?!>).*\S.*\d/mu) },
  { command: /^npm run bench:(?:syscall|queue)\b/u, placement: whole(/^(?!>).*\S/mu) },
  { command: /^npm run bench --/u, placement: whole(/^(?!>).*\S/mu) },
  { command: /^node bench\/scan\.ts$/u, placement: { place: 'clone' } },
  { command: /^gcc |^\.\/copy-on-write /u, placement: quick },
  { command: /^man -l /u, placement: quick },
  { command: /^sha256sum --check/u, placement: { place: 'run' } },
  {
    command: /^sha256sum \*\.patch/u,
    placement: { place: 'clone', before: 'cd kernels/series/process-vm-mmap/6.12', quick: true },
  },
  { command: /^apt-get install /u, placement: { place: 'clone', instead: '$& --simulate' } },
  { command: /^cd kernels\/next/u, placement: quick },
  {
    command: /^npx kgate run$/u,
    page: /versions\.md/u,
    placement: { ...whole(), before: 'cd kernels/next/process-vm-mmap-v2' },
  },

  // A project that has kgate installed; its first two commands are executed when it is set up.
  { command: /^npm install --save-dev \.\/kgate/u, placement: { place: 'project', nodes: [20, 24] } },
  // The newest that npm finds every package of.
  {
    command: /^npm install --save-dev ava$/u,
    placement: { place: 'project', nodes: [20, 24], instead: '$&@8.0.1' },
  },
  { command: /^npx ava$/u, placement: { place: 'project' } },
  {
    command: /^npx kgate init$/u,
    page: /project\.md/u,
    placement: {
      place: 'project',
      nodes: [20, 24],
      before: 'rm -rf kgate.yaml specs guests .github .gitignore',
    },
  },
  { command: /^npx kgate run$/u, page: /project\.md/u, placement: { place: 'project', nodes: [20, 24] } },
  { command: /^npx kgate-node /u, placement: { place: 'project', nodes: [20, 24] } },
  {
    command: /kgate init .*--ci none$/u,
    placement: {
      place: 'project',
      before: 'rm -rf ~/linux/tools/testing/kgate',
      after: 'rm -rf ~/linux/tools/testing/kgate',
    },
  },
  {
    command: /kgate init --ci (?:slurm|kubernetes)$/u,
    placement: {
      place: 'home',
      instead: 'kgate init --ci slurm && mkdir pods && cd pods && kgate init --ci kubernetes',
      before: 'rm -rf new && mkdir new && cd new',
      quick: true,
    },
  },
  { command: /^kgate init my-tests/u, placement: { place: 'home', before: 'rm -rf my-tests', quick: true } },
  {
    command: /^kgate init$/u,
    placement: { place: 'home', before: 'rm -rf new && mkdir new && cd new', quick: true },
  },
  { command: /--last-failed/u, placement: { place: 'failed project', exit: [1] } },

  // Without guests.
  { command: /kgate prune/u, placement: { place: 'project', ownCache: true, quick: true } },
  { command: /kgate (?:bisect|report) --help$/u, placement: quick },
  { command: /kgate (?:list|doctor|mutants --list)\b/u, placement: quick },
  { command: /kgate run --list/u, placement: quick },
  {
    command: /kgate completion zsh/u,
    placement: { ...quick, shell: 'zsh', before: 'autoload -Uz compinit; compinit -u -D' },
  },
  { command: /kgate completion fish/u, placement: { ...quick, shell: 'fish' } },
  { command: /kgate completion bash/u, placement: quick },
  // The page says that a splat is exit code 1; this machine's own log may have one.
  { command: /^dmesg \| kgate scan/u, placement: { ...quick, exit: [0, 1] } },
  { command: /kgate scan/u, placement: { ...quick, exit: [1] } },
  { command: /kgate merge shards|kgate merge records/u, placement: { place: 'clone', quick: true } },
  { command: /kgate report .*\| prove/u, placement: { ...ofTheGate, exit: [1] } },
  { command: /kgate report/u, placement: ofTheGate },
  { command: /^cd ~\/linux && genhtml/u, placement: { place: 'home' } },

  // Guests.
  {
    command: /kgate (?:shell|dump) --kept|kgate run mremap .*--keep-failed/u,
    placement: leftOut('needs a case that fails: src/cli/guests/kept.guest.test.ts has one'),
  },
  { command: /kgate dump/u, placement: { place: 'clone' } },
  { command: /kgate shell --gdb/u, placement: { place: 'clone', terminal: LEAVE_AFTER_GDB } },
  { command: /kgate shell/u, placement: { place: 'clone', terminal: LEAVE } },
  { command: /kgate exec -- sh$/u, placement: { place: 'clone', instead: 'echo true | $&' } },
  { command: /kgate exec/u, placement: { place: 'clone' } },
  { command: /^git config --add b4/u, placement: { place: 'tree', quick: true } },
  {
    command: /kgate check --b4 --base linux-6\.12$/u,
    placement: { place: 'tree', instead: '$& < mail', until: CASES, exit: INTERRUPTED },
  },
  {
    command: /kgate check --b4$/u,
    placement: { place: 'tree', instead: '$& --base linux-6.12 --arch x86_64 mremap < mail' },
  },
  { command: /kgate check .*< mail$/u, placement: { place: 'tree' } },
  { command: /kgate check --b4 .*mprotect$/u, placement: { place: 'tree', instead: '$& < mail' } },
  { command: /^git bisect start/u, placement: { place: 'tree', before: 'git bisect reset' } },
  {
    command: /^git bisect run/u,
    placement: { place: 'tree', before: 'git bisect start topic v6.12', after: 'git bisect reset' },
  },
  { command: /kgate bisect/u, placement: { place: 'clone' } },
  {
    command: /kgate watch mm-unstable/u,
    placement: { ...whole(/\S/u), instead: 'kgate watch topic --tree ~/linux' },
  },
  { command: /kgate watch/u, placement: whole(/\S/u) },
  {
    command: /--expect fires-on-patched/u,
    placement: { place: 'clone', given: [['repro.c', 'repro-of-v3.c']], after: 'cp repro-of-fix.c repro.c' },
  },
  { command: /kgate prove/u, placement: { place: 'clone' } },
  {
    command: /^sh \.kgate\/runs\/latest\/repeat/u,
    placement: {
      place: 'clone',
      before: 'kgate prove repro.c --series fix.mbox --base linux-6.12 --arch x86_64',
      exit: [1],
    },
  },
  { command: /^KGATE_CACHE=.*kgate build/u, placement: whole(BUILDING) },
  { command: /kgate fuzz/u, placement: whole(/\S/u) },
  { command: /kgate build linux-6\.12 /u, placement: { place: 'clone' } },
  { command: /kgate build/u, placement: { place: 'clone' } },
  { command: /kgate mutants no-tlb-flush/u, placement: whole(/^1 of \d+: /mu) },
  { command: /kgate mutants/u, placement: whole(/\S/u) },

  // A series that lets a wrong error code out: BAD, as the pages say.
  {
    command: /kgate gate docs\/examples\/mremap-cleanups\.mbox|kgate gate ~\/mail\/mremap-v3\.mbox/u,
    placement: { place: 'clone', exit: [1] },
  },
  { command: /kgate gate .*--fuzz 20s/u, placement: { place: 'clone', exit: [1] } },
  { command: /kgate gate .* mremap /u, placement: { place: 'clone' } },
  { command: /kgate gate/u, placement: whole() },

  { command: /kgate run --tree ~\/linux$/u, placement: whole() },
  { command: /kgate run --case 'vdso_\*'/u, placement: whole() },
  { command: /--arch riscv64/u, placement: { place: 'clone', exit: [0, 69] } },
  { command: /kgate run .*--kernel linux-6\.12 --repeat 20$/u, placement: whole() },
  { command: /kgate run mremap 'm\*' specs\/mm/u, placement: whole() },
  {
    command: /kgate run (?:--kernel linux-6\.12|--tag core --arch arm64|--coverage|--json)$/u,
    placement: whole(),
  },
  { command: /kgate run --report |kgate run (?:--arch arm64 )?--shard 2\/4/u, placement: whole() },
  { command: /kgate run$/u, placement: whole() },
  { command: /kgate run (?:\S+ )*(?:--case|--kernel|--tree|--coverage)/u, placement: { place: 'clone' } },
];

/** A command of the docs, and how it is executed. */
export interface PlacedCommand extends Placement {
  readonly text: string;
  /** As it is executed. */
  readonly command: string;
  /** Where it is shown. */
  readonly where: readonly string[];
}

export interface LeftOutCommand extends LeftOut {
  readonly text: string;
  readonly where: readonly string[];
}

/** Places every command; the same one in the same place is executed once. Throws an Error that names those that have no place. */
export function placeCommands(shown: readonly ShownCommand[]): readonly (PlacedCommand | LeftOutCommand)[] {
  const placed = new Map<string, PlacedCommand | LeftOutCommand>();
  const lost: string[] = [];
  for (const one of shown) {
    const found = place(one);
    if (typeof found === 'string') lost.push(`${one.where}: ${found}`);
    else {
      const key = 'leftOut' in found ? found.text : `${found.place} ${found.before ?? ''} ${found.command}`;
      placed.set(key, { ...found, where: [...(placed.get(key)?.where ?? []), one.where] });
    }
  }
  if (lost.length > 0)
    throw new Error(`These commands have no place where a test executes them:\n${lost.join('\n')}`);
  return [...placed.values()];
}

/** How one is executed, or what is missing for that. */
function place({ text, where }: ShownCommand): PlacedCommand | LeftOutCommand | string {
  const command = standIn(text);
  const rule = PLACEMENTS.find(
    ({ command: fits, page }) => fits.test(command) && (page?.test(pageOf(where)) ?? true),
  );
  if (rule === undefined) return `no row of scripts/docs/placements.ts fits "${text}".`;
  const { placement } = rule;
  if ('leftOut' in placement) return { ...placement, text, where: [where] };
  const executed = command.replace(/^.*$/u, placement.instead ?? '$&');
  if (PLACEHOLDER.test(executed.replaceAll(/'[^']*'|"[^"]*"/gu, '')))
    return `nothing in scripts/docs/stand-ins.ts stands in for a word of "${executed}".`;
  return { ...placement, text, command: executed, where: [where] };
}
