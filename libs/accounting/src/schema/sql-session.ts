import type { EntityManager } from 'typeorm';

/** A connection to a company's database that takes statements: a transaction's EntityManager, or less. */
export type SqlSession = Pick<EntityManager, 'query'>;
