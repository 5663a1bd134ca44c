import { Backup } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, MoreThan } from 'typeorm';
import { BackupFiles } from '../backups/backup-files.js';
import { DumpStore } from '../dumps/dump-store.js';
import { MASTER_FOLDER } from '../master-backup/master-backup-files.js';
import { type CensusFindingDto, finding } from './census.dto.js';

const PAGE = 1_000;

/** Files of backups against their rows, page by page. */
@Injectable()
export class CompareFiles {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly folder: DumpStore,
    private readonly files: BackupFiles,
  ) {}

  /** @returns how many files there are */
  async run(findings: CensusFindingDto[]): Promise<number> {
    let count = 0;
    let page: string[] = [];
    for await (const name of this.folder.names()) {
      if (name.startsWith(`${MASTER_FOLDER}/`)) continue; // known by their manifests alone
      count += 1;
      page.push(name);
      if (page.length === PAGE) {
        await this.explain(page, findings);
        page = [];
      }
    }
    await this.explain(page, findings);
    await this.lookForMissing(findings);
    return count;
  }

  /** `<tenant id>/<backup id>.…`: a backup that is removed has no file any more. */
  private async explain(names: string[], findings: CensusFindingDto[]): Promise<void> {
    if (names.length === 0) return;
    const idOf = (name: string) => name.split('/')[1]!.split('.')[0]!;
    const rows: { id: string; tenant_id: string }[] = await this.master.query(
      "SELECT id, tenant_id FROM backups WHERE id IN (?) AND status <> 'removed'",
      [names.map(idOf)],
    );
    const known = new Set(rows.map(({ tenant_id, id }) => `${tenant_id}/${id}`));
    for (const name of names)
      if (!known.has(`${name.split('/')[0]}/${idOf(name)}`)) findings.push(finding('file_without_record', null, name));
  }

  private async lookForMissing(findings: CensusFindingDto[]): Promise<void> {
    for (let after = ''; ; ) {
      const backups = await this.master.getRepository(Backup).find({
        select: { id: true, tenantId: true, sizeBytes: true },
        where: { id: MoreThan(after), status: In(['written', 'verified']) },
        order: { id: 'ASC' },
        take: PAGE,
      });
      for (const backup of backups)
        if (!(await this.files.isThere(backup)))
          findings.push(finding('backup_missing', null, backup.id, backup.tenantId));
      if (backups.length < PAGE) return;
      after = backups.at(-1)!.id;
    }
  }
}
