import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a migration does to code that does not know of it yet:
 * - `expand` only adds; the former release goes on working beside it
 * - `migrate` moves data
 * - `contract` takes away what an earlier release stopped using; never in the release that stopped
 */
export const MIGRATION_PHASES = ['expand', 'migrate', 'contract'] as const;
export type MigrationPhase = (typeof MIGRATION_PHASES)[number];

/** One constant statement and the one that takes it back. */
export interface MigrationStep {
  readonly up: string;
  /** null when nothing has to be taken back: data that the former release does not mind */
  readonly down: string | null;
  /** `up` has a LIMIT and is repeated until it changes no row, each time in a transaction of its own. */
  readonly batched?: boolean;
}

/**
 * A migration as a list of statements, so that a rollout can show them, check them, and go on or turn back after a
 * crash between any two. The class name ends with the version: 13 digits, the time in milliseconds.
 */
export abstract class StepMigration implements MigrationInterface {
  abstract readonly phase: MigrationPhase;
  /** The release that brings it, for example "1.4.0". */
  abstract readonly release: string;
  abstract readonly steps: readonly MigrationStep[];
  /** Of a contract: the version of the expand (or migrate) that made it possible, which came with an earlier release. */
  readonly after?: string;

  /** Runs all steps in a database that nobody uses yet: in one round trip where the connection takes several at a time. */
  async up(queryRunner: QueryRunner): Promise<void> {
    await runAll(
      queryRunner,
      this.steps.map(({ up }) => up),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await runAll(
      queryRunner,
      this.steps.toReversed().flatMap(({ down }) => down ?? []),
    );
  }
}

async function runAll(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  const { options } = queryRunner.dataSource;
  if ('multipleStatements' in options && options.multipleStatements) {
    await queryRunner.query(statements.join(';\n'));
    return;
  }
  for (const statement of statements) await queryRunner.query(statement);
}
