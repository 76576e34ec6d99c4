/** Tests against real servers: scripts/ci-remotes.sh starts them. `npm test` leaves these out. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/remotes/**/*.s3.test.ts', 'tests/remotes/**/*.ssh.test.ts'],
    globalSetup: ['tests/support/build-once.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
