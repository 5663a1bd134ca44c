import {
  DELIVERY_STATUSES,
  DeliveryDto,
  type DeliveryStatus,
  ENDPOINT_STATUSES,
  EndpointDto,
  type EndpointStatus,
  IfSent,
  PageQuery,
  trimmed,
} from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { EVENT_KINDS, EVENT_TYPE_PATTERN } from './books-event.js';

const TYPES_MAX = 50;
const TYPES_HELP = `event_types must be *, ${EVENT_KINDS.map((kind) => `${kind}.*`).join(', ')} or an event such as voucher.posted`;

export class AddCompanyEndpointDto {
  @ApiProperty({ example: 'https://example.com/webhooks', maxLength: 2_000 })
  @trimmed()
  @IsString()
  @MaxLength(2_000)
  url: string;

  @ApiProperty({ example: ['voucher.*', 'balance.alert'], type: [String], maxItems: TYPES_MAX })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(TYPES_MAX)
  @ArrayUnique()
  @Matches(EVENT_TYPE_PATTERN, { each: true, message: TYPES_HELP })
  event_types: string[];

  @ApiPropertyOptional({ example: 'the web shop', maxLength: 200 })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(200)
  description?: string;
}

export class ChangeCompanyEndpointDto extends PartialType(AddCompanyEndpointDto, { skipNullProperties: false }) {
  @ApiPropertyOptional({ enum: ENDPOINT_STATUSES, description: 'while disabled it is told of nothing' })
  @IfSent()
  @IsIn(ENDPOINT_STATUSES)
  status?: EndpointStatus;
}

export class CompanyEndpointDto extends EndpointDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ type: [String], example: ['voucher.*'] }) event_types: string[];
}

export class ListCompanyDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'of this endpoint' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'endpoint_id must be the id of an endpoint' })
  endpoint_id?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, description: 'dead: given up' })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ example: 'voucher.posted' }) @IsOptional() @IsString() @MaxLength(81) event_type?: string;

  @ApiPropertyOptional({ description: 'of this voucher, ledger …' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  object_id?: string;
}

export class CompanyDeliveryDto extends DeliveryDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty() endpoint_id: string;
  @ApiProperty({ example: 'voucher.posted' }) event_type: string;
  @ApiProperty({ description: 'the voucher, ledger …' }) object_id: string;
  @ApiProperty({ example: '42', description: 'place of the event in the edit log' }) sequence: string;
  @ApiPropertyOptional({ type: Object, description: 'the body; only where one delivery is read' })
  payload?: object;
}
