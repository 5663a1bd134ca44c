import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { VoucherDto } from './voucher.dto.js';

export class DryRunQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'true: everything is checked and answered as it would be, and nothing is changed',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dry_run?: string;
}

export const isDryRun = ({ dry_run }: DryRunQuery) => dry_run === 'true';

/** 200 of a call that would store something new. */
export const DryRunAnswer = (example: object) =>
  applyDecorators(
    ApiResponse({
      status: 200,
      description: '`dry_run=true`: what would be stored; ids are null, the number is the one that comes next',
      schema: { example: { success: true, data: { dry_run: true, ...example } } },
    }),
  );

/** What would be stored has no id, and its answer is 200 instead of 201. */
export function rehearsed(reply: FastifyReply, vouchers: readonly VoucherDto[]) {
  reply.status(200);
  return vouchers.map((voucher) => ({
    ...voucher,
    id: null,
    entries: voucher.entries.map((entry) => ({ ...entry, id: null })),
  }));
}
