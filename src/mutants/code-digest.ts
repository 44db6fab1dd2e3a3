import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readElfSection } from '../image/elf-sections.ts';

/** What a kernel executes and the constants it uses: line numbers in warnings and debug information are left out. */
const SECTIONS = ['.text', '.rodata', '.init.text'];

/** A digest of a kernel's code, the same for kernels that behave alike. */
export async function digestCode(vmlinux: string): Promise<string> {
  const file = await readFile(vmlinux);
  const hash = createHash('sha256');
  for (const section of SECTIONS) {
    const bytes = readElfSection(file, section) ?? Buffer.alloc(0);
    hash.update(`${section} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
