import { Command } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { findProject } from '../../run/project/project.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { connectQueue } from '../../queue/redis/connection.ts';
import { parseQueueAddress } from '../../queue/redis/queue-address.ts';
import { createJobHost } from '../../queue/work/job-host.ts';
import { workOnQueue } from '../../queue/work/work.ts';
import { examineWorker } from '../../queue/work/worker-info.ts';
import { findCacheServer } from '../../store/remote/cache-server.ts';
import { keepCache } from '../../store/upkeep/cache-users.ts';
import { countOf } from '../../util/count-of.ts';
import { listed } from '../../util/listed.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { requireOpenFiles } from '../terminal/system-trouble.ts';
import { archOption, countOption, noSandboxOption, sandboxWanted, type SandboxFlag } from '../options.ts';

interface WorkFlags extends SandboxFlag {
  readonly queue: string;
  readonly arch?: readonly ArchName[];
  readonly jobs?: number;
}

const EXITS: ExitCodes = {
  2: 'usage error, or the queue refuses the password',
  69: 'the queue does not answer, or this host lacks something that kgate needs',
  130: 'interrupted: what it was at is left to others',
};

/** How long a worker that died keeps others from its job. */
const LOCK_MS = 30_000;
const IDLE_MS = 1_000;
const EXIT_INTERRUPTED = 130;

/** `kgate work`: builds and executes for others. */
export function createWorkCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('work')
    .summary('build and execute what "kgate run" and "kgate gate" put into a queue')
    .description(
      'Takes work from a queue in Redis, one piece after the other, until it is stopped: builds kernels, boots them, runs cases. Start it on any number of machines.',
    )
    .requiredOption('--queue <address>', 'redis://host; a password is best in KGATE_QUEUE_PASSWORD')
    .addOption(archOption('work for these only; by default for all that this host can build and boot'))
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one per processor'))
    .addOption(noSandboxOption())
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate work --queue redis://build.example.org', 'on every machine that is to help'],
        ['kgate run --queue redis://build.example.org', 'what they then do together'],
      ]),
    )
    .action(async (flags: WorkFlags) => end(await work(flags, context)));
}

async function work(flags: WorkFlags, context: CommandContext): Promise<number> {
  requireOpenFiles();
  const { terminal, signal, cwd, version } = context;
  const onLine = (text: string) => terminal.writeOut(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
  const address = parseQueueAddress(flags.queue);
  const cache = findCacheServer((await findProject(cwd)).cache);
  const limits = hostLimits(flags.jobs);
  const info = await examineWorker(version, limits, flags.arch);
  await using connection = await connectQueue(address, { signal, onNotice: onLine });
  onLine(
    `worker ${info.name} at ${address.shown}, for ${listed(info.arches)}, ${countOf(limits.slots, 'guest')} at once, ${limits.memoryMiB} MiB for guests`,
  );
  const done = await workOnQueue({
    connection,
    info,
    host: createJobHost(limits, { sandbox: sandboxWanted(flags) }),
    cache,
    lockMs: LOCK_MS,
    idleMs: IDLE_MS,
    keepCache: keepCache({ signal }),
    signal,
    onLine,
  });
  onLine(`${countOf(done, 'job')} done`);
  return EXIT_INTERRUPTED;
}
