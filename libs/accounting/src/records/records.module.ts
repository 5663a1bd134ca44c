import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { CompanyRecords } from './company-records.js';

/** Named records of a company, and what they have in common. */
@Module({ imports: [CompanyModule], providers: [CompanyRecords], exports: [CompanyRecords] })
export class RecordsModule {}
