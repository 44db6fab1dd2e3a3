import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { KernelAdaption } from '../kernel/definition/adapt-kernel.ts';
import { listOption } from './options.ts';

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

/** The changes that these flags make to kernels. */
export function adaptionOf({ tree, config = [], configFrom }: KernelFlags, cwd: string): KernelAdaption {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return {
    tree: absolute(tree),
    fragments: config.map((file) => resolve(cwd, file)),
    configFrom: absolute(configFrom),
  };
}
