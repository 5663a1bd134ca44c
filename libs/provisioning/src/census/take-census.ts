import { DatabaseServer, MasterConfig } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { isFreshScratch } from '../rollouts/schema/scratch-database.js';
import { ServerConnections } from '../servers/server-connections.js';
import { type CensusDto, type CensusFindingDto, type CensusServerDto, finding } from './census.dto.js';
import { CompareFiles } from './compare-files.js';
import { explainedDatabases, explainedUsers } from './explanations.js';
import { readServer } from './read-server.js';

const FINDINGS_MAX = 1_000;
const SECOND_LOOK_AFTER_MS = 500;

type Look = Pick<CensusDto, 'servers' | 'files' | 'findings'>;

/**
 * Compares what stands on the servers and in the folder of archives with what the records say. Only says what it found:
 * nothing is dropped by itself.
 */
@Injectable()
export class TakeCensus {
  private readonly logger = new Logger(TakeCensus.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly compareFiles: CompareFiles,
    private readonly config: MasterConfig,
  ) {}

  /** Looks twice when something is found: a company that is made or dropped meanwhile is no finding. */
  async run(): Promise<CensusDto> {
    let look = await this.look();
    if (look.findings.length > 0) {
      await sleep(SECOND_LOOK_AFTER_MS);
      const before = new Set(look.findings.map(keyOf));
      const second = await this.look();
      look = { ...second, findings: second.findings.filter((found) => before.has(keyOf(found))) };
    }
    const { servers, files, findings } = look;
    return {
      taken_at: new Date().toISOString(),
      clean: findings.length === 0,
      servers,
      files,
      findings: findings.slice(0, FINDINGS_MAX),
      left_off: Math.max(0, findings.length - FINDINGS_MAX),
    };
  }

  private async look(): Promise<Look> {
    const servers: CensusServerDto[] = [];
    const findings: CensusFindingDto[] = [];
    for (const { id, name } of await this.master.getRepository(DatabaseServer).find({ order: { name: 'ASC' } })) {
      const seen = await this.lookAt(id, name, findings);
      servers.push({ id, name, seen: seen !== null, databases: seen?.databases ?? 0, users: seen?.users ?? 0 });
    }
    const files = await this.compareFiles.run(findings);
    return { servers, files, findings };
  }

  /** The server first, its records after: whatever is made has its record before. */
  private async lookAt(id: string, server: string, findings: CensusFindingDto[]) {
    try {
      const inventory = await this.servers.use(id, readServer);
      const databases = await explainedDatabases(this.master.manager, id);
      const users = await explainedUsers(this.master.manager, id);
      const found = new Set(inventory.databases);
      for (const name of inventory.databases)
        if (!databases.has(name) && name !== this.config.MASTER_DB_NAME && !isFreshScratch(name))
          findings.push(finding('database_without_record', server, name));
      for (const { name, required, tenantId } of databases.values())
        if (required && !found.has(name)) findings.push(finding('database_missing', server, name, tenantId));
      const signedUp = new Set(inventory.users);
      for (const name of inventory.users)
        if (!users.has(name)) findings.push(finding('user_without_record', server, name));
      for (const { name, required, tenantId } of users.values())
        if (required && !signedUp.has(name)) findings.push(finding('user_missing', server, name, tenantId));
      for (const { user, database } of inventory.grants)
        if (users.get(user)?.database !== database && (users.has(user) || !user.startsWith('fv_')))
          findings.push(finding('grant_without_record', server, `${user} on ${database}`));
      return { databases: inventory.databases.length, users: inventory.users.length };
    } catch (error) {
      this.logger.warn({ msg: 'server not seen by the census', server_id: id, err: error });
      findings.push(finding('server_not_seen', server, server));
      return null;
    }
  }
}

const keyOf = ({ kind, server, name }: CensusFindingDto) => [kind, server, name].join('\n');
