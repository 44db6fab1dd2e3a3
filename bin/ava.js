// The entry "kgate/ava". Plain JavaScript, so that an older Node gets as far as to be told what is wrong.
const REQUIRED_MAJOR = 24;
if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR)
  throw new Error(
    `kgate/ava needs Node ${REQUIRED_MAJOR}, and this is ${process.version}. kgate brings one, which "npm test" takes where npm links it; else run ava by it: npx kgate-node node_modules/ava/entrypoints/cli.mjs`,
  );

export const { testSpecs } = await import('../dist/ava.js');
