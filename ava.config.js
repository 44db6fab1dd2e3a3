// KUnit is known to sched.h, so its kernel is compiled from nothing for one test: `npm run test:kunit` does that.
const elsewhere = process.env.KGATE_TEST_KUNIT === undefined ? ['!src/run/kunit.guest.test.ts'] : [];

// Node 24 runs TypeScript as it is, so ava needs no loader and no build step.
export default {
  files: ['src/**/*.test.ts', 'specs/**/*.test.ts', 'bench/**/*.test.ts', ...elsewhere],
  extensions: ['js', 'ts'],
  require: ['./fixtures/compile-cache.js'],
  // Guests load both cores by themselves: test files that boot them must not run against each other.
  concurrency: 2,
  timeout: '10m',
  environmentVariables: { NO_COLOR: '1' },
};
