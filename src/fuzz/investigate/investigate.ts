import { InfraError, InterruptedError } from '../../errors.ts';
import { writeFinding } from '../findings/write-finding.ts';
import { FINDING_VERSION, type Finding } from '../findings/finding.ts';
import type { GuestSupply } from '../guest/open-supply.ts';
import { isOfTimeOnly } from '../guest/trouble.ts';
import { describeFailure, signatureOf } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import { sizeOf } from '../language/program.ts';
import { confirmReproducer, type Confirmation } from '../reproducer/confirm-reproducer.ts';
import { reproducerSource } from '../reproducer/reproducer-source.ts';
import { openBench } from '../shrink/bench.ts';
import { shrink, type Shrunk } from '../shrink/shrink.ts';
import type { Suspicion } from './suspicion.ts';

export interface InvestigateOptions {
  readonly supply: GuestSupply;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly profile: string;
  readonly seed: number;
  /** Where the finding goes. */
  readonly folder: string;
  readonly guests: string;
  readonly signal: AbortSignal;
}

/** What became of a suspicion. */
export interface Investigated extends Reproduced {
  readonly finding: Finding;
  /** The smallest batch that still fails in the same way, and how it does. */
  readonly shrunk: Shrunk;
}

/** Enough for the longest programs, and a bound for those that fail only at times. */
const RUNS_MAX = 400;

/**
 * Makes what was found as small as it gets, writes it down with a reproducer, and tries that. Undefined where a hang, or
 * a report that something took too long, did not happen again: a busy host is the likeliest reason for one. Throws
 * InfraError and InterruptedError where they leave open whether it happens again.
 */
export async function investigate(
  suspicion: Suspicion,
  options: InvestigateOptions,
): Promise<Investigated | undefined> {
  const { failure } = suspicion;
  const { supply, operations, signal } = options;
  await using bench = openBench({ supply, operations, signal });
  let { batch, number } = suspicion;
  let shrunk = await shrink(batch, failure, bench, { operations, signal, runsMax: RUNS_MAX });
  for (const other of suspicion.others) {
    if (shrunk.how !== 'once') break;
    const tried = await shrink(other.batch, failure, bench, { operations, signal, runsMax: RUNS_MAX });
    if (tried.how !== 'once') [shrunk, batch, number] = [tried, other.batch, other.number];
  }
  if (shrunk.how === 'once' && failure.kind === 'trouble' && isOfTimeOnly(failure.trouble)) return undefined;
  const { source, confirmation } = await reproduce(shrunk, options);
  const about = {
    number,
    how: shrunk.how,
    runs: shrunk.runs,
    reproducer: confirmation?.kind ?? 'none',
  } as const;
  const finding = describeFinding(shrunk, about, options);
  await writeFinding(options.folder, { finding, shrunk, found: batch, reproducer: source, confirmation });
  return { finding, shrunk, source, confirmation };
}

/** Writes a suspicion down as it was found, where nothing could look into it. */
export async function writeUntried(suspicion: Suspicion, options: InvestigateOptions): Promise<Finding> {
  const { batch, number } = suspicion;
  const about = { number, how: 'untried', runs: 0, reproducer: 'none' } as const;
  const finding = describeFinding(suspicion, about, options);
  await writeFinding(options.folder, {
    finding,
    shrunk: suspicion,
    found: batch,
    reproducer: undefined,
    confirmation: undefined,
  });
  return finding;
}

function describeFinding(
  { batch, failure }: Pick<Shrunk, 'batch' | 'failure'>,
  {
    number,
    how,
    runs,
    reproducer,
  }: Pick<Finding, 'how' | 'runs' | 'reproducer'> & { readonly number: number },
  { supply: { kernel, arch }, profile, seed }: InvestigateOptions,
): Finding {
  return {
    version: FINDING_VERSION,
    text: describeFailure(failure),
    signature: signatureOf(failure),
    kernel: kernel.id,
    release: kernel.release,
    buildId: kernel.buildId,
    arch,
    profile,
    seed,
    batch: number,
    how,
    operations: batch.reduce((sum, program) => sum + sizeOf(program), 0),
    runs,
    reproducer,
  };
}

interface Reproduced {
  /** The C program that shows it, where one program alone does. */
  readonly source: string | undefined;
  readonly confirmation: Confirmation | undefined;
}

/** A reproducer is of one program, and of one that fails alone. */
async function reproduce(
  { batch, failure, how }: Shrunk,
  { supply, operations, guests, signal }: InvestigateOptions,
): Promise<Reproduced> {
  const [program] = batch;
  if (how !== 'alone' || program === undefined) return { source: undefined, confirmation: undefined };
  const subject = `Linux ${supply.kernel.release} (${supply.arch})`;
  const source = await reproducerSource({ program, failure, operations, subject, guests });
  const confirmation = await confirmReproducer(source, failure, supply, signal).catch((error: unknown) => {
    // What was found is written down all the same.
    if (error instanceof InterruptedError || error instanceof InfraError) return undefined;
    throw error;
  });
  return { source, confirmation };
}
