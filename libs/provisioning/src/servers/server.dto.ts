import { IfSent, trimmed } from '@finvera/common';
import {
  type DatabaseServer,
  PLACEMENT_CLASSES,
  type PlacementClass,
  SERVER_STATUSES,
  type ServerStatus,
} from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Length, Matches, Max, MaxLength, Min, ValidateIf, ValidateNested } from 'class-validator'; // biome-ignore format: one line

const HOST = /^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/;
const HOST_HELP = '$property must be the name or address of a host, without protocol and port';
const PORT_MAX = 65_535;
const TENANTS_MAX = 1_000_000;
const BUDGET_MAX = 100_000;

/** Sent as null it is taken away; left away it stays. */
const IfSentNotNull = () => ValidateIf((_body: unknown, value: unknown) => value !== undefined && value !== null);

export class ReplicaDto {
  @ApiProperty({ example: '127.0.0.1', maxLength: 255 })
  @trimmed()
  @IsString()
  @MaxLength(255)
  @Matches(HOST, { message: HOST_HELP })
  host: string;

  @ApiProperty({ example: 3307, minimum: 1, maximum: PORT_MAX })
  @IsInt()
  @Min(1)
  @Max(PORT_MAX)
  port: number;
}

class ServerSettingsDto {
  @ApiPropertyOptional({ enum: PLACEMENT_CLASSES, description: 'companies of plans of this class go there first' })
  @IfSent()
  @IsIn(PLACEMENT_CLASSES, { message: `placement_class must be one of ${PLACEMENT_CLASSES.join(', ')}` })
  placement_class?: PlacementClass;

  @ApiPropertyOptional({ example: 10_000, minimum: 0, maximum: TENANTS_MAX })
  @IfSent()
  @IsInt()
  @Min(0)
  @Max(TENANTS_MAX)
  max_tenants?: number;

  @ApiPropertyOptional({
    enum: SERVER_STATUSES,
    description: 'only an active server is given new companies; those that are there are served all the same',
  })
  @IfSent()
  @IsIn(SERVER_STATUSES, { message: `status must be one of ${SERVER_STATUSES.join(', ')}` })
  status?: ServerStatus;

  @ApiPropertyOptional({
    example: 200,
    minimum: 1,
    maximum: BUDGET_MAX,
    nullable: true,
    type: Number,
    description:
      'connections to companies’ databases there, of all processes together; null: what its max_connections leave after a reserve',
  })
  @IfSentNotNull()
  @IsInt()
  @Min(1)
  @Max(BUDGET_MAX)
  connection_budget?: number | null;

  @ApiPropertyOptional({
    type: ReplicaDto,
    nullable: true,
    description:
      'a replica that reports are read from once it has caught up; signed in to as to the server; null: none',
  })
  @IfSentNotNull()
  @ValidateNested({ message: 'replica must be an object with host and port' })
  @Type(() => ReplicaDto)
  replica?: ReplicaDto | null;
}

export class UpdateServerDto extends ServerSettingsDto {
  @ApiPropertyOptional({ example: 'second', maxLength: 60 })
  @IfSent()
  @trimmed()
  @IsString()
  @Length(1, 60)
  name?: string;
}

export class AddServerDto extends ServerSettingsDto {
  @ApiProperty({ example: 'second', maxLength: 60 })
  @trimmed()
  @IsString()
  @Length(1, 60)
  name: string;

  @ApiProperty({ example: '127.0.0.1', maxLength: 255 })
  @trimmed()
  @IsString()
  @MaxLength(255)
  @Matches(HOST, { message: HOST_HELP })
  host: string;

  @ApiProperty({ example: 3306, minimum: 1, maximum: PORT_MAX })
  @IsInt()
  @Min(1)
  @Max(PORT_MAX)
  port: number;

  @ApiProperty({ example: 'root', maxLength: 80, description: 'may create databases and users and grant rights' })
  @IsString()
  @Length(1, 80)
  admin_user: string;

  @ApiProperty({ example: 'secret', maxLength: 200, description: 'kept encrypted, never answered' })
  @IsString()
  @MaxLength(200)
  admin_password: string;
}

export class ServerDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'default' }) name: string;
  @ApiProperty({ example: '127.0.0.1' }) host: string;
  @ApiProperty({ example: 3306 }) port: number;
  @ApiProperty({ example: 'root' }) admin_user: string;
  @ApiProperty({ enum: PLACEMENT_CLASSES }) placement_class: PlacementClass;
  @ApiProperty({ example: 10_000 }) max_tenants: number;
  @ApiProperty({ example: 12, description: 'companies whose databases are there' }) tenants: number;
  @ApiProperty({ enum: SERVER_STATUSES }) status: ServerStatus;
  @ApiProperty({ description: 'it holds the master database' }) is_default: boolean;
  @ApiProperty({ example: '10.11.6-MariaDB' }) engine: string;
  @ApiProperty({ nullable: true, type: Number, description: 'null: derived from max_connections' })
  connection_budget: number | null;
  @ApiProperty({ nullable: true, type: ReplicaDto }) replica: ReplicaDto | null;
  @ApiProperty() created_at: string;
}

export const toServerDto = (server: DatabaseServer, tenants: number): ServerDto => ({
  id: server.id,
  name: server.name,
  host: server.host,
  port: server.port,
  admin_user: server.adminUser,
  placement_class: server.placementClass,
  max_tenants: server.maxTenants,
  tenants,
  status: server.status,
  is_default: server.isDefault,
  engine: server.engine,
  connection_budget: server.connectionBudget,
  replica: replicaOf(server),
  created_at: server.createdAt.toISOString(),
});

export const replicaOf = ({ replicaHost, replicaPort }: DatabaseServer): ReplicaDto | null =>
  replicaHost !== null && replicaPort !== null ? { host: replicaHost, port: replicaPort } : null;
