import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { ARCH_NAMES, architectures } from './architectures.ts';
import { hostTools, installLine, type HostTool } from './host-tools.ts';
import { DEFAULT_ARCHES } from './wanted-arches.ts';

type PerHost = string | Readonly<Record<string, string>>;

/** An entry of set-up's own list, which it needs before it can read TypeScript. */
interface Listed {
  readonly program?: PerHost;
  readonly file?: PerHost;
  readonly package: PerHost;
  readonly why: string;
}

const listed = JSON.parse(
  await readFile(resolve(import.meta.dirname, '../../scripts/host-packages.json'), 'utf8'),
) as readonly Listed[];

const HOSTS = ['x64', 'arm64'];
const on = (value: PerHost | undefined, host: string) => (typeof value === 'string' ? value : value?.[host]);
const nameOf = (tool: HostTool) => ('program' in tool ? tool.program : tool.file);

for (const host of HOSTS) {
  test(`set-up on ${host} installs exactly what the default architectures need`, (t) => {
    const list = listed.map((entry) => ({
      name: on(entry.program ?? entry.file, host),
      package: on(entry.package, host),
      why: entry.why,
    }));
    for (const arch of ARCH_NAMES)
      for (const tool of hostTools(architectures[arch], host)) {
        const entry = { name: nameOf(tool), package: tool.package, why: tool.why };
        const found = list.filter(({ name }) => name === entry.name);
        t.deepEqual(found, DEFAULT_ARCHES.includes(arch) ? [entry] : []);
      }
  });
}

test('one line installs everything an architecture needs', (t) => {
  t.is(
    installLine(architectures.riscv64, 'x64'),
    'apt-get install qemu-system-misc opensbi gcc-riscv64-linux-gnu libc6-dev-riscv64-cross',
  );
  t.is(
    installLine(architectures.arm64, 'arm64'),
    'apt-get install qemu-system-arm gcc libc6-dev gcc-arm-linux-gnueabihf libc6-dev-armhf-cross',
  );
});
