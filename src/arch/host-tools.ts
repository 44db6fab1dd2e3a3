import type { Architecture } from './architecture.ts';

/** A program or file on the host that guests of an architecture need. */
export type HostTool = ({ readonly program: string } | { readonly file: string }) & {
  /** The Debian package that has it. */
  readonly package: string;
  readonly why: string;
};

/** The tools that build and boot guests of an architecture, besides those of every kernel build. */
export function hostTools(architecture: Architecture, host: string = process.arch): readonly HostTool[] {
  const { name, triple, debianName, compat, qemu } = architecture;
  const native = host === architecture.hostArch;
  return [
    ...qemu.packages.map((one) => ({ program: qemu.binary, package: one, why: `boots ${name} guests` })),
    {
      program: `${triple}-gcc`,
      package: native ? 'gcc' : debianCompiler(triple),
      why: `compiles ${name} kernels and programs`,
    },
    {
      file: native ? `/usr/lib/${triple}/libc.a` : `/usr/${triple}/lib/libc.a`,
      package: native ? 'libc6-dev' : `libc6-dev-${debianName}-cross`,
      why: `links static ${name} programs`,
    },
    ...(compat === undefined
      ? []
      : [
          {
            program: `${compat.triple}-gcc`,
            package: debianCompiler(compat.triple),
            why: `compiles 32-bit programs ${compat.vdsoCompiler ? 'and their vDSO ' : ''}for ${name}`,
          },
          {
            file: `/usr/${compat.triple}/lib/libc.a`,
            package: `libc6-dev-${compat.debianName}-cross`,
            why: `links static 32-bit programs for ${name}`,
          },
        ]),
  ];
}

/** The command that installs all of it. Debian skips installed packages. */
export function installLine(architecture: Architecture, host?: string): string {
  const packages = new Set(hostTools(architecture, host).map((tool) => tool.package));
  return `apt-get install ${[...packages].join(' ')}`;
}

/** Packages do not have the underscores of triples. */
const debianCompiler = (triple: string): string => `gcc-${triple.replaceAll('_', '-')}`;
