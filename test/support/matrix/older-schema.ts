import type { GivenTenant } from '../platform.js';
import type { Lane } from './lane.js';

/** What `rollouts/newer-release.mjs` brings. */
export const NEWER = '1900000000001';
const NEWER_NAME = `AddLedgerRegion${NEWER}`;

/** Makes a company of the newer release one of the release before, as its migration's way back would. */
export async function older(lane: Lane, { id, dbName }: GivenTenant): Promise<void> {
  const { platform } = lane;
  for (const statement of [
    'ALTER TABLE ledgers DROP KEY ledgers_credit_days',
    "UPDATE ledgers SET notes = REPLACE(notes, ' migrated', '')",
    'ALTER TABLE ledgers DROP COLUMN region',
    `DELETE FROM migrations WHERE name = '${NEWER_NAME}'`,
  ])
    await platform.sql(statement, [], dbName);
  const [before] = await platform.sql<{ version: string }>(
    'SELECT CAST(MAX(timestamp) AS CHAR) AS version FROM migrations',
    [],
    dbName,
  );
  await platform.sql('UPDATE tenant_master SET schema_version = ? WHERE id = ?', [before!.version, id]);
}

/** As its database and its record say, which must agree. */
export async function schemaOf({ platform }: Lane, { id, dbName }: GivenTenant): Promise<string> {
  const [record] = await platform.sql<{ schema_version: string }>(
    'SELECT schema_version FROM tenant_master WHERE id = ?',
    [id],
  );
  const count = async (statement: string) => (await platform.sql(statement, [], dbName)).length;
  const facts = [
    await count("SHOW COLUMNS FROM ledgers LIKE 'region'"),
    await count("SHOW INDEX FROM ledgers WHERE key_name = 'ledgers_credit_days'"),
    await count(`SELECT 1 FROM migrations WHERE name = '${NEWER_NAME}'`),
    record!.schema_version === NEWER ? 1 : 0,
  ];
  const [ledger] = await platform.sql<{ notes: string }>("SELECT notes FROM ledgers WHERE name = 'Cash'", [], dbName);
  const { notes } = ledger!; // a company that was made with the newer schema had no data to migrate
  if (facts.every((fact) => fact === 1) && (notes === ' migrated' || notes === '')) return 'new';
  if (facts.every((fact) => fact === 0) && notes === '') return 'old';
  return `neither old nor new: ${facts.join(', ')}, ${JSON.stringify(notes)}`;
}
