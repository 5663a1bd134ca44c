/**
 * Proofs that take a minute or so each, of what others of the tests touch in passing: `npm run test:long` runs them, and
 * `npm test -- <path>` any one of them. Together with them `npm test` would take a quarter of an hour.
 */
export const LONG_TESTS = [
  'test/archive.spec',
  'test/attachments-crash.spec',
  'test/backup-runbook.spec',
  'test/backups-s3.spec',
  'test/backups.spec',
  'test/books-import.spec',
  'test/bulk.spec',
  'test/cli.spec',
  'test/company-webhooks.spec',
  'test/credentials.spec',
  'test/custom-domains.spec',
  'test/dead-hosts.spec',
  'test/everywhere.spec',
  'test/hang-up.spec',
  'test/key-rotation.spec',
  'test/operation-interleavings.spec',
  'test/read-replicas.spec',
  'test/remote-cli.spec',
  'test/restore.spec',
  'test/rollouts-cli.spec',
  'test/rollouts-crash.spec',
  'test/shared-budget.spec',
  'test/storage.spec',
  'test/warm-databases.spec',
  'test/webhooks.spec',
];
