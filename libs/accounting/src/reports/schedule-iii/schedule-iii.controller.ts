import { type Actor, Answer, CompanyRoute, CurrentActor, Refusals } from '@finvera/common';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ScheduleOwnLines } from './own-lines.js';
import { OwnLineDto, SetOwnLinesDto } from './schedule-iii.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: settings')
@Controller('api/settings/schedule-iii')
export class ScheduleIIIController {
  constructor(private readonly ownLines: ScheduleOwnLines) {}

  @Get()
  @CompanyRoute('settings:read')
  @ApiOperation({
    summary: 'Read the lines of Schedule III',
    description:
      'What the company says of its own groups and ledgers. All others stand where their seeded group does; employee benefits, finance costs, depreciation and tax have no seeded group.',
  })
  @Answer({ description: 'all of them', data: { lines: [OwnLineDto] } })
  @Refusals(COMMON)
  async read() {
    return { lines: await this.ownLines.list() };
  }

  @Put()
  @CompanyRoute('settings:write')
  @ApiBody({ type: SetOwnLinesDto, examples: { nothing: { value: { lines: [] } } } })
  @ApiOperation({
    summary: 'Set the lines of Schedule III',
    description:
      'Takes the place of what was said before. A ledger comes before its groups, a group before those above it.',
  })
  @Answer({ description: 'as they are now', data: { lines: [OwnLineDto] } })
  @Refusals(COMMON)
  async set(@Body() { lines }: SetOwnLinesDto, @CurrentActor() actor: Actor) {
    return { lines: await this.ownLines.set(lines, actor) };
  }
}
