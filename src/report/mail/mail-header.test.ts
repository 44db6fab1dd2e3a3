import test from 'ava';
import * as fc from 'fast-check';
import { addressHeader, mailHeader } from './mail-header.ts';

test('plain text stays as it is', (t) => {
  t.is(mailHeader('Subject', 'Re: [PATCH] mm: x'), 'Subject: Re: [PATCH] mm: x');
});

test('long text is folded at blanks', (t) => {
  const header = mailHeader('Subject', 'word '.repeat(40));
  t.true(header.split('\n').every((line) => line.length <= 78));
  t.true(
    header
      .split('\n')
      .slice(1)
      .every((line) => line.startsWith(' word')),
  );
});

test('other text than ASCII becomes encoded words, which say the same', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }), (text) => {
      const value = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
      fc.pre(!/^[ -~]*$/u.test(value));
      const header = mailHeader('Subject', text);
      t.regex(header, /^[ -~\n]*$/u);
      t.true(header.split('\n').every((line) => line.length <= 78));
      const words = [...header.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/gu)];
      t.is(words.map(([, packed = '']) => Buffer.from(packed, 'base64').toString()).join(''), value);
    }),
  );
});

test('an end of line in a value begins no other header', (t) => {
  t.is(mailHeader('Subject', 'x\r\nBcc: all@kernel.example'), 'Subject: x Bcc: all@kernel.example');
});

test('names of addresses are encoded or quoted, addresses are not', (t) => {
  t.is(
    addressHeader('To', ['Jürgen <j@kernel.example>', 'Doe, Jane <d@kernel.example>', 'list@kernel.example']),
    'To: =?UTF-8?B?SsO8cmdlbg==?= <j@kernel.example>, "Doe, Jane"\n <d@kernel.example>, list@kernel.example',
  );
});
