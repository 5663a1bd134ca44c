import { PageQuery } from '@finvera/common';
import { ApiProperty } from '@nestjs/swagger';

export class ListSessionsQuery extends PageQuery {}

export class SessionDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Chrome on Windows' }) device: string;
  @ApiProperty({ example: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) …' }) user_agent: string;
  @ApiProperty({ example: '203.0.113.7', description: 'that it was begun from' }) address: string;
  @ApiProperty() created_at: string;
  @ApiProperty({ description: 'to about a minute' }) last_used_at: string;
  @ApiProperty({ description: 'when its token ends' }) expires_at: string;
  @ApiProperty({ description: 'the one that asks' }) is_current: boolean;
}

export class EndedSessionsDto {
  @ApiProperty({ example: 2 }) ended: number;
}
