import { CompanyRoute, Refusals } from '@finvera/common';
import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ExportTally } from './export-tally.js';

const EXAMPLE =
  '<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA><TALLYMESSAGE><LEDGER NAME="Rent">…</LEDGER></TALLYMESSAGE></REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>';

@ApiTags('Company: imports')
@Controller('api/exports')
export class TallyExportController {
  constructor(private readonly exportTally: ExportTally) {}

  @Get('tally')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Export the books as Tally XML',
    description:
      'Masters with opening balances, and all posted vouchers with bills and cost centres, as Tally imports them and `POST /api/imports` does: trial balances come out equal. Drafts, stock and foreign amounts are not in it.',
  })
  @ApiResponse({ status: 200, description: 'the file', content: { 'application/xml': { example: EXAMPLE } } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden' })
  tally() {
    return new StreamableFile(Readable.from(this.exportTally.write()), {
      type: 'application/xml; charset=utf-8',
      disposition: 'attachment; filename="books.xml"',
    });
  }
}
