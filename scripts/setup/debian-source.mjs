// Fetches a kernel source that this release of Debian lacks, with an apt of its own: lists, cache and sources are in a
// folder of their own, so that nothing of the system's apt changes. Plain JavaScript, as set-up runs on any Node.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The release that has each source, and whether it is among the security updates as well. */
const SUITES = {
  'linux-source-5.10': { suite: 'bullseye', security: true },
  'linux-source-6.1': { suite: 'bookworm', security: true },
  'linux-source-6.12': { suite: 'trixie', security: true },
  'linux-source-7.3': { suite: 'trixie-backports', security: false },
};

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where sources are kept that were fetched so; src/kernel/source/package-source.ts looks there, too. */
export function fetchedSources() {
  const { KGATE_CACHE, XDG_CACHE_HOME } = process.env;
  return join(KGATE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'kgate'), 'debian-sources');
}

/** The path of a source's archive: the system's, one that was fetched before, or one that is fetched now. */
export function debianSource(name, say = () => {}) {
  const folder = fetchedSources();
  const archive = `${name}.tar.xz`;
  for (const place of ['/usr/src', folder]) if (existsSync(join(place, archive))) return join(place, archive);
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`no release of Debian is known that has ${name}`);
  say(`Fetching ${name} from Debian's ${suite.suite}.`);
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.fetch-'));
  try {
    fetchInto(work, name, suite);
    renameSync(join(work, 'usr/src', archive), join(folder, archive));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(folder, archive);
}

function fetchInto(work, name, { suite, security }) {
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'home'])
    mkdirSync(join(work, part), { recursive: true });
  const { main, updates } = mirrors();
  const trust = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  const lines = [`deb ${trust}${main} ${suite} main`];
  if (security && updates !== undefined) lines.push(`deb ${trust}${updates} ${suite}-security main`);
  writeFileSync(join(work, 'sources.list'), `${lines.join('\n')}\n`);
  const settings = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    // Its own user may not write here.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const run = (program, args) =>
    execFileSync(program, args, { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
  run('apt-get', [...options, '-qq', 'update']);
  run('apt-get', [...options, '-qq', 'download', name]);
  const package_ = readdirSync(work).find((file) => file.endsWith('.deb'));
  run('dpkg-deb', ['--extract', package_, work]);
}

/** The mirrors that the system's own apt uses. */
export function mirrors(etc = '/etc/apt') {
  const folder = join(etc, 'sources.list.d');
  const files = [
    join(etc, 'sources.list'),
    ...(existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []),
  ];
  const addresses = files
    .filter((file) => existsSync(file) && /\.(?:list|sources)$/u.test(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => /^(?:deb\s|URIs:)/u.test(line))
    .flatMap((line) => line.match(/https?:\/\/[^\s\]]+/gu) ?? [])
    .map((address) => address.replace(/\/+$/u, ''));
  const main = addresses.find((address) => address.endsWith('/debian'));
  if (main === undefined) throw new Error(`no mirror of Debian is named in ${etc}`);
  const updates = addresses.find((address) => address.endsWith('/debian-security'));
  return { main, updates: updates ?? main.replace(/\/debian$/u, '/debian-security') };
}
