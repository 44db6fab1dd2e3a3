import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';
import { ARCH_NAMES } from '../src/arch/architectures.ts';
import { DEFAULT_ARCHES } from '../src/arch/wanted-arches.ts';
import { loadKernelDefinition } from '../src/kernel/definition/definition.ts';
import { planRun } from '../src/run/plan/plan.ts';
import { loadSpecs } from '../src/spec/load-specs.ts';

const specs = await loadSpecs(import.meta.dirname);
const folder = resolve(import.meta.dirname, '../kernels');
const files = globSync('{.,debug,devices}/*.yaml', { cwd: folder });
const kernels = await Promise.all(files.map((file) => loadKernelDefinition(resolve(folder, file), folder)));

// A case that every kernel lacks something for would never run, unnoticed. An architecture that is booted on request
// alone may lack what it likes.
for (const role of ['patched', 'base'] as const) {
  test(`every case is run on some ${role} kernel, on each architecture that it is for`, (t) => {
    const plan = planRun({
      selected: specs.map((spec) => ({ spec, cases: spec.cases })),
      kernels: kernels.filter((kernel) => kernel.role === role),
      arches: ARCH_NAMES,
      repeat: 1,
    });
    const planned = new Set(plan.map(({ spec, case: name, arch }) => `${spec}/${name} ${arch}`));
    const all = specs.flatMap(({ name: spec, cases }) =>
      cases.flatMap(({ name, arches }) =>
        (arches ?? DEFAULT_ARCHES).map((arch) => `${spec}/${name} ${arch}`),
      ),
    );
    t.true(all.length > 0);
    t.deepEqual(
      all.filter((name) => !planned.has(name)),
      [],
    );
  });
}
