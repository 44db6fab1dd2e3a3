// Brings a fresh checkout to the point where kgate runs: npm packages (Node 24 among them) and the system's packages.
// Plain JavaScript without dependencies: it runs on whatever Node the machine has, before anything is installed.
// With --tests also what only kgate's own tests need. When there is nothing to do it says nothing and takes milliseconds.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXIT_HOST_LACKS_SOMETHING = 69;
const root = fileURLToPath(new URL('..', import.meta.url));

installNpmPackages();
installSystemPackages();

function installNpmPackages() {
  const stamp = join(root, 'node_modules', '.kgate-setup');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing npm packages.');
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) fail('"npm ci" failed; its own words are above.');
  const node = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(node) && Number(process.versions.node.split('.')[0]) < 24) {
    fail(
      `kgate needs Node 24, this is ${process.version}, and npm has no Node for ${process.platform}-${process.arch}. Install Node 24.`,
    );
  }
  writeFileSync(stamp, lock);
}

function installSystemPackages() {
  const lists = ['host-packages.json', ...(process.argv.includes('--tests') ? ['test-packages.json'] : [])];
  const required = lists.flatMap((list) => JSON.parse(readFileSync(join(root, 'scripts', list), 'utf8')));
  const missing = required.filter((entry) => !isPresent(entry));
  const packages = [...new Set(missing.map((entry) => forThisHost(entry.package)))];
  if (packages.length === 0) return;

  const line = `apt-get install --no-install-recommends -y ${packages.join(' ')}`;
  const needed = missing.some((entry) => !entry.optional);
  const prefix = privilege();
  if (prefix === undefined) {
    if (!needed) return;
    say('kgate needs these packages of the system:');
    for (const entry of missing) say(`  ${forThisHost(entry.package).padEnd(24)}${entry.why}`);
    say(`Install them with:\n\n  sudo ${line}\n`);
    process.exit(EXIT_HOST_LACKS_SOMETHING);
  }
  say(`Installing system packages: ${packages.join(' ')}`);
  const install = () => apt(prefix, ['install', '--no-install-recommends', '-y', ...packages]);
  // Package lists that are absent or old are the usual reason for a first failure.
  if (!install() && !(apt(prefix, ['update']) && install()))
    fail(`"${line}" failed; its own words are above.`);
  const still = required.filter((entry) => !entry.optional && !isPresent(entry));
  if (still.length > 0)
    fail(
      `Still missing after the installation: ${still.map((entry) => forThisHost(entry.program ?? entry.file)).join(', ')}.`,
    );
}

/** What to put before apt-get: nothing for root, sudo where it asks no password, undefined where neither works. */
function privilege() {
  if (findProgram('apt-get') === undefined) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
  return sudo.status === 0 ? ['sudo', '-n'] : undefined;
}

function apt(prefix, args) {
  const [program, ...rest] = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-qq',
    '-o',
    'DPkg::Lock::Timeout=120',
    ...args,
  ];
  try {
    execFileSync(program, rest, { stdio: ['ignore', 'ignore', 2] });
    return true;
  } catch {
    return false;
  }
}

function isPresent(entry) {
  return entry.program === undefined
    ? existsSync(forThisHost(entry.file))
    : findProgram(entry.program) !== undefined;
}

function forThisHost(value) {
  return typeof value === 'string' ? value : value[process.arch];
}

function findProgram(name) {
  // /usr/sbin and /sbin are not on every user's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(EXIT_HOST_LACKS_SOMETHING);
}
