import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { SessionsController } from '../sessions/sessions.controller.js';
import { UserSessionsController } from '../sessions/user-sessions.controller.js';
import { EndTotp } from '../totp/end-totp.js';
import { EnrolTotp } from '../totp/enrol-totp.js';
import { ResetTotp } from '../totp/reset-totp.js';
import { SecondFactor } from '../totp/second-factor.js';
import { SecuritySettingsController, UserTotpController } from '../totp/security.controllers.js';
import { SecuritySettings } from '../totp/security-settings.js';
import { TotpController } from '../totp/totp.controller.js';
import { AuthController } from './auth.controller.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';
import { ProvePassword } from './prove-password.js';
import { SignIn } from './sign-in.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [TenancyModule.forFeature([User]), CompanyModule],
  controllers: [
    AuthController,
    SessionsController,
    TotpController,
    UsersController,
    UserSessionsController,
    UserTotpController,
    SecuritySettingsController,
  ],
  providers: [
    CompanyUsers,
    SignIn,
    ProvePassword,
    SecondFactor,
    EnrolTotp,
    EndTotp,
    ResetTotp,
    SecuritySettings,
    ManageUsers,
    ManageSessions,
  ],
  exports: [CompanyUsers, ManageUsers],
})
export class UsersModule {}
