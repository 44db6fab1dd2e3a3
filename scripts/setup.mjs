// Brings a fresh checkout to the point where kgate runs: npm packages (Node 24 among them) and the system's packages.
// Plain JavaScript without dependencies: it runs on whatever Node the machine has, before anything is installed.
// With --tests also what only kgate's own tests need, with --npm-only nothing of the system's: enough for "npm pack". When there is nothing to do it says nothing and takes milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianSource } from './setup/debian-source.mjs';
import {
  aptComplaint,
  findManager,
  forThisHost,
  installLine,
  isPresent,
  knownToApt,
  listsAreFresh,
  packageOf,
  privilege,
  runQuietly,
} from './setup/host.mjs';

const EXIT_HOST_LACKS_SOMETHING = 69;
const root = fileURLToPath(new URL('..', import.meta.url));

installNpmPackages();
if (!process.argv.includes('--npm-only')) installSystemPackages();

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
  // By its path: not every npm makes a link for a program that is called "node".
  const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (!existsSync(node) && Number(process.versions.node.split('.')[0]) < 24) {
    fail(
      `kgate needs Node 24, this is ${process.version}, and npm has no Node for ${process.platform}-${process.arch}. Install Node 24.`,
    );
  }
  linkNode(node);
  writeFileSync(stamp, lock);
}

/** For the scripts of package.json, which are found on the PATH: npm 9 does not link a program that is called "node". */
function linkNode(node) {
  const programs = join(root, 'node_modules', '.bin');
  const link = join(programs, 'node');
  if (existsSync(node) && !existsSync(link)) symlinkSync(relative(programs, node), link);
}

function installSystemPackages() {
  const lists = ['host-packages.json', ...(process.argv.includes('--tests') ? ['test-packages.json'] : [])];
  const required = lists.flatMap(readPackages);
  const leftOut = readLeftOut();
  const missing = required.filter((entry) => !isPresent(entry) && !leftOut.includes(entry.package));
  if (missing.length > 0) {
    const manager = findManager();
    if (manager?.program === 'apt-get' && privilege() !== undefined) installWithApt(missing);
    else if (missing.some(isNeeded)) sayWhatToInstall(missing, manager);
  }
  requireKernelSource();
}

function readPackages(list) {
  return JSON.parse(readFileSync(join(root, 'scripts', list), 'utf8'));
}

function installWithApt(missing) {
  const wanted = [...new Set(missing.map((entry) => forThisHost(entry.package)))];
  let complaint = '';
  const update = () =>
    apt(['update'], (output) => {
      complaint = aptComplaint(output);
    });
  let isUpdated = !listsAreFresh() && update();
  let known = knownToApt(wanted);
  // Something new may have come since.
  if (known.length < wanted.length && !isUpdated) {
    isUpdated = update();
    known = knownToApt(wanted);
  }
  if (known.length > 0) {
    say(`Installing system packages: ${known.join(' ')}`);
    const install = ['install', '--no-install-recommends', '-y', ...known];
    if (!apt(install) && !(update() && apt(install, say)))
      fail(`"apt-get ${install.join(' ')}" failed; its own words are above.`);
  }
  const still = missing.filter((entry) => isNeeded(entry) && !isPresent(entry));
  const why = isUpdated || complaint === '' ? undefined : `"apt-get update" failed: ${complaint}`;
  if (still.length > 0)
    fail(
      `Still missing: ${still.map((entry) => `${forThisHost(entry.program ?? entry.file)} (${forThisHost(entry.package)})`).join(', ')}. ${why ?? 'This release of the distribution may not have it.'}`,
    );
  const unknown = missing.filter((entry) => entry.kernels !== undefined && !known.includes(entry.package));
  if (why === undefined) unknown.forEach(leaveOut);
  else if (unknown.length > 0)
    say(`${why} Left out this time: ${unknown.flatMap(({ kernels }) => kernels).join(', ')}.`);
}

function isNeeded({ optional, kernels }) {
  return optional !== true && kernels === undefined;
}

/** Done once: the next start of kgate in this checkout has nothing to set up. */
function leaveOut({ package: name, kernels }) {
  noteLeftOut(name);
  // The newest is fetched from elsewhere.
  if (name !== newestSource().package)
    say(`This system has no package ${name}: kgate's kernels ${kernels.join(', ')} are left out.`);
}

function noteLeftOut(name) {
  writeFileSync(leftOutFile(), [...readLeftOut(), name].join('\n'));
}

function readLeftOut() {
  return existsSync(leftOutFile()) ? readFileSync(leftOutFile(), 'utf8').split('\n') : [];
}

function leftOutFile() {
  return join(root, 'node_modules', '.kgate-left-out');
}

function sayWhatToInstall(missing, manager) {
  const names = (entry) =>
    (manager === undefined ? undefined : packageOf(entry, manager)) ?? forThisHost(entry.package);
  say('kgate needs these packages of the system:');
  for (const entry of missing) say(`  ${names(entry).padEnd(24)}${entry.why}`);
  const { line } = manager === undefined ? { line: undefined } : installLine(manager, missing);
  const unnamed =
    manager === undefined ? [] : missing.filter((entry) => packageOf(entry, manager) === undefined);
  if (line !== undefined) say(`Install them with:\n\n  sudo ${line}\n`);
  if (unnamed.length > 0) {
    const files = unnamed.map((entry) => forThisHost(entry.program ?? entry.file)).join(', ');
    say(`No package of ${manager.program} is known for: ${files}.`);
  }
  if (manager === undefined)
    say('The names are those of Debian; this system has no package manager that kgate knows.');
  process.exit(EXIT_HOST_LACKS_SOMETHING);
}

/** The source of the kernel that "npm start" boots: where the release lacks it, it is fetched from another. */
function requireKernelSource() {
  const newest = newestSource();
  const gaveUp = `${newest.package}, not to be fetched`;
  if (isPresent(newest) || readLeftOut().includes(gaveUp)) return;
  try {
    debianSource(newest.package, say);
  } catch (error) {
    noteLeftOut(gaveUp);
    say(`This system has no package ${newest.package}, and it could not be fetched: ${error.message}`);
    say(
      `kgate's kernels ${newest.kernels.join(', ')} are left out. Run kgate on a tree of your own: npx kgate run --tree FOLDER`,
    );
  }
}

function newestSource() {
  return readPackages('host-packages.json').findLast(({ kernels }) => kernels !== undefined);
}

/** Its own words are shown only where it matters that it failed. */
function apt(args, onFailure = () => {}) {
  const [program, ...rest] = [
    ...privilege(),
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-qq',
    '-o',
    'DPkg::Lock::Timeout=120',
    ...args,
  ];
  const { status, output } = runQuietly(program, rest);
  if (status !== 0) onFailure(output);
  return status === 0;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(EXIT_HOST_LACKS_SOMETHING);
}
