import { basename } from 'node:path';
import { ARCH_NAMES, architectures } from '../arch/architectures.ts';
import { suggest } from '../util/closest.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { SpecFile } from './spec-file.ts';
import type { YamlSource } from './yaml-source.ts';

/** Mistakes in a spec beyond its form, as far as the file itself shows. */
export function checkSpec(file: SpecFile, source: YamlSource): Diagnostic[] {
  return [
    ...checkName(file, source),
    ...checkSubject(file, source),
    ...checkMachine(file, source),
    ...checkArches(file, source),
    ...checkExpected(file, source),
    ...checkBase(file, source),
  ];
}

function checkName(file: SpecFile, source: YamlSource): Diagnostic[] {
  const expected = basename(source.file, '.yaml');
  if (file.spec === expected) return [];
  return [
    source.diagnoseValue(
      ['spec'],
      `A spec is named after its file: expected "${expected}", found "${file.spec}".`,
    ),
  ];
}

/** Keys that say something of a command alone, and of a guest program alone. */
const OF_COMMANDS = ['protocol', 'with', 'shell'] as const;
const OF_PROGRAMS = ['cases', 'on'] as const;

/** A spec is about a guest program, which observes, or about a command, which judges itself. */
function checkSubject(file: SpecFile, source: YamlSource): Diagnostic[] {
  const { program, command, cases } = file;
  if (program === undefined && command === undefined)
    return [
      source.diagnoseKey(
        ['spec'],
        'Say what is executed: "program", below guests/programs, or a "command" of this host.',
      ),
    ];
  if (program !== undefined && command !== undefined)
    return [source.diagnoseKey(['command'], 'The spec has a "program" already: it can have one of the two.')];
  const foreign = command === undefined ? OF_COMMANDS : OF_PROGRAMS;
  const reason =
    command === undefined
      ? 'Only a spec with a "command" has this.'
      : 'A command judges itself: its cases are the tests that it reports.';
  return [
    ...foreign.filter((key) => file[key] !== undefined).map((key) => source.diagnoseKey([key], reason)),
    ...(command !== undefined && file.machine?.reseed !== undefined
      ? [source.diagnoseKey(['machine', 'reseed'], 'Only the cases of a guest program can have this.')]
      : []),
    ...(command === undefined && cases === undefined
      ? [source.diagnoseKey(['program'], 'Name the cases of the program in "cases".')]
      : []),
  ];
}

function checkMachine(file: SpecFile, source: YamlSource): Diagnostic[] {
  const without = (file.arch ?? ARCH_NAMES).filter((arch) => !architectures[arch].memoryTagging);
  if (file.machine?.mte === undefined || without.length === 0) return [];
  return [
    source.diagnoseKey(
      ['machine', 'mte'],
      `A machine of ${without.join(' or ')} has no memory tagging: name in "arch" what the spec is for.`,
    ),
  ];
}

function checkArches(file: SpecFile, source: YamlSource): Diagnostic[] {
  const offered = file.arch ?? ARCH_NAMES;
  return Object.entries(file.cases ?? {}).flatMap(([name, given]) => {
    const path = ['cases', name];
    const chosen = given.arch ?? offered;
    const foreign = chosen.filter((arch) => !offered.includes(arch));
    const leftOut = offered.filter((arch) => !chosen.includes(arch));
    const without = Object.keys(given.differs ?? {}).filter(
      (arch) => !chosen.some((known) => known === arch),
    );
    return [
      ...foreign.map((arch) =>
        source.diagnoseValue([...path, 'arch'], `The spec itself is not for ${arch}.`),
      ),
      ...(leftOut.length > 0 && given.why === undefined
        ? [
            source.diagnoseValue(
              [...path, 'arch'],
              `Say in "why" what keeps the case from running on ${file.arch === undefined ? 'other architectures' : leftOut.join(', ')}.`,
            ),
          ]
        : []),
      ...without.map((arch) =>
        source.diagnoseKey(
          [...path, 'differs', arch],
          `The case does not run on ${arch}, so nothing can differ there.`,
        ),
      ),
    ];
  });
}

/** A case without any expectation proves nothing, and one cannot crash in two ways. */
function checkExpected(file: SpecFile, source: YamlSource): Diagnostic[] {
  return Object.entries(file.cases ?? {}).flatMap(([name, given]) => {
    const { expect, expect_splat, expect_panic, expect_reset } = given;
    const crashes = Object.entries({ expect_splat, expect_panic, expect_reset }).flatMap(([key, value]) =>
      value === undefined ? [] : key,
    );
    const path = ['cases', name];
    if (expect === undefined && crashes.length === 0)
      return [source.diagnoseKey(path, 'Say in "expect" what the case must observe.')];
    return crashes
      .slice(1)
      .map((key) =>
        source.diagnoseKey([...path, key], `The case has to crash in one way: ${crashes[0]} says which.`),
      );
  });
}

function checkBase(file: SpecFile, source: YamlSource): Diagnostic[] {
  const cases = Object.keys(file.cases ?? {});
  return Object.keys(file.on?.base?.cases ?? {})
    .filter((name) => !cases.includes(name))
    .map((name) =>
      source.diagnoseKey(
        ['on', 'base', 'cases', name],
        `The spec has no case "${name}".${suggest(name, cases)}`,
      ),
    );
}
