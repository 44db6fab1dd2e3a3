/**
 * SipHash-2-4 of some bytes under a 16-byte key, as 16 hex digits. Works on halves of 64-bit words: numbers are many
 * times faster than bigints.
 */
export function sipHash(key: Buffer, bytes: Buffer): string {
  const [k0, k0High, k1, k1High] = [0, 4, 8, 12].map((at) => key.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const state = Uint32Array.of(
    k0 ^ 0x70736575,
    k0High ^ 0x736f6d65,
    k1 ^ 0x6e646f6d,
    k1High ^ 0x646f7261,
    k0 ^ 0x6e657261,
    k0High ^ 0x6c796765,
    k1 ^ 0x79746573,
    k1High ^ 0x74656462,
  );
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) takeWord(state, bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
  const last = Buffer.alloc(8);
  bytes.copy(last, 0, whole);
  last[7] = bytes.length;
  takeWord(state, last.readUInt32LE(0), last.readUInt32LE(4));
  xor(state, V2, 0xff, 0);
  rounds(state, 4);
  return hex(fold(state, 1)) + hex(fold(state, 0));
}

/** Where the words of the state begin: each has a low and a high half. */
const [V0, V1, V2, V3] = [0, 2, 4, 6] as const;

function takeWord(state: Uint32Array, low: number, high: number): void {
  xor(state, V3, low, high);
  rounds(state, 2);
  xor(state, V0, low, high);
}

function rounds(state: Uint32Array, count: number): void {
  for (let round = 0; round < count; round += 1) {
    mix(state, V0, V1, 13);
    mix(state, V2, V3, 16);
    rotate(state, V0, 32);
    mix(state, V0, V3, 21);
    mix(state, V2, V1, 17);
    rotate(state, V2, 32);
  }
}

/** Adds `b` to `a`, then rotates `b` by some bits and XORs `a` into it. */
function mix(state: Uint32Array, a: number, b: number, bits: number): void {
  const low = at(state, a) + at(state, b);
  state[a] = low;
  state[a + 1] = at(state, a + 1) + at(state, b + 1) + (low > 0xffffffff ? 1 : 0);
  rotate(state, b, bits);
  xor(state, b, at(state, a), at(state, a + 1));
}

function rotate(state: Uint32Array, word: number, bits: number): void {
  const [low, high] = [at(state, word), at(state, word + 1)];
  state[word] = bits === 32 ? high : (low << bits) | (high >>> (32 - bits));
  state[word + 1] = bits === 32 ? low : (high << bits) | (low >>> (32 - bits));
}

function xor(state: Uint32Array, word: number, low: number, high: number): void {
  state[word] = at(state, word) ^ low;
  state[word + 1] = at(state, word + 1) ^ high;
}

function fold(state: Uint32Array, half: number): number {
  return at(state, V0 + half) ^ at(state, V1 + half) ^ at(state, V2 + half) ^ at(state, V3 + half);
}

const at = (state: Uint32Array, index: number): number => state[index] ?? 0;

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
