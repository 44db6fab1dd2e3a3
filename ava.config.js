// Node 24 runs TypeScript as it is, so ava needs no loader and no build step.
// KUnit is known to sched.h: its kernel is compiled from nothing, which `npm run test:kunit` does.
const without = process.env.KGATE_TEST_KUNIT === undefined ? ['!src/run/kunit.guest.test.ts'] : [];

export default {
  files: ['src/**/*.test.ts', 'specs/**/*.test.ts', 'bench/**/*.test.ts', ...without],
  extensions: ['js', 'ts'],
  require: ['./fixtures/compile-cache.js'],
  // Guests load both cores by themselves: test files that boot them must not run against each other.
  concurrency: 2,
  timeout: '10m',
  environmentVariables: { NO_COLOR: '1' },
};
