import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { SessionsController } from '../sessions/sessions.controller.js';
import { UserSessionsController } from '../sessions/user-sessions.controller.js';
import { AuthController } from './auth.controller.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';
import { SignIn } from './sign-in.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [TenancyModule.forFeature([User]), CompanyModule],
  controllers: [AuthController, SessionsController, UsersController, UserSessionsController],
  providers: [CompanyUsers, SignIn, ManageUsers, ManageSessions],
  exports: [CompanyUsers, ManageUsers],
})
export class UsersModule {}
