import type { Backup, PreviousDatabase } from '@finvera/master-data';
import { type BackupDto, FindBackups, PreviousDatabases, StartRestore, StartVerification } from '@finvera/provisioning';
import { type Adapter, adapt, part } from './adapter.js';
import { entityOf, operationOf } from './entities.js';
import type { RemoteApi } from './remote-api.js';

const BYTES_PER_MB = 1_048_576;

/** What is kept of companies, and what is made of it. */
export function backupAdapters(api: RemoteApi): Adapter[] {
  /** As `toBackupDto` takes it; gives the same again. */
  const backupOf = ({ size_mb, tables, rows, ...dto }: BackupDto): Backup =>
    entityOf<Backup>(dto, {
      sizeBytes: size_mb === null ? null : String(size_mb * BYTES_PER_MB),
      contents: tables === null ? null : ({ tables: Array.from({ length: tables }, (_, index) => ({ rows: index === 0 ? rows : 0 })) } as never), // biome-ignore format: one line
    });

  return [
    adapt(FindBackups, {
      one: async (id) => backupOf((await api.get(`backups/${part(id)}`)).data.backup),
      ofTenant: async (id, query) => {
        const { data, meta } = await api.get(`tenants/${part(id)}/backups`, { ...query });
        return { backups: data.backups.map(backupOf), total: meta!.total };
      },
    }),
    adapt(PreviousDatabases, {
      ofTenant: async (id, query) => {
        const { data, meta } = await api.get(`tenants/${part(id)}/previous-databases`, { ...query });
        const rows: { replaced_at: string }[] = data.previous_databases;
        const previous = rows.map(({ replaced_at, ...dto }) =>
          entityOf<PreviousDatabase>(dto, { createdAt: new Date(replaced_at) }),
        );
        return { previous, total: meta!.total };
      },
    }),
    adapt(StartVerification, {
      start: async (id) => operationOf((await api.post(`backups/${part(id)}/verify`)).data.operation),
    }),
    adapt(StartRestore, {
      start: async (id, request) =>
        operationOf((await api.post(`backups/${part(id)}/restore`, request)).data.operation),
      startPrevious: async (id) => operationOf((await api.post(`tenants/${part(id)}/restore-previous`)).data.operation),
    }),
  ];
}
