import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { ResetTotp } from '../totp/reset-totp.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';

/** What whoever runs the platform does for users who cannot help themselves: without the rest of accounting for the command line. */
@Module({
  imports: [CompanyModule],
  providers: [CompanyUsers, ManageUsers, ManageSessions, ResetTotp],
  exports: [ManageUsers, ManageSessions, ResetTotp],
})
export class LookAfterUsersModule {}
