import test from 'ava';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import type { BuildError } from '../../errors.ts';
import { checkGuestNeeds } from './guest-needs.ts';

for (const arch of ARCH_NAMES) {
  test(`a kernel of ${arch} whose agent cannot answer is told what it lacks, and why`, (t) => {
    const error = t.throws<BuildError>(() => checkGuestNeeds(new Map(), arch, `k for ${arch}`), {
      code: 'KERNEL_CONFIG_NO_GUEST',
    });
    const { guestNeeds } = architectures[arch].kernel;
    t.true(guestNeeds.length > 0);
    for (const { symbols, why } of guestNeeds) {
      t.true(error.detail?.includes(`CONFIG_${symbols[0]}`), symbols.join());
      t.true(error.detail?.includes(why));
    }
    const others = ARCH_NAMES.flatMap((name) =>
      architectures[name].kernel.guestNeeds.flatMap((one) => one.symbols),
    );
    const own = guestNeeds.flatMap(({ symbols }) => symbols);
    for (const symbol of others.filter((name) => !own.some((known) => known === name)))
      t.false(error.detail?.includes(symbol), symbol);
  });
}
