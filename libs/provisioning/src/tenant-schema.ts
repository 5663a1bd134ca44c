import type { EntityManager, MigrationInterface } from 'typeorm';

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

/** What a tenant database is made of; given by the application that wires provisioning. */
export interface TenantSchema {
  entities: readonly (new () => object)[];
  migrations: readonly (new () => MigrationInterface)[];
  /** The version after all migrations; versions compare as numbers. */
  schemaVersion: string;
  /** The oldest version that this code can work with. */
  minSchemaVersion: string;
  /** Default data of a new company; doing it twice is doing it once. */
  seed(manager: EntityManager, company: CompanySeed): Promise<void>;
  /** The first user; doing it twice is doing it once. */
  createAdministrator(manager: EntityManager, user: AdministratorSeed): Promise<void>;
}

export const TENANT_SCHEMA = Symbol('TENANT_SCHEMA');
