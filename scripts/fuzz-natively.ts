#!/usr/bin/env node
/**
 * Fuzzes the kernel of this host, without a guest: to try an operation and its model while writing them. Not for kernels
 * that may crash.
 *
 *     node scripts/fuzz-natively.ts --profile mm --seed 1 --programs 16000
 */
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { drawBatch, type Batch } from '../src/fuzz/generate/draw-batch.ts';
import { PROGRAMS_MAX } from '../src/fuzz/guest/window.ts';
import { describeFailure, signatureOf, type Failure } from '../src/fuzz/judge/judge-batch.ts';
import { writeProgram } from '../src/fuzz/language/program-file.ts';
import type { KernelFacts } from '../src/fuzz/model/world.ts';
import { findProfile, OPERATIONS } from '../src/fuzz/operations/profiles.ts';
import { shrink } from '../src/fuzz/shrink/shrink.ts';
import { openNativeBench } from './fuzz/native-bench.ts';

/** Batches under way at once. */
const DEPTH = 6;

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'mm' },
    seed: { type: 'string', default: '1' },
    programs: { type: 'string', default: '16000' },
  },
});
const operations = new Map(OPERATIONS.map((operation) => [operation.name, operation]));
const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/u.exec(release()) ?? [];
const kernel: KernelFacts = { release: [Number(major), Number(minor)] };
const profile = findProfile(values.profile);
const seed = Number(values.seed);
const { signal } = new AbortController();

await using bench = await openNativeBench(operations, kernel);
const began = performance.now();
const known = new Map<string, number>();
const found: { readonly number: number; readonly batch: Batch; readonly failure: Failure }[] = [];
let batches = 0;
const feed = async (): Promise<void> => {
  while (batches * PROGRAMS_MAX < Number(values.programs)) {
    const number = batches;
    batches += 1;
    const batch = drawBatch({ seed, number, programs: PROGRAMS_MAX, profile, kernel });
    for (const failure of await bench.run(batch)) {
      const signature = signatureOf(failure);
      known.set(signature, (known.get(signature) ?? 0) + 1);
      if (known.get(signature) === 1) found.push({ number, batch, failure });
    }
  }
};
await Promise.all(Array.from({ length: DEPTH }, feed));
const programs = batches * PROGRAMS_MAX;
const perSecond = Math.round((programs / (performance.now() - began)) * 1_000);
for (const { number, batch, failure } of found) {
  const shrunk = await shrink(batch, failure, bench, { operations, signal, runsMax: bench.runs + 400 });
  console.log(`batch ${number}, ${shrunk.how}: ${describeFailure(shrunk.failure)}`);
  const [program] = shrunk.batch;
  if (shrunk.how === 'alone' && program !== undefined) console.log(JSON.stringify(writeProgram(program)));
}
for (const [signature, times] of known) console.log(`${times} times: ${signature}`);
console.log(`${programs} programs of seed ${seed}, ${perSecond} a second, on Linux ${release()}`);
