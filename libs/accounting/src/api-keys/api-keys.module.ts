import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ActiveCompanyKeys } from './active-company-keys.js';
import { CompanyKeysController } from './api-keys.controller.js';
import { ManageCompanyKeys } from './manage-company-keys.js';

@Module({
  imports: [CompanyModule],
  controllers: [CompanyKeysController],
  providers: [ActiveCompanyKeys, ManageCompanyKeys],
  exports: [ActiveCompanyKeys],
})
export class ApiKeysModule {}
