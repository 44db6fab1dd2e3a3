import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { access, cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { BuildError, type KgateError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { findSandboxProblem } from '../../process/sandbox.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { buildKernel } from './build-kernel.ts';
import { loadKernelDefinition, type KernelDefinition } from '../definition/definition.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');
const SECRET = 'the-secret-of-this-host';

/** Without a working bubblewrap there is nothing to prove; `kgate doctor` reports that. */
const attack = (await findSandboxProblem()) === undefined ? test.serial : test.serial.skip;

/** A host to attack: someone's home, kgate's cache, a project, and servers that count who connects. */
interface Victim extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly cache: string;
  readonly port: number;
  readonly connections: () => number;
}

async function createVictim(): Promise<Victim> {
  await using resources = new AsyncDisposableStack();
  const root = resources.use(await createTemporaryFolder('kgate-hostile')).path;
  const home = join(root, 'home');
  const cache = join(root, 'cache');
  await mkdir(home);
  await mkdir(join(root, 'project/series'), { recursive: true });
  await writeFile(join(home, 'secret'), SECRET);
  await writeFile(join(root, 'secret'), SECRET);
  await writeFile(join(root, 'project/a.config'), 'CONFIG_CLONE=y\n');
  await cp(MINI, join(root, 'project/tree'), { recursive: true });
  let connections = 0;
  const serve = async (where: { port: number; host: string } | { path: string }): Promise<Server> => {
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(where);
    await once(server, 'listening');
    resources.defer(() => void server.close());
    return server;
  };
  const tcp = await serve({ port: 0, host: '127.0.0.1' });
  await serve({ path: join(home, 'socket') });
  await serve({ path: `\0kgate-hostile-${process.pid}` });
  const address = tcp.address();
  const kept = resources.move();
  process.env['KGATE_CACHE'] = cache;
  return {
    root,
    home,
    cache,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A kernel whose series adds commands to a target of the Makefile. */
async function defineHostile({ root }: Victim, target: string, commands: string): Promise<KernelDefinition> {
  const project = join(root, 'project');
  const lines = (await readFile(join(MINI, 'Makefile'), 'utf8')).split('\n');
  const at = lines.indexOf(`${target}:`) + 1;
  const patch = [
    'diff --git a/Makefile b/Makefile',
    '--- a/Makefile',
    '+++ b/Makefile',
    `@@ -${at},2 +${at},3 @@`,
    ` ${target}:`,
    // `$` is make's own, but for $(O).
    `+\t-@mkdir -p $(O); (${commands.replaceAll(/\$(?!\(O\))/gu, '$$$$')}) 2>/dev/null`,
    ` ${lines[at] ?? ''}`,
    '',
  ];
  await writeFile(join(project, 'series/0001-hostile.patch'), patch.join('\n'));
  const text = `
kernel: mini
summary: In miniature
source: { tree: tree }
series: [series]
config: { common: [a.config] }
arch: [x86_64]
variant: plain
`;
  await writeFile(join(project, 'mini.yaml'), text);
  return loadKernelDefinition('mini', project);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function objectsOf({ cache }: Victim): Promise<string> {
  const names = await readdir(join(cache, 'lineages'));
  return join(
    cache,
    'lineages',
    names.find((name) => !name.endsWith('.lock'))!,
    'source/objects',
  );
}

interface Attack {
  readonly commands: (victim: Victim) => string;
  readonly succeeded: (victim: Victim) => Promise<boolean>;
}

/** The same build without a sandbox proves that the attack works. */
const harmless = test.macro({
  title: (title = '') => `a Makefile of a series that ${title} fails, and would succeed without the sandbox`,
  async exec(t, { commands, succeeded }: Attack) {
    for (const sandbox of [true, false]) {
      await using victim = await createVictim();
      const definition = await defineHostile(victim, 'allnoconfig', commands(victim));
      const kernel = await buildKernel(definition, 'x86_64', { sandbox });
      t.is(kernel.release, '6.12.0-mini');
      t.is(await succeeded(victim), !sandbox);
    }
  },
});

const loots: Attack['succeeded'] = async (victim) => {
  const loot = await readFile(join(await objectsOf(victim), 'loot'), 'utf8').catch(() => '');
  return loot.includes(SECRET);
};
const connects: Attack['succeeded'] = async ({ connections }) => {
  await delay(50);
  return connections() > 0;
};
const connect = (socket: string) => `perl -MIO::Socket::INET -MIO::Socket::UNIX -e '${socket} or die'`;

attack('reads a secret in the home', harmless, {
  commands: ({ home }) => `cat ${home}/secret > $(O)/loot`,
  succeeded: loots,
});
attack('reads a secret beside the project', harmless, {
  commands: ({ root }) => `cat ${root}/secret > $(O)/loot`,
  succeeded: loots,
});
attack('reads the environment of kgate', harmless, {
  commands: () => `cat /proc/${process.pid}/environ > /dev/null && echo ${SECRET} > $(O)/loot`,
  succeeded: loots,
});
attack('writes into the home', harmless, {
  commands: ({ home }) => `echo x > ${home}/planted`,
  succeeded: ({ home }) => exists(join(home, 'planted')),
});
attack('plants a kernel in the cache', harmless, {
  commands: ({ cache }) => `mkdir -p ${cache}/kernels && echo x > ${cache}/kernels/planted`,
  succeeded: ({ cache }) => exists(join(cache, 'kernels/planted')),
});
attack('changes the source of later builds', harmless, {
  commands: () => 'echo "// planted" >> mm/fork.c',
  succeeded: async (victim) =>
    (await readFile(join(await objectsOf(victim), '../mm/fork.c'), 'utf8')).includes('planted'),
});
attack('connects to a TCP port of the host', harmless, {
  commands: ({ port }) => connect(`IO::Socket::INET->new(q(127.0.0.1:${port}))`),
  succeeded: connects,
});
attack('connects to a Unix socket of the host', harmless, {
  commands: ({ home }) => connect(`IO::Socket::UNIX->new(q(${home}/socket))`),
  succeeded: connects,
});
attack('connects to an abstract Unix socket', harmless, {
  commands: () => connect(`IO::Socket::UNIX->new(Peer => chr(0) . q(kgate-hostile-${process.pid}))`),
  succeeded: connects,
});
attack('leaves a daemon behind', harmless, {
  // It releases make's lock, for which the rest of the build would wait.
  commands: () =>
    `(exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec setsid sleep 86402.${process.pid} < /dev/null > /dev/null) & sleep 0.1`,
  succeeded: async () => {
    const { stdout } = await runCommand('pgrep', ['-f', `^sleep 86402.${process.pid}`]);
    const found = stdout.split('\n').filter((pid) => pid !== '');
    for (const pid of found) process.kill(Number(pid));
    return found.length > 0;
  },
});
attack('signals a process of the host', harmless, {
  commands: () => `kill -0 ${process.pid} && echo ${SECRET} > $(O)/loot`,
  succeeded: loots,
});
attack('writes an object of 5 GB', harmless, {
  commands: () => 'truncate -s 5G $(O)/large',
  succeeded: async (victim) =>
    ((await stat(join(await objectsOf(victim), 'large')).catch(() => undefined))?.size ?? 0) > 4 * 2 ** 30,
});

/** The targets of links in the place of results must not get into the store, no matter how the build ends. */
const notTaken = test.macro({
  title: (title = '') => `a link to a secret in the place of ${title} is refused, and nothing is stored`,
  async exec(t, file: string) {
    await using victim = await createVictim();
    const link = `ln -sfT ${victim.home}/secret $(O)/${file}`;
    const definition = await defineHostile(victim, 'headers', `mkdir -p $(O)/usr/include; ${link}`);
    const error = await t.throwsAsync<KgateError>(buildKernel(definition, 'x86_64'), {
      instanceOf: BuildError,
    });
    t.is(error.code, 'KERNEL_OUTPUT_FOREIGN');
    const stored = await readdir(join(victim.cache, 'kernels')).catch(() => []);
    t.deepEqual(
      stored.filter((name) => /^[\da-f]{64}$/u.test(name)),
      [],
    );
  },
});

attack('vmlinux', notTaken, 'vmlinux');
attack('System.map', notTaken, 'System.map');
attack('the configuration', notTaken, '.config');
attack('a header', notTaken, 'usr/include/secret.h');
