import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export const FORMATS = ['json', 'csv', 'xlsx', 'pdf'] as const;
export type Format = (typeof FORMATS)[number];

/** `format` of every report. */
export class FormatQuery {
  @ApiPropertyOptional({
    enum: FORMATS,
    default: 'json',
    description: 'in which form; without it the `Accept` header decides',
  })
  @IsOptional()
  @IsIn(FORMATS, { message: `format must be one of ${FORMATS.join(', ')}` })
  format?: Format;
}
