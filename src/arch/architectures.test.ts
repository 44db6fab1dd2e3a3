import test from 'ava';
import { ARCH_NAMES, architectures } from './architectures.ts';

test('each architecture is listed under its own name', (t) => {
  t.deepEqual(
    ARCH_NAMES.map((name) => architectures[name].name),
    ARCH_NAMES,
  );
});

test('no two architectures share a distinguishing property', (t) => {
  const all = Object.values(architectures);
  for (const fact of [
    all.map((one) => one.triple),
    all.map((one) => one.qemu.binary),
    all.map((one) => one.hostArch),
    all.map((one) => one.debianName),
    all.map((one) => one.processor.programCounter),
  ])
    t.is(new Set(fact).size, all.length, fact.join());
});
