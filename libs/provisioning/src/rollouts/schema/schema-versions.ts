import { malformed, type StepMigration } from '@finvera/common';
import { Inject, Injectable } from '@nestjs/common';
import { TENANT_SCHEMA, type TenantSchema } from '../../tenant-schema.js';

const VERSION = /^\w+?(\d{13})$/;

/** A migration with its name and version, both read from its class name. */
export interface SchemaVersion {
  readonly version: string;
  readonly name: string;
  readonly migration: StepMigration;
}

/** The versions of the tenant schema that this code knows, oldest first. Versions are 13 digits and sort as text. */
@Injectable()
export class SchemaVersions {
  readonly all: readonly SchemaVersion[];
  readonly minimum: string;

  constructor(@Inject(TENANT_SCHEMA) schema: Pick<TenantSchema, 'migrations' | 'minSchemaVersion'>) {
    this.minimum = schema.minSchemaVersion;
    this.all = schema.migrations
      .map((Migration) => {
        const version = VERSION.exec(Migration.name)?.[1];
        if (!version) throw new Error(`the migration ${Migration.name} must end with its version, 13 digits`);
        return { version, name: Migration.name, migration: new Migration() };
      })
      .sort((a, b) => (a.version < b.version ? -1 : 1));
  }

  get latest(): string {
    return this.all.at(-1)!.version;
  }

  has(version: string): boolean {
    return this.all.some((known) => known.version === version);
  }

  /** @throws DomainError 400 when this code has no such version */
  assertKnown(version: string, field = 'target_version'): void {
    if (this.has(version)) return;
    const newest = this.all.slice(-5).map((known) => known.version);
    throw malformed(`${field} ${version} is not a version of this program; its newest are ${newest.join(', ')}.`, [
      { field, message: `must be a version that this program knows, for example ${this.latest}` },
    ]);
  }

  /** What leads from one version to a later one, in order. */
  between(from: string | null, to: string): SchemaVersion[] {
    return this.all.filter(({ version }) => version > (from ?? '') && version <= to);
  }
}
