import { unreachable } from '../util/unreachable.ts';

/** One member of an initramfs. Paths are relative to the root, without a leading slash. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: Buffer;
      /** True when left out. */
      readonly isExecutable?: boolean;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'character-device';
      readonly path: string;
      readonly major: number;
      readonly minor: number;
    };

const TRAILER = 'TRAILER!!!';
const PLAIN_FILE = 0o100644;
const PROGRAM = 0o100755;
const LINK = 0o120777;
const FOLDER = 0o040755;
const CHARACTER_DEVICE = 0o020600;

/**
 * An uncompressed cpio archive in the "newc" form that the kernel unpacks as its initramfs; see the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst. The same entries always give the same bytes: they are
 * sorted, so that folders precede their content, and owner and time are zero.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const members = sorted.map((entry, index) => writeMember(entry, index + 1));
  return Buffer.concat([...members.flat(), ...writeRecord(TRAILER, { inode: 0, mode: 0, links: 1 })]);
}

interface MemberFields {
  readonly inode: number;
  readonly mode: number;
  readonly links: number;
  readonly bytes?: Buffer;
  readonly device?: { readonly major: number; readonly minor: number };
}

function writeMember(entry: CpioEntry, inode: number): Buffer[] {
  switch (entry.kind) {
    case 'folder':
      return writeRecord(entry.path, { inode, mode: FOLDER, links: 2 });
    case 'file':
      return writeRecord(entry.path, {
        inode,
        mode: entry.isExecutable === false ? PLAIN_FILE : PROGRAM,
        links: 1,
        bytes: entry.bytes,
      });
    case 'link':
      return writeRecord(entry.path, { inode, mode: LINK, links: 1, bytes: Buffer.from(entry.target) });
    case 'character-device':
      return writeRecord(entry.path, { inode, mode: CHARACTER_DEVICE, links: 1, device: entry });
    default:
      return unreachable(entry);
  }
}

function writeRecord(path: string, { inode, mode, links, bytes, device }: MemberFields): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const owner = 0;
  const group = 0;
  const time = 0;
  const size = bytes?.length ?? 0;
  const checksum = 0;
  const fields = [
    [inode, mode, owner, group, links, time, size],
    [0, 0, device?.major ?? 0, device?.minor ?? 0],
    [name.length, checksum],
  ].flat();
  const header = Buffer.from(
    `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`,
    'latin1',
  );
  const head = padToFour(Buffer.concat([header, name]));
  return bytes === undefined ? [head] : [head, padToFour(bytes)];
}

function padToFour(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
