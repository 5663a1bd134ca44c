import { type Actor, conflict, isDuplicate, newUuid, SecretBox } from '@finvera/common';
import { AuditLog, DatabaseServer } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { examineServer } from './examine-server.js';
import type { AddServerDto } from './server.dto.js';

const MAX_TENANTS_DEFAULT = 10_000;

/** Makes a database server known; new companies may be placed there at once. */
@Injectable()
export class AddServer {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @returns its id
   * @throws DomainError 422 `server_unreachable`; 409 `server_exists` when name or address is taken
   */
  async add(wanted: AddServerDto, actor: Actor): Promise<string> {
    const { host, port, admin_user: user, admin_password: password, replica } = wanted;
    const engine = await examineServer({ host, port, user, password });
    if (replica) await examineServer({ ...replica, user, password });
    const id = newUuid();
    const shown = {
      name: wanted.name,
      host,
      port,
      adminUser: user,
      placementClass: wanted.placement_class ?? 'standard',
      maxTenants: wanted.max_tenants ?? MAX_TENANTS_DEFAULT,
      status: wanted.status ?? 'active',
      connectionBudget: wanted.connection_budget ?? null,
      replicaHost: replica?.host ?? null,
      replicaPort: replica?.port ?? null,
    };
    const adminPassword = await this.secrets.encrypt(password);
    await this.master
      .transaction(async (tx) => {
        await tx.insert(DatabaseServer, { ...shown, id, adminPassword, isDefault: false, engine });
        await this.audit.record(tx, actor, {
          action: 'server.added',
          objectType: 'server',
          objectId: id,
          after: { ...shown, engine },
        });
      })
      .catch(serverExists);
    return id;
  }
}

/** @throws DomainError 409 `server_exists` for a name or address that is taken; anything else as it came */
export function serverExists(error: unknown): never {
  if (!isDuplicate(error)) throw error;
  throw conflict('server_exists', 'There is a database server with this name, or at this address, already.');
}
