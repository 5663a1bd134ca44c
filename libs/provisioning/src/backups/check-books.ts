import { DomainError, quoteIdentifier } from '@finvera/common';
import { Inject, Injectable } from '@nestjs/common';
import { ServerConnections } from '../servers/server-connections.js';
import { type SchemaSession, TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';

/** Looks whether the books in a database that was restored are right: not only the same rows, but books. */
@Injectable()
export class CheckBooks {
  constructor(
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly servers: ServerConnections,
  ) {}

  /** @throws DomainError 500 `books_differ` with what is wrong */
  async run(serverId: string, database: string): Promise<void> {
    const faults = await this.servers.use(serverId, async (session) => {
      await session.query(`USE ${quoteIdentifier(database)}`);
      const books: SchemaSession = { query: (sql, parameters) => session.query(sql, parameters as unknown[]) as never };
      return this.schema.findFaults(books);
    });
    if (faults.length > 0)
      throw new DomainError('books_differ', 500, `The books that were restored are not right: ${faults.join('; ')}.`);
  }
}
