import type { StepMigration } from '@finvera/common';
import type { EntityManager } from 'typeorm';

export interface CompanySeed {
  companyName: string;
  email: string;
  phone: string;
}

export interface AdministratorSeed {
  email: string;
  name: string;
  passwordHash: string;
  passwordChangeRequired: boolean;
}

/** A connection to one tenant's database, within a transaction. */
export type SchemaSession = Pick<EntityManager, 'query'>;

/** What a tenant database is made of; given by the application that wires provisioning. */
export interface TenantSchema {
  entities: readonly (new () => object)[];
  migrations: readonly (new () => StepMigration)[];
  /** The version after all migrations; versions compare as numbers. */
  schemaVersion: string;
  /** The oldest version that this code can work with. */
  minSchemaVersion: string;
  /** What every new company begins with, whoever it is; doing it twice is doing it once. */
  seedDefaults(session: SchemaSession): Promise<void>;
  /** What a new company begins with on the day of its creation; doing it twice is doing it once. */
  seedCompany(session: SchemaSession, company: CompanySeed): Promise<void>;
  /** A database that was made from another company's becomes this one's; doing it twice is doing it once. */
  identify(session: SchemaSession, company: CompanySeed): Promise<void>;
  /** What is wrong in the books of a database that was restored, in sentences: a trial balance that is not zero … */
  findFaults(session: SchemaSession): Promise<string[]>;
  /** The first user, after the defaults; doing it twice is doing it once. */
  createAdministrator(session: SchemaSession, user: AdministratorSeed): Promise<void>;
}

export const TENANT_SCHEMA = Symbol('TENANT_SCHEMA');
