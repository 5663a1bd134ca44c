import { ApiProperty } from '@nestjs/swagger';

export const FINDING_KINDS = {
  database_without_record:
    'No record explains this database. Look what is in it; drop it by hand when nobody needs it.',
  database_missing: 'A company’s record names this database, and it is not there. Restore it from a backup.',
  user_without_record: 'No record explains this database user. Drop it by hand when nobody needs it.',
  user_missing: 'A company’s record names this database user, and it is not there. Rotate the company’s password.',
  grant_without_record: 'No record explains this right. Revoke it by hand when nobody needs it.',
  backup_missing: 'The file of this backup is not there, or has another length.',
  file_without_record: 'No record explains this file in ARCHIVE_DIR. Remove it by hand when nobody needs it.',
  server_not_seen: 'This server could not be looked at.',
} as const;

export type FindingKind = keyof typeof FINDING_KINDS;

export class CensusFindingDto {
  @ApiProperty({ enum: Object.keys(FINDING_KINDS) }) kind: FindingKind;
  @ApiProperty({ nullable: true, type: String, example: 'default', description: 'name of the database server' })
  server: string | null;
  @ApiProperty({ example: 'finvera_acme_1702459200000', description: 'of the database, user, right or file' })
  name: string;
  @ApiProperty({ nullable: true, type: String }) tenant_id: string | null;
  @ApiProperty({ description: 'what it means and what to do' }) advice: string;
}

export class CensusServerDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'default' }) name: string;
  @ApiProperty() seen: boolean;
  @ApiProperty({ example: 12 }) databases: number;
  @ApiProperty({ example: 12 }) users: number;
}

export class CensusDto {
  @ApiProperty() taken_at: string;
  @ApiProperty({ description: 'whether nothing was found' }) clean: boolean;
  @ApiProperty({ type: [CensusServerDto] }) servers: CensusServerDto[];
  @ApiProperty({ example: 3, description: 'files in ARCHIVE_DIR' }) files: number;
  @ApiProperty({ type: [CensusFindingDto] }) findings: CensusFindingDto[];
  @ApiProperty({ example: 0, description: 'findings beyond the first 1,000' }) left_off: number;
}

export const finding = (kind: FindingKind, server: string | null, name: string, tenantId: string | null = null) =>
  ({ kind, server, name, tenant_id: tenantId, advice: FINDING_KINDS[kind] }) satisfies CensusFindingDto;
