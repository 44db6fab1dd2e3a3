import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { KernelAdaption } from '../kernel/definition/adapt-kernel.ts';
import { withoutUndefined } from '../util/without-undefined.ts';
import { listOption, type SandboxFlag } from './options.ts';

/** The flags that change kernels, as commander parses them. */
export interface KernelFlags {
  readonly tree?: string;
  readonly config?: readonly string[];
  readonly configFrom?: string;
}

/** `--tree`, `--config` and `--config-from`, of commands that build kernels as they are. */
export function addKernelOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--tree <folder>',
        'build this kernel tree as it is, instead of the kernels’ own source and series',
      ),
    )
    .addOption(listOption('--config <fragment>', 'config fragments on top of the kernels’ own'))
    .addOption(configFromOption());
}

/** `--config-from`. */
export function configFromOption(): Option {
  return new Option('--config-from <file>', 'start from this .config, changing only what guests need');
}

/** These flags and others that decide what kernels are and what is expected of them, as words of a command. */
export function kernelWords({
  tree,
  config = [],
  configFrom,
  knownFailures,
  sandbox,
}: KernelFlags & SandboxFlag & { readonly knownFailures?: string }): string[] {
  const single = withoutUndefined({ tree, 'config-from': configFrom, 'known-failures': knownFailures });
  return [
    ...Object.entries(single).flatMap(([name, value]) => [`--${name}`, value]),
    ...config.flatMap((file) => ['--config', file]),
    ...(sandbox ? [] : ['--no-sandbox']),
  ];
}

/** The changes that these flags make to kernels. */
export function adaptionOf({ tree, config = [], configFrom }: KernelFlags, cwd: string): KernelAdaption {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return {
    tree: absolute(tree),
    fragments: config.map((file) => resolve(cwd, file)),
    configFrom: absolute(configFrom),
  };
}
