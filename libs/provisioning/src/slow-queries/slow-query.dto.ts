import { ApiProperty } from '@nestjs/swagger';

export class SlowQueryDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ description: 'when it had ended', example: '2026-11-24T10:00:00.000Z' }) at: string;
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) tenant_id: string;
  @ApiProperty({ description: 'without values', example: 'SELECT id FROM vouchers WHERE narration LIKE ? LIMIT ?' })
  statement: string;
  @ApiProperty({ example: 812.4 }) duration_ms: number;
  @ApiProperty({ description: 'that its connection was waited for', example: 0 }) waited_ms: number;
  @ApiProperty({ nullable: true, type: Number, description: 'read or changed; null when it failed', example: 20 })
  rows: number | null;
  @ApiProperty({ example: false }) failed: boolean;
  @ApiProperty({ nullable: true, type: String, description: 'null when it is not known' }) request_id: string | null;
  @ApiProperty({ type: [String], description: 'the company’s requests that were under way, five at most' })
  request_ids: string[];
  @ApiProperty({ description: 'host and process id', example: 'api-1:4711' }) process: string;
}
