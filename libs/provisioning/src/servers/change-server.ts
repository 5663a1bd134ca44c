import { type Actor, malformed, notFound, retryDeadlocks, SecretBox } from '@finvera/common';
import { AuditLog, DatabaseServer } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { serverExists } from './add-server.js';
import { examineServer } from './examine-server.js';
import type { UpdateServerDto } from './server.dto.js';

/** Changes what is written down of a database server. Processes see a new budget or replica within five seconds. */
@Injectable()
export class ChangeServer {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @throws DomainError 404 `server_not_found`; 409 `server_exists` when the name is taken; 422 `server_unreachable` for a
   *   replica that cannot be signed in to
   */
  async change(id: string, wanted: UpdateServerDto, actor: Actor): Promise<void> {
    const server = await this.master.getRepository(DatabaseServer).findOneBy({ id });
    if (!server) throw notFound('database server', id, 'server_not_found');
    if (wanted.replica) await this.assertReplica(server, wanted.replica);
    const set: Partial<DatabaseServer> = {
      ...(wanted.name !== undefined && { name: wanted.name }),
      ...(wanted.placement_class !== undefined && { placementClass: wanted.placement_class }),
      ...(wanted.max_tenants !== undefined && { maxTenants: wanted.max_tenants }),
      ...(wanted.status !== undefined && { status: wanted.status }),
      ...(wanted.connection_budget !== undefined && { connectionBudget: wanted.connection_budget }),
      ...(wanted.replica !== undefined && {
        replicaHost: wanted.replica?.host ?? null,
        replicaPort: wanted.replica?.port ?? null,
      }),
    };
    const fields = Object.keys(set) as (keyof DatabaseServer)[];
    if (fields.length === 0) return;
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const before = await tx.findOneOrFail(DatabaseServer, { where: { id }, lock: { mode: 'pessimistic_write' } });
        await tx.update(DatabaseServer, id, set);
        await this.audit.record(tx, actor, {
          action: 'server.changed',
          objectType: 'server',
          objectId: id,
          before: Object.fromEntries(fields.map((field) => [field, before[field]])),
          after: { ...set },
        });
      }),
    ).catch(serverExists);
  }

  private async assertReplica(server: DatabaseServer, { host, port }: { host: string; port: number }): Promise<void> {
    if (host === server.host && port === server.port)
      throw malformed('A server is not its own replica.', [{ field: 'replica', message: 'is the server itself' }]);
    const password = await this.secrets.decrypt(server.adminPassword);
    await examineServer({ host, port, user: server.adminUser, password });
  }
}
