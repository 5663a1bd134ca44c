import { CompanyRoute, IsCalendarDate, Refusals } from '@finvera/common';
import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { ExportJournal } from './export-journal.js';

const EXAMPLE = `2026-04-01 * (1) Sales: Sold for cash
    Assets:Current Assets:Cash-in-Hand:Cash  INR 1180.00
    Income:Sales Accounts:Sales  INR -1180.00
`;

class JournalQuery {
  @ApiPropertyOptional({ example: '2026-04-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2027-03-31' }) @IsOptional() @IsCalendarDate() to?: string;
}

@ApiTags('Company: reports')
@Controller('api/exports')
export class JournalExportController {
  constructor(private readonly exportJournal: ExportJournal) {}

  @Get('journal')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Export the books as a plain-text journal',
    description:
      'Everything posted, in the format that hledger and ledger read, so that their reports can be laid beside these. Opening balances are there; drafts and cancelled vouchers are not.',
  })
  @ApiResponse({ status: 200, description: 'the journal', content: { 'text/plain': { example: EXAMPLE } } })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  journal(@Query() query: JournalQuery) {
    return new StreamableFile(Readable.from(this.exportJournal.write(query)), {
      type: 'text/plain; charset=utf-8',
      disposition: 'attachment; filename="books.journal"',
    });
  }
}
