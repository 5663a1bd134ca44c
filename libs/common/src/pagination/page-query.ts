import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export const PAGE_LIMIT_MAX = 500;
export const PAGE_LIMIT_DEFAULT = 50;

/** `page`, `limit`, `search`, `sort` of every list. */
export class PageQuery {
  @ApiPropertyOptional({ default: 1, minimum: 1, maximum: 100_000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  page: number = 1;

  @ApiPropertyOptional({ default: PAGE_LIMIT_DEFAULT, minimum: 1, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = PAGE_LIMIT_DEFAULT;

  @ApiPropertyOptional({ description: 'part of a name or other text', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;

  @ApiPropertyOptional({ description: 'a field name; with "-" in front descending', example: '-created_at' })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  sort?: string;
}

/** Rows to skip for a page. */
export const offsetOf = (query: PageQuery) => (query.page - 1) * query.limit;

/** A search term as a LIKE pattern that finds it anywhere; its own wildcards are taken literally. */
export const likePattern = (search: string) => `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/**
 * How many there are in all. Counts only when the page does not show it: a list that ends on this page is as long as
 * its place in it.
 * @param found rows that were read for the page with one more than `limit` asked for
 */
export async function totalOf(query: PageQuery, found: number, count: () => Promise<number>): Promise<number> {
  const ends = found <= query.limit && (found > 0 || query.page === 1);
  return ends ? offsetOf(query) + found : count();
}
