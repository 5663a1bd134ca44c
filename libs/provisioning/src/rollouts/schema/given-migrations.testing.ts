import { type MigrationPhase, type MigrationStep, StepMigration } from '@finvera/common';
import { SchemaVersions } from './schema-versions.js';

interface GivenMigration {
  steps: MigrationStep[];
  phase?: MigrationPhase;
  release?: string;
  after?: string;
}

/** The version of the n-th given migration, beginning with 1. */
export const givenVersion = (n: number) => String(1_600_000_000_000 + n);

/** Versions made of migrations that a test writes down. */
export const givenVersions = (migrations: GivenMigration[], minSchemaVersion = givenVersion(1)): SchemaVersions =>
  new SchemaVersions({
    minSchemaVersion,
    migrations: migrations.map(({ steps, phase = 'expand', release, after }, index) => {
      class Given extends StepMigration {
        readonly phase = phase;
        readonly release = release ?? `1.${index}.0`;
        readonly steps = steps;
        override readonly after = after;
      }
      return Object.defineProperty(Given, 'name', { value: `Given${givenVersion(index + 1)}` });
    }),
  });

export const THINGS: MigrationStep = {
  up: 'CREATE TABLE things (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL, size INT NULL) ENGINE=InnoDB',
  down: 'DROP TABLE things',
};
