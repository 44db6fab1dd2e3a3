import test from 'ava';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import type { BuildError } from '../../errors.ts';
import { checkGuestNeeds } from './guest-needs.ts';

for (const arch of ARCH_NAMES) {
  test(`a kernel of ${arch} whose agent cannot answer is told what it lacks, and why`, (t) => {
    const error = t.throws<BuildError>(() => checkGuestNeeds([], arch, `k for ${arch}`), {
      code: 'KERNEL_CONFIG_NO_GUEST',
    });
    const { guestNeeds } = architectures[arch].kernel;
    t.true(Object.keys(guestNeeds).length > 0);
    for (const [symbol, why] of Object.entries(guestNeeds))
      t.true(error.detail?.includes(`CONFIG_${symbol}: ${why}.`), symbol);
    const others = ARCH_NAMES.flatMap((name) => Object.keys(architectures[name].kernel.guestNeeds));
    for (const symbol of others.filter((name) => !(name in guestNeeds)))
      t.false(error.detail?.includes(symbol), symbol);
  });
}
