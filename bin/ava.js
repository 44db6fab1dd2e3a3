// The entry "kgate/ava". Plain JavaScript, so that an older Node gets as far as to be told what is wrong.
const REQUIRED_MAJOR = 24;
if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR)
  throw new Error(
    `kgate/ava needs Node ${REQUIRED_MAJOR}, and this is ${process.version}. Run ava by the one that kgate has: npx kgate-node node_modules/ava/entrypoints/cli.mjs`,
  );

export const { testSpecs } = await import('../dist/ava.js');
