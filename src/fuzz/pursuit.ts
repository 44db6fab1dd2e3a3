import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InfraError, InterruptedError } from '../errors.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import type { Finding } from './findings/finding.ts';
import type { FoundFolder, FuzzLab, FuzzOptions } from './fuzz-options.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import { isOfTimeOnly } from './guest/trouble.ts';
import { writeUntried, type InvestigateOptions } from './investigate/investigate.ts';
import type { Suspicion } from './investigate/suspicion.ts';
import { signatureOf } from './judge/judge-batch.ts';
import type { Operation } from './language/operation.ts';

/** What findings are looked into with. */
export interface PursuitOptions extends Omit<FuzzOptions, 'operations'> {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly lab: FuzzLab;
}

/** How often something is looked into while the harness fails. */
const TRIES = 2;

/** Looks into what guests show: the first failure of each kind is made smaller, and written down. */
export class Pursuit {
  readonly found: FoundFolder[] = [];
  readonly #options: PursuitOptions;
  /** Failures that need no look any more, by their signatures. */
  readonly #known: Set<string>;
  readonly #underWay = new Set<string>();
  #last: Promise<number> | undefined;

  constructor(options: PursuitOptions) {
    this.#options = options;
    this.#known = new Set(options.from?.known);
  }

  /** The signatures that a later run does not have to look into: without those that are being looked into. */
  get known(): readonly string[] {
    return [...this.#known];
  }

  /** How many are being looked into. */
  get count(): number {
    return this.#underWay.size;
  }

  isKnown(signature: string): boolean {
    return this.#known.has(signature) || this.#underWay.has(signature);
  }

  async pursue(suspicion: Suspicion, supply: GuestSupply): Promise<void> {
    const signature = signatureOf(suspicion.failure);
    if (this.isKnown(signature) || this.#options.signal.aborted) return;
    this.#underWay.add(signature);
    try {
      const folder = await this.#nextFolder();
      const finding = await this.#investigate(suspicion, supply, folder);
      if (finding === undefined) {
        this.#options.onNotice?.(`Not seen again, and so no finding: ${signature}.`);
        return;
      }
      this.#known.add(signature);
      // What was found may have turned out to be something else that is known.
      this.#known.add(finding.signature);
      this.found.push({ finding, folder });
      this.#options.onFinding?.(finding, folder);
    } finally {
      this.#underWay.delete(signature);
    }
  }

  /** Where the harness fails again and again, what was found is written down as it is. */
  async #investigate(
    suspicion: Suspicion,
    supply: GuestSupply,
    folder: string,
  ): Promise<Finding | undefined> {
    const { lab, profile, onNotice, ...rest } = this.#options;
    const options: InvestigateOptions = { ...rest, supply, profile: profile.name, folder };
    const { failure } = suspicion;
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        return (await lab.investigate(suspicion, options))?.finding;
      } catch (error) {
        if (!(error instanceof InfraError || error instanceof InterruptedError)) throw error;
        if (error instanceof InfraError)
          onNotice?.(`${signatureOf(failure)} could not be looked into: ${error.message}`);
        if (left > 0 && !rest.signal.aborted) continue;
        const isOfHost = failure.kind === 'trouble' && isOfTimeOnly(failure.trouble);
        return isOfHost ? undefined : await writeUntried(suspicion, options);
      }
    }
  }

  /** Behind all that are there: an earlier run may have written some. */
  async #nextFolder(): Promise<string> {
    const { folder } = this.#options;
    this.#last = (this.#last ?? lastNumber(folder)).then((number) => number + 1);
    return join(folder, `finding-${await this.#last}`);
  }
}

async function lastNumber(folder: string): Promise<number> {
  try {
    const names = await readdir(folder);
    return Math.max(0, ...names.map((name) => Number(/^finding-(\d+)$/u.exec(name)?.[1] ?? 0)));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return 0;
  }
}
