import { DomainError } from '@finvera/common';
import { ExamineMigrations, FindTenants, RehearseMigration, VerifySchemas } from '@finvera/provisioning';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from '../cli-actor.js';
import { print } from '../output.js';
import { withPlatform } from '../platform-context.js';
import { Progress } from '../progress.js';
import { EXIT_FOUND } from '../exit-codes.js';

@SubCommand({
  name: 'verify',
  description: 'compare companies’ databases with what their version says; exit code 2 when some differ',
})
export class MigrateVerifyCommand extends CommandRunner {
  async run(_: string[], { companies, json }: { companies?: string[]; json?: boolean }): Promise<void> {
    const progress = new Progress();
    const { drifts, checked } = await withPlatform(async (platform) => {
      const ids =
        companies &&
        (await Promise.all(companies.map(async (name) => (await platform.get(FindTenants).named(name)).id)));
      return platform
        .get(VerifySchemas)
        .run({ tenantIds: ids, onChecked: (count) => progress.show(`${count} companies checked`) });
    });
    progress.end();
    const rows = drifts.flatMap(({ subdomain, schemaVersion, differences }) =>
      differences.map((difference) => ({ subdomain, schema_version: schemaVersion, difference })),
    );
    print(
      json
        ? drifts.map(({ tenantId, schemaVersion, ...drift }) => ({
            tenant_id: tenantId,
            schema_version: schemaVersion,
            ...drift,
          }))
        : rows,
      json,
    );
    progress.say(`${checked} companies checked, ${drifts.length} differ`);
    if (drifts.length > 0) process.exitCode = EXIT_FOUND;
  }

  @Option({ flags: '--companies <list>', description: 'these alone: ids or subdomains, separated by commas' })
  companies(list: string): string[] {
    return list.split(',').map((company) => company.trim());
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'check',
  description:
    'check this release’s migrations: rules, ways back, what they take away; exit code 2 when something is wrong',
})
export class MigrateCheckCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const findings = await withPlatform((platform) => platform.get(ExamineMigrations).run());
    print(findings, json);
    if (findings.length > 0) process.exitCode = EXIT_FOUND;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'rehearse',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description: 'migrate a copy of a company’s database, time every statement, and drop the copy',
})
export class MigrateRehearseCommand extends CommandRunner {
  async run(
    [company]: string[],
    { to, allowLocking = false, json }: { to?: string; allowLocking?: boolean; json?: boolean },
  ) {
    const progress = new Progress();
    progress.show('copying and migrating …');
    const operation = await withPlatform(async (platform) => {
      const { id } = await platform.get(FindTenants).named(company!);
      const rehearsal = platform.get(RehearseMigration);
      return rehearsal.toTheEnd((await rehearsal.start(id, to, allowLocking, cliActor('migrate rehearse'))).id);
    });
    progress.end();
    if (operation.status !== 'succeeded')
      throw new DomainError(operation.errorCode ?? 'failed', 409, operation.errorMessage ?? 'The rehearsal failed.');
    const { statements, copy_ms, migrate_ms } = operation.state.result as RehearsalResult;
    print(json ? [operation.state.result as object] : statements, json);
    progress.say(`copied in ${copy_ms} ms, migrated in ${migrate_ms} ms; the copy is gone`);
  }

  @Option({ flags: '--to <version>', description: 'schema version; default: the newest of this release' })
  to(version: string): string {
    return version;
  }

  @Option({ flags: '--allow-locking', description: 'lock large tables too where the engine cannot change them online' })
  allowLocking(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

interface RehearsalResult {
  copy_ms: number;
  migrate_ms: number;
  statements: object[];
}
