import { resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { createHostileResults, HOSTILE_TEXT } from '../../../fixtures/report/hostile.ts';
import { renderResults } from '../../../fixtures/report/render.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import { plainText } from '../../util/plain-text.ts';
import { junitFormat } from './junit-format.ts';

const SCHEMA = resolve(import.meta.dirname, '../../../schema/junit.xsd');

const MIXED = [
  createResult(),
  createResult({ case: 'gate', outcome: 'skipped', skipReason: 'no gate area' }),
  createResult({ case: 'known', outcome: 'failed', known: { reason: 'ours', expires: '2027-01-01' } }),
  createResult({
    arch: 'arm64',
    outcome: 'failed',
    problems: ['call.errno: expected "A" & <B>.'],
    output: 'hello\n\nno such <file>\n',
    stderrAt: 7,
  }),
  createResult({
    arch: 'arm64',
    case: 'boom',
    outcome: 'crashed',
    problems: ['The kernel reported: BUG.'],
    tail: ['x'],
  }),
];

async function validate(xml: string): Promise<string> {
  const { exitCode, stderr } = await execa('xmllint', ['--nonet', '--noout', '--schema', SCHEMA, '-'], {
    input: xml,
    reject: false,
  });
  return exitCode === 0 ? 'valid' : stderr;
}

/** Reads one value of the report back, as a reader of XML sees it. */
async function query(xml: string, xpath: string): Promise<string> {
  const { stdout } = await execa('xmllint', ['--nonet', '--xpath', xpath, '-'], {
    input: xml,
    stripFinalNewline: true,
  });
  return stdout;
}

for (const [what, cases] of Object.entries({ mixed: MIXED, hostile: createHostileResults(), empty: [] })) {
  test(`a report of ${what} results is valid`, async (t) => {
    t.is(await validate(await renderResults(junitFormat, cases)), 'valid');
  });
}

test('the schema refuses what is not such a report', async (t) => {
  const xml = await renderResults(junitFormat, MIXED);
  t.regex(await validate(xml.replace('<testcase ', '<testcase forged="1" ')), /forged/u);
  t.regex(await validate(xml.replace(/ tests="\d+"/u, '')), /'tests' is required/u);
  t.regex(await validate(xml.replace('</failure>', '</failure><error message="m" type="t"/>')), /error/u);
});

test('counts and statuses are read back as they were recorded', async (t) => {
  const xml = await renderResults(junitFormat, MIXED);
  t.is(await query(xml, 'string(/testsuites/@tests)'), '5');
  t.is(await query(xml, 'string(/testsuites/@failures)'), '1');
  t.is(await query(xml, 'string(/testsuites/@errors)'), '1');
  t.is(await query(xml, 'string(/testsuites/testsuite[1]/@skipped)'), '2');
  t.is(await query(xml, 'count(//testcase[failure])'), '1');
  t.is(await query(xml, 'string(//testcase[error]/@name)'), 'boom');
  t.is(await query(xml, 'string(//failure/@message)'), 'call.errno: expected "A" & <B>.');
  t.is(await query(xml, 'string(//testcase[@name="known"]/skipped/@message)'), 'known failure: ours');
  t.is(
    await query(xml, 'string(//testcase[error]/@classname)'),
    'process-vm-mmap-6.12.arm64.special-mappings',
  );
  t.is(await query(xml, 'string(//testcase[failure]/system-out)'), 'hello');
  t.is(await query(xml, 'string(//testcase[failure]/system-err)'), 'no such <file>');
});

test('what a guest prints comes back as text and as nothing else', async (t) => {
  const xml = await renderResults(junitFormat, createHostileResults());
  t.is(await query(xml, 'count(//testcase)'), '6');
  t.is(await query(xml, 'count(//*[@name="forged"])'), '0');
  t.is(await query(xml, 'string(//testcase[@name="passes"]/system-out)'), plainText(HOSTILE_TEXT));
  t.notRegex(xml, /<!\[CDATA\[|\]\]>/u);
});

test('a red verdict without a red case is an error', async (t) => {
  const xml = await renderResults(junitFormat, [createResult()], {
    verdict: 'interrupted',
    reasons: ['The run was interrupted.'],
  });
  t.is(await query(xml, 'string(//testcase[error]/error/@message)'), 'The run was interrupted.');
  t.is(await query(xml, 'string(/testsuites/@errors)'), '1');
});
