import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { hostArchitecture } from './host-architecture.ts';

/** A release of Debian that has b4 0.16. */
const SUITE = 'forky';

/** Its Python, and what b4 and its review application import. */
const PACKAGES = `
  b4 git-filter-repo python3-dkim python3-dnspython python3-ezgb python3-liblore python3-patatt
  python3-requests python3-nacl python3-pygit2 python3-cffi-backend python3-certifi python3-charset-normalizer python3-idna python3-urllib3 python3-chardet python3-textual python3-rich
  python3-markdown-it python3-mdit-py-plugins python3-mdurl python3-linkify-it python3-uc-micro
  python3-platformdirs python3-pygments python3-typing-extensions python3.14 python3.14-minimal
  libpython3.14-minimal libpython3.14-stdlib libc6 libgcc-s1 libexpat1 libzstd1 zlib1g libssl3t64
  libbz2-1.0 libffi8 liblzma5 libtinfo6 libncursesw6 libreadline8t64 libsqlite3-0 libuuid1 libsodium26
  libllhttp9.4 libgit2-1.9 libssh2-1t64 libpcre2-8-0 libcrypt1 libgssapi-krb5-2 libkrb5-3 libk5crypto3
  libcom-err2 libkrb5support0 libkeyutils1
`
  .trim()
  .split(/\s+/u);

/**
 * Unpacks b4, and a Python that runs it, from Debian's packages into a folder, with a state of apt's own: the host keeps its
 * packages. Returns a command that runs Python with b4.
 */
export async function unpackB4(folder: string): Promise<string> {
  const python = join(folder, 'python');
  if ((await readdir(folder).catch((): string[] => [])).includes('python')) return python;
  const at = (name: string) => join(folder, name);
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'packages', 'root'])
    await mkdir(at(name), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(at('sources.list'), `deb [signed-by=${keyring}] ${await mirror()} ${SUITE} main\n`);
  const settings = {
    'Dir::State': at('state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': at('cache'),
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await execa('apt-get', [...options, '--quiet', 'update']);
  await execa('apt-get', [...options, '--quiet', 'download', ...PACKAGES], { cwd: at('packages') });
  for (const name of await readdir(at('packages')))
    await execa('dpkg-deb', ['--extract', join(at('packages'), name), at('root')]);
  const { loader, libraries } = hostArchitecture();
  const script = [
    '#!/bin/sh',
    `root='${at('root')}'`,
    'export PYTHONHOME="$root/usr" PYTHONPATH="$root/usr/lib/python3/dist-packages"',
    `exec "$root/usr/${loader}" --library-path "$root/usr/lib/${libraries}" "$root/usr/bin/python3.14" "$@"`,
  ];
  await writeFile(python, `${script.join('\n')}\n`);
  await chmod(python, 0o755);
  return python;
}

/** The server that the host has its own packages from. */
async function mirror(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']);
  return stdout.split('\n').find((site) => site.includes('/debian')) ?? 'http://deb.debian.org/debian';
}
