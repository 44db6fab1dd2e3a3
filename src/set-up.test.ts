import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { z } from 'zod';
import { isWanted, unmatched } from '../scripts/long-runs/only.ts';
import { mirrors } from '../scripts/setup/debian-source.mjs';
import {
  aptComplaint,
  findManager,
  installLine,
  isPresent,
  knownToApt,
  listsAreFresh,
} from '../scripts/setup/host.mjs';
import { createTemporaryFolder } from './process/temporary-folder.ts';

const root = resolve(import.meta.dirname, '..');
const entries = z
  .array(z.record(z.string(), z.unknown()))
  .parse(JSON.parse(await readFile(join(root, 'scripts/host-packages.json'), 'utf8')));

for (const [program, line] of [
  ['dnf', 'dnf install -y qemu-system-x86 '],
  ['zypper', 'zypper --non-interactive install qemu-x86 '],
  ['pacman', 'pacman -S --needed --noconfirm qemu-system-x86 '],
  ['apt-get', 'apt-get install --no-install-recommends -y qemu-system-x86 '],
] as const) {
  test(`a host with ${program} is told its line`, (t) => {
    const manager = findManager((name) => name === program);
    t.true(installLine(manager!, entries).line?.startsWith(line));
  });
}

test.serial('the compiler of the host itself may be called gcc alone', async (t) => {
  await using folder = await createTemporaryFolder('kgate-path');
  await writeFile(join(folder.path, 'gcc'), '#!/bin/sh\n', { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = folder.path;
  try {
    t.true(isPresent({ program: 'no-such-gcc', native: process.arch }));
    t.false(isPresent({ program: 'no-such-gcc', native: 'another' }));
    t.false(isPresent({ program: 'no-such-gcc' }));
  } finally {
    process.env['PATH'] = path;
  }
});

test('a package is not named whose programs have names that kgate does not look for', (t) => {
  // openSUSE's cross-aarch64-gcc14 has aarch64-suse-linux-gcc-14.
  const manager = findManager((name) => name === 'zypper');
  t.notRegex(installLine(manager!, entries).line ?? '', /cross-/u);
});

test('apt is asked for each package by its name, and an answer for another one is none', (t) => {
  // What Debian 13 answers: to apt, a name that it does not know is a pattern.
  const answers: Readonly<Record<string, string>> = { gcc: 'gcc', 'linux-source-6.1': 'linux-source-6.12' };
  const known = knownToApt(['gcc', 'linux-source-6.1', 'no-such-package'], (_program, args) => {
    const answer = answers[args.at(-1) ?? ''];
    return answer === undefined
      ? { status: 100, output: 'E: No packages found\n' }
      : { status: 0, output: `Package: ${answer}\nVersion: 1\n` };
  });
  t.deepEqual(known, ['gcc']);
});

test('of what apt says when it fails, its first error is told', (t) => {
  const output = [
    'Reading package lists...',
    'W: Some of it is old.',
    'E: Release file for mirror/InRelease is expired (invalid since 24d).',
    'E: Another.',
    '',
  ];
  t.is(aptComplaint(output.join('\n')), 'Release file for mirror/InRelease is expired (invalid since 24d).');
  t.is(aptComplaint('sudo: a password is required\n'), 'sudo: a password is required');
  t.is(aptComplaint(''), '');
});

test('a part of a long run is chosen by whole words, and a misspelt one is told', (t) => {
  const parts = ['6.1', '6.12'].map((release) => [release, 'with git', 'arm64']);
  const chosen = (...only: readonly string[]) =>
    parts.filter((part) => isWanted(part, only)).map(([one]) => one);
  t.deepEqual(chosen(), ['6.1', '6.12']);
  t.deepEqual(chosen('6.1'), ['6.1']);
  t.deepEqual(chosen('arm64 6.12', 'git 6.1'), ['6.1', '6.12']);
  t.deepEqual(chosen('without git'), []);
  t.deepEqual(unmatched(parts, ['6.1 arm64', '6.2', 'without git']), ['6.2', 'without git']);
});

test('lists that are absent, empty or old are not believed', async (t) => {
  await using folder = await createTemporaryFolder('kgate-lists');
  const lists = join(folder.path, 'lists');
  t.false(listsAreFresh(lists));
  await mkdir(lists);
  t.false(listsAreFresh(lists));
  await writeFile(join(lists, 'mirror_dists_trixie_main_binary-amd64_Packages.lz4'), '');
  t.true(listsAreFresh(lists));
  t.false(listsAreFresh(lists, Date.now() + 2 * 24 * 60 * 60 * 1_000));
});

test('the mirrors are those of the system, in either form of its files', async (t) => {
  await using folder = await createTemporaryFolder('kgate-apt');
  await writeFile(
    join(folder.path, 'sources.list'),
    'deb [arch=amd64] http://mirror.example/debian trixie main\n',
  );
  t.deepEqual(mirrors(folder.path), {
    main: 'http://mirror.example/debian',
    updates: 'http://mirror.example/debian-security',
  });
  await mkdir(join(folder.path, 'sources.list.d'));
  await writeFile(join(folder.path, 'sources.list'), '# nothing\n');
  await writeFile(
    join(folder.path, 'sources.list.d/debian.sources'),
    'Types: deb\nURIs: https://a.example/debian/\n\nTypes: deb\nURIs: https://b.example/debian-security\n',
  );
  t.deepEqual(mirrors(folder.path), {
    main: 'https://a.example/debian',
    updates: 'https://b.example/debian-security',
  });
});

test('nothing asks npm for a package of a name that is not ours', async (t) => {
  for (const file of [
    'README.md',
    'docs/ci.md',
    'docs/project.md',
    'templates/ci/github.yml',
    'templates/ci/gitlab.yml',
  ])
    t.notRegex(
      await readFile(join(root, file), 'utf8'),
      /npm (?:i|install) (?:-g|--global) |npx --yes kgate/u,
      file,
    );
});

test('the bundled Node is found by the path of its package, and runs', async (t) => {
  const { stdout } = await execa(process.execPath, [
    join(root, 'bin/kgate-node.js'),
    '-p',
    'process.versions.node',
  ]);
  t.regex(stdout, /^(?:2[4-9]|[3-9]\d)\./u);
  const find = 'import("./bin/find-node.js").then(({ findNewerNode }) => console.log(findNewerNode()))';
  const found = await execa(process.execPath, ['-e', find], { cwd: root });
  t.is(found.stdout, join(root, `node_modules/node-linux-${process.arch}/bin/node`));
});
