import { quoteIdentifier } from '@finvera/common';

export type SchemaObject = 'table' | 'view' | 'trigger' | 'procedure' | 'function';

/** What a migration's statement does, as far as running it safely depends on it. */
export type Statement =
  | { kind: 'data' }
  | { kind: 'definition'; verb: 'create' | 'alter' | 'drop' | 'rename'; object: SchemaObject; name: string };

const NAME = '`?(\\w+)`?';
const DEFINITIONS: [RegExp, Exclude<Statement, { kind: 'data' }>['verb'], SchemaObject][] = [
  [new RegExp(`^ALTER TABLE ${NAME} `, 'i'), 'alter', 'table'],
  [new RegExp(`^CREATE TABLE (?:IF NOT EXISTS )?${NAME} ?\\(`, 'i'), 'create', 'table'],
  [new RegExp(`^DROP TABLE (?:IF EXISTS )?${NAME}$`, 'i'), 'drop', 'table'],
  [new RegExp(`^RENAME TABLE ${NAME} TO \\w+$`, 'i'), 'rename', 'table'],
  ...(['trigger', 'view', 'procedure', 'function'] as const).flatMap(
    (object): [RegExp, 'create' | 'drop', SchemaObject][] => [
      [new RegExp(`^CREATE (?:OR REPLACE )?${object} ${NAME}[ (]`, 'i'), 'create', object],
      [new RegExp(`^DROP ${object} (?:IF EXISTS )?${NAME}$`, 'i'), 'drop', object],
    ],
  ),
];

/** @returns null when a rollout could not take the statement up again after a crash: it must be written otherwise */
export function readStatement(sql: string): Statement | null {
  const text = sql.trim().replace(/\s+/g, ' ');
  if (/^(INSERT|UPDATE|DELETE|REPLACE) /i.test(text)) return { kind: 'data' };
  for (const [form, verb, object] of DEFINITIONS) {
    const name = form.exec(text)?.[1];
    if (name) return { kind: 'definition', verb, object, name };
  }
  return null;
}

/** The statement that shows how an object is defined. */
export const showCreate = ({ object, name }: { object: SchemaObject; name: string }): string =>
  `SHOW CREATE ${object.toUpperCase()} ${quoteIdentifier(name)}`;
