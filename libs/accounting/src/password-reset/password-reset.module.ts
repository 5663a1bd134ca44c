import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { User } from '../users/user.entity.js';
import { UsersModule } from '../users/users.module.js';
import { ForgotPassword } from './forgot-password.js';
import { PasswordResetController } from './password-reset.controller.js';
import { ResetLimiter } from './reset-limiter.js';
import { ResetPassword } from './reset-password.js';

@Module({
  imports: [TenancyModule.forFeature([User]), CompanyModule, UsersModule],
  controllers: [PasswordResetController],
  providers: [ForgotPassword, ResetPassword, ResetLimiter],
})
export class PasswordResetModule {}
