import { Answer, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CensusDto } from './census.dto.js';
import { TakeCensus } from './take-census.js';

@ApiTags('Platform: census')
@Controller('api/admin/census')
export class CensusController {
  constructor(private readonly takeCensus: TakeCensus) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Compare servers and archives with the records',
    description:
      'Databases, users, rights and files that no record explains, and records whose database, user or file is missing. Three queries per server. Nothing is changed.',
  })
  @Answer({ description: 'as it is now', data: { census: CensusDto } })
  @Refusals({ 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' })
  async take() {
    return { census: await this.takeCensus.run() };
  }
}
