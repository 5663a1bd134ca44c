import { PageQuery } from '@finvera/common';
import { OPERATION_STATUSES, type Operation, type OperationStatus } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export class OperationErrorDto {
  @ApiProperty({ example: 'database_unavailable' }) code: string;
  @ApiProperty() message: string;
}

export class OperationDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'create_tenant' }) kind: string;
  @ApiProperty() tenant_id: string;
  @ApiProperty({ enum: OPERATION_STATUSES }) status: string;
  @ApiProperty({ nullable: true, type: String, example: 'build_database' }) step: string | null;
  @ApiProperty({ description: 'percent', example: 60 }) progress: number;
  @ApiProperty({ example: 1 }) attempts: number;
  @ApiProperty({ nullable: true, type: OperationErrorDto }) error: OperationErrorDto | null;
  @ApiProperty({ nullable: true, type: Object, description: 'what it found out; depends on the kind', example: null })
  result: object | null;
  @ApiProperty({ example: 'admin@finvera.local' }) requested_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String }) started_at: string | null;
  @ApiProperty({ nullable: true, type: String }) finished_at: string | null;
}

export class OperationStepDto {
  @ApiProperty({ example: 'drop_database' }) name: string;
  @ApiProperty({ description: 'false for a name that is only a place which the row can stand at', example: true })
  has_do: boolean;
  @ApiProperty({ description: 'whether something is taken back when the operation is undone', example: false })
  has_undo: boolean;
}

export class OperationKindDto {
  @ApiProperty({ example: 'archive_tenant' }) kind: string;
  @ApiProperty({ type: [OperationStepDto], description: 'in the order in which they are done' })
  steps: OperationStepDto[];
  @ApiProperty({
    description: 'from the beginning of this step on a failure is tried again, before it is undone',
    example: 'drop_database',
  })
  point_of_no_return: string;
}

export const toOperationDto = (operation: Operation): OperationDto => ({
  id: operation.id,
  kind: operation.kind,
  tenant_id: operation.tenantId,
  status: operation.status,
  step: operation.step,
  progress: operation.progress,
  attempts: operation.attempts,
  error: operation.errorCode ? { code: operation.errorCode, message: operation.errorMessage ?? '' } : null,
  result: (operation.state.result as object | undefined) ?? null,
  requested_by: operation.requestedBy,
  created_at: operation.createdAt.toISOString(),
  started_at: operation.startedAt?.toISOString() ?? null,
  finished_at: operation.finishedAt?.toISOString() ?? null,
});

export class ListOperationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: OPERATION_STATUSES })
  @IsOptional()
  @IsIn(OPERATION_STATUSES)
  status?: OperationStatus;

  @ApiPropertyOptional({ example: 'create_tenant' }) @IsOptional() @IsString() @MaxLength(40) kind?: string;
  @ApiPropertyOptional({ description: 'id of the company' })
  @IsOptional()
  @IsString()
  @MaxLength(36)
  of_tenant?: string;
}
