import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Architecture } from '../../arch/architecture.ts';
import { UsageError } from '../../errors.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { type ElfFile, readElfFile } from './elf-file.ts';

/** What the first word of a command line is. */
export type HostCommand =
  /** A name, such as `ls`, that guests have. */
  | { readonly kind: 'guest' }
  | { readonly kind: 'program'; readonly path: string; readonly elf: ElfFile }
  | { readonly kind: 'script'; readonly path: string; readonly interpreter: readonly string[] };

/** A "#!" line is cut off there by every kernel. */
const LINE_BYTES = 256;

/** Finds out what a command is, without executing it. A word with a slash is a file of the host. */
export async function findHostCommand(word: string, folder: string): Promise<HostCommand> {
  if (!word.includes('/')) return { kind: 'guest' };
  const path = resolve(folder, word);
  const kind = await kindOfPath(path);
  if (kind !== 'file')
    throw new UsageError(
      kind === undefined ? `There is no file ${path}.` : `${path} is a ${kind}, not a program.`,
      {
        code: 'COMMAND_MISSING',
        hint: 'A command with a slash is a file of this host. Without one it is a command of the guest, such as ls.',
      },
    );
  const elf = await readElfFile(path);
  if (elf !== undefined) return { kind: 'program', path, elf };
  const interpreter = await readInterpreter(path);
  if (interpreter !== undefined) return { kind: 'script', path, interpreter };
  throw new UsageError(`${path} is neither an ELF program nor a script.`, {
    code: 'COMMAND_NOT_EXECUTABLE',
    hint: 'A script begins with a line such as "#!/bin/sh"; anything else is read with its interpreter: sh FILE, with --with FILE.',
  });
}

/** The words of a script's first line: the interpreter, and at most one argument. */
async function readInterpreter(path: string): Promise<readonly string[] | undefined> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, 0);
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
  const [, program, argument] = /^#![ \t]*(\S+)(?:[ \t]+(.*\S))?[ \t]*$/u.exec(line) ?? [];
  return program === undefined ? undefined : [program, ...(argument === undefined ? [] : [argument])];
}

/** Whether the kernels of an architecture execute a program, and by what names its libraries' folders are known. */
export function triplesFor(
  { elf, triple, compat }: Architecture,
  { machine, bits }: ElfFile,
): readonly string[] {
  if (machine === elf.machine && bits === 64) return [triple];
  if (compat !== undefined && machine === compat.elfMachine && bits === 32)
    return [compat.triple, ...(compat.debianTriple === undefined ? [] : [compat.debianTriple])];
  return [];
}
