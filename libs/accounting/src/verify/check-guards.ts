import { tenantSchema } from '../schema/tenant-schema.js';
import type { Check } from './verification.js';

const TRIGGER = /^\s*CREATE TRIGGER (\w+) (BEFORE|AFTER) (\w+) ON (\w+) FOR EACH ROW\s+([\s\S]+)$/;

const STORED = `SELECT TRIGGER_NAME AS name, ACTION_STATEMENT AS body FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()`;

/** Trigger name → body, as the migrations leave them. */
function guardsOfMigrations(): Map<string, string> {
  const guards = new Map<string, string>();
  for (const Migration of tenantSchema.migrations)
    for (const { up } of new Migration().steps) {
      const [, name, , , , body] = TRIGGER.exec(up) ?? [];
      if (name && body) guards.set(name, plain(body));
      const [, dropped] = /^\s*DROP TRIGGER (?:IF EXISTS )?(\w+)/.exec(up) ?? [];
      if (dropped) guards.delete(dropped);
    }
  return guards;
}

const plain = (body: string) => body.replace(/\s+/g, ' ').trim();

/** The guards in the database are there and say what they said: closed periods, posted entries and the edit log are theirs to keep. */
export const checkGuards: Check = async (tx, findings) => {
  findings.begin('guards');
  const rows: { name: string; body: string }[] = await tx.query(STORED);
  const stored = new Map(rows.map(({ name, body }) => [name, plain(body)]));
  const guards = guardsOfMigrations();
  for (const [name, body] of guards)
    if (!stored.has(name))
      findings.found(`the guard ${name} is not in the database; what it forbids may have been done`);
    else if (stored.get(name) !== body) findings.found(`the guard ${name} in the database says something else`);
  for (const name of stored.keys()) if (!guards.has(name)) findings.found(`the trigger ${name} is nobody's`);
  findings.examined(guards.size);
};
