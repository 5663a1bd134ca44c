import { Answer, CompanyRoute, Refusals } from '@finvera/common';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { VerificationDto, VerificationQuery } from './verification.dto.js';
import { VerifyBooks } from './verify-books.js';

@ApiTags('Company: books')
@Controller('api/books')
export class VerifyController {
  constructor(private readonly verifyBooks: VerifyBooks) {}

  @Get('verification')
  @CompanyRoute('edit_log:read')
  @ApiOperation({
    summary: 'Look through the whole books',
    description:
      'Recomputes everything and finds any difference: vouchers and entries, bills, numbers, totals, the chain of the edit log and its history of each voucher, the guards of the database. It changes nothing. Books of millions of entries take minutes: `finvera books verify` shows how far it is.',
  })
  @Answer({ description: 'what was found', data: { verification: VerificationDto } })
  @Refusals({
    400: 'validation_failed',
    401: 'unauthenticated',
    403: 'forbidden, tenant_suspended, tenant_mismatch',
    409: 'verification_running',
  })
  async verify(@Query() { noted }: VerificationQuery) {
    return { verification: await this.verifyBooks.run({ noted }) };
  }
}
