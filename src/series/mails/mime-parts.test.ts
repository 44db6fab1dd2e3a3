import { assert, constantFrom, integer, property, string, uint8Array } from 'fast-check';
import test from 'ava';
import { decodePart } from './decode-text.ts';
import { splitMime } from './mime-parts.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('bytes come out of any transfer encoding as they went in', (t) => {
  const encode: Readonly<Record<string, (content: Uint8Array) => string>> = {
    base64: (content) => Buffer.from(content).toString('base64').replaceAll(/.{76}/gu, '$&\r\n'),
    'quoted-printable': (content) =>
      [...content].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('=\n'),
    '8bit': (content) => Buffer.from(content).toString('latin1'),
  };
  assert(
    property(uint8Array({ maxLength: 200 }), constantFrom(...Object.keys(encode)), (content, name) => {
      const body = encode[name]!(content);
      const [part] = splitMime(`Content-Transfer-Encoding: ${name}\n\n${body}`);
      return Buffer.compare(bytes(part!.content), content) === 0;
    }),
  );
  t.pass();
});

test('parts are what stands between their boundaries, however deep', (t) => {
  const text = string({ unit: constantFrom('a', '-', ' ', '\n', '\r\n', '=', '\xfc'), maxLength: 40 });
  assert(
    property(text, text, integer({ min: 1, max: 5 }), (first, second, depth) => {
      let mail = `Content-Type: text/plain\n\n${first}`;
      for (let level = 0; level < depth; level++)
        mail = `Content-Type: multipart/mixed; boundary="b${level}."\n\n\n--b${level}.\n${mail}\n--b${level}.\nContent-Type: text/x-patch; name=x.patch\n\n${second}\n--b${level}.--\nfooter\n`;
      const parts = splitMime(mail);
      return (
        parts.length === depth + 1 &&
        parts[0]!.content === `${first}\n` &&
        parts.slice(1).every(({ content, filename }) => content === `${second}\n` && filename === 'x.patch')
      );
    }),
  );
  t.pass();
});

test('of alternatives the plain text is taken, and parameters are read as RFC 2231 has them', (t) => {
  const parts = splitMime(
    'Content-Type: multipart/alternative;\n boundary=x\n\n--x\nContent-Type: text/html\n\n<p>a\n--x\nContent-Type: TEXT/plain; charset="utf-8"; format=flowed; delsp=yes\nContent-Disposition: attachment; filename*0="a;"; filename*1=b.txt\n\nb\n--x--\n',
  );
  t.is(parts.length, 1);
  t.like(parts[0], {
    type: 'text/plain',
    charset: 'utf-8',
    filename: 'a;b.txt',
    isAttachment: true,
    flow: { dropSpaces: true },
  });
});

test('words are decoded from their charset, and a diff keeps its bytes', (t) => {
  const [part] = splitMime(
    'Content-Type: text/plain; charset=ISO-8859-1\n\nJ\xfcrgen\n--- a/x\n+++ b/x\n+J\xfcrgen\n',
  );
  t.is(decodePart(part!), 'Jürgen\n--- a/x\n+++ b/x\n+J\udcfcrgen\n');
});
