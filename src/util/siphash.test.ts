import test from 'ava';
import { sipHash } from './siphash.ts';

const key = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
const counted = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index & 0xff));

// The first and the best-known of the vectors that the authors publish: bytes 0, 1, 2, … under the key 0, 1, … 15.
for (const [length, expected] of [
  [0, '726fdb47dd0e0e31'],
  [15, 'a129ca6149be45e5'],
] as const) {
  test(`the hash of ${length} bytes is the one its authors publish`, (t) => {
    t.is(sipHash(key, counted(length)), expected);
  });
}

const word = (from: Buffer, at: number): bigint => from.readBigUInt64LE(at);
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const turn = (value: bigint, bits: bigint): bigint => wrap((value << bits) | (value >> (64n - bits)));

/** The definition in whole words, slow and short. */
function definition(bytes: Buffer): string {
  const [k0, k1] = [word(key, 0), word(key, 8)];
  let [v0, v1, v2, v3] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = () => {
    v0 = wrap(v0 + v1);
    v1 = turn(v1, 13n) ^ v0;
    v0 = turn(v0, 32n);
    v2 = wrap(v2 + v3);
    v3 = turn(v3, 16n) ^ v2;
    v0 = wrap(v0 + v3);
    v3 = turn(v3, 21n) ^ v0;
    v2 = wrap(v2 + v1);
    v1 = turn(v1, 17n) ^ v2;
    v2 = turn(v2, 32n);
  };
  const padded = Buffer.alloc(bytes.length - (bytes.length % 8) + 8);
  bytes.copy(padded);
  padded[padded.length - 1] = bytes.length;
  for (let at = 0; at < padded.length; at += 8) {
    v3 ^= word(padded, at);
    round();
    round();
    v0 ^= word(padded, at);
  }
  v2 ^= 0xffn;
  for (let count = 0; count < 4; count += 1) round();
  return (v0 ^ v1 ^ v2 ^ v3).toString(16).padStart(16, '0');
}

test('the hash matches its definition for every length of the last word', (t) => {
  for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 63, 64, 255, 256, 2_779])
    t.is(sipHash(key, counted(length)), definition(counted(length)), String(length));
});

test('another key makes another hash', (t) => {
  const other = Buffer.from(key);
  other[15] = 0;
  t.not(sipHash(other, counted(15)), sipHash(key, counted(15)));
});
