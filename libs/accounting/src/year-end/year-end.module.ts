import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { CloseYear } from './close-year.js';
import { ReopenYear } from './reopen-year.js';
import { YearEndController } from './year-end.controller.js';

@Module({
  imports: [CompanyModule],
  controllers: [YearEndController],
  providers: [CloseYear, ReopenYear],
})
export class YearEndModule {}
