import { BACKUP_KINDS, BACKUP_STATUSES, type Backup } from '@finvera/master-data';
import { ApiProperty } from '@nestjs/swagger';

const BYTES_PER_MB = 1_048_576;

export class BackupDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty() tenant_id: string;
  @ApiProperty({ enum: BACKUP_KINDS, description: '`last`: made before a deleted company’s database went' })
  kind: string;
  @ApiProperty({
    enum: BACKUP_STATUSES,
    description: '`verified`: it was restored on trial; `damaged`: it could not be',
  })
  status: string;
  @ApiProperty({ example: 'finvera_acme_1702459200000' }) db_name: string;
  @ApiProperty({ nullable: true, type: String, example: '1795478400000' }) schema_version: string | null;
  @ApiProperty({ example: '10.11.19-MariaDB' }) engine: string;
  @ApiProperty({ nullable: true, type: Number, example: 0.021, description: 'of the sealed file' })
  size_mb: number | null;
  @ApiProperty({ nullable: true, type: String, description: 'of the sealed file' }) sha256: string | null;
  @ApiProperty({ nullable: true, type: Number, example: 36 }) tables: number | null;
  @ApiProperty({ nullable: true, type: Number, example: 104 }) rows: number | null;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String, description: 'when a trial restore gave the same contents' })
  verified_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'when somebody looked last whether it can be restored' })
  checked_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'what was found then; null: it can be restored' })
  check_error: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'it goes after this; null: as long as it is needed' })
  keep_until: string | null;
  @ApiProperty({ nullable: true, type: String }) removed_at: string | null;
}

/** What REST clients see of a backup: never its key. */
export const toBackupDto = (backup: Backup): BackupDto => ({
  id: backup.id,
  tenant_id: backup.tenantId,
  kind: backup.kind,
  status: backup.status,
  db_name: backup.dbName,
  schema_version: backup.schemaVersion,
  engine: backup.engine,
  size_mb: backup.sizeBytes === null ? null : Math.round((Number(backup.sizeBytes) / BYTES_PER_MB) * 1000) / 1000,
  sha256: backup.sha256,
  tables: backup.contents?.tables.length ?? null,
  rows: backup.contents?.tables.reduce((sum, { rows }) => sum + rows, 0) ?? null,
  created_at: backup.createdAt.toISOString(),
  verified_at: backup.verifiedAt?.toISOString() ?? null,
  checked_at: backup.checkedAt?.toISOString() ?? null,
  check_error: backup.checkError,
  keep_until: backup.keepUntil?.toISOString() ?? null,
  removed_at: backup.removedAt?.toISOString() ?? null,
});
