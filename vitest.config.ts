import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // They want real servers: scripts/ci-remotes.sh.
    exclude: ['tests/**/*.s3.test.ts', 'tests/**/*.ssh.test.ts'],
    globalSetup: ['tests/support/build-once.ts'],
    maxWorkers: '100%',
    // Most tests start real processes; the machine's load must not turn them red.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    unstubEnvs: true,
  },
});
