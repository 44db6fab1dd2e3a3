import { architectures } from './architectures.ts';

/** The names of all builds of all architectures that are not booted, each once. */
export const OTHER_BUILD_NAMES: readonly string[] = [
  ...new Set(Object.values(architectures).flatMap(({ otherBuilds }) => otherBuilds.map(({ name }) => name))),
];
