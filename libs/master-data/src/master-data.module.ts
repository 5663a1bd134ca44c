import { CompanyFiles, CompanySecrets, SecretBox, WatchedCompanies } from '@finvera/common';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ActiveAdmins } from './admins/active-admins.js';
import { AdminAuthController } from './admins/admin-auth.controller.js';
import { AdminSignIn } from './admins/admin-sign-in.js';
import { ActiveApiKeys } from './api-keys/active-api-keys.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ChangeApiKeys } from './api-keys/change-api-keys.js';
import { FindApiKeys } from './api-keys/find-api-keys.js';
import { AuditLog } from './audit-log/audit-log.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { ExportAuditLog } from './audit-log/export-audit-log.js';
import { ListAuditLog } from './audit-log/list-audit-log.js';
import { PruneAuditLog } from './audit-log/prune-audit-log.js';
import { SealAuditLog } from './audit-log/seal-audit-log.js';
import { VerifyAuditLog } from './audit-log/verify-audit-log.js';
import { MasterCompanyFiles } from './companies/master-company-files.js';
import { MasterCompanySecrets } from './companies/master-company-secrets.js';
import { MasterWatchedCompanies } from './companies/master-watched-companies.js';
import { KeyStatus } from './encryption/key-status.js';
import { openSecretBox } from './encryption/open-secret-box.js';
import { RotateKeys } from './encryption/rotate-keys.js';
import { MasterConfig } from './master.config.js';
import { MASTER_ENTITIES, masterDataSourceOptions } from './master-data-source.js';
import { ListPlans } from './plans/list-plans.js';
import { PlansController } from './plans/plans.controller.js';
import { TenantActivity } from './tenants/tenant-activity.js';
import { TenantChangeBus } from './tenants/tenant-change-bus.js';
import { MasterTenantDirectory } from './tenants/tenant-directory.js';

const AUDIT_USE_CASES = [ListAuditLog, ExportAuditLog, VerifyAuditLog, SealAuditLog, PruneAuditLog];
const API_KEYS = [ActiveApiKeys, ChangeApiKeys, FindApiKeys];

/** The master database: tenants, servers, plans, admins, operations, audit log. */
@Module({})
export class MasterDataModule {
  static forRoot(config: MasterConfig, { http = true }: { http?: boolean } = {}): DynamicModule {
    return {
      module: MasterDataModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({ ...masterDataSourceOptions(config), retryAttempts: 5, retryDelay: 1_000 }),
        TypeOrmModule.forFeature(MASTER_ENTITIES),
      ],
      controllers: http ? [AdminAuthController, ApiKeysController, AuditLogController, PlansController] : [],
      providers: [
        { provide: MasterConfig, useValue: config },
        {
          provide: SecretBox,
          inject: [DataSource],
          useFactory: (master: DataSource) => openSecretBox(config, master),
        },
        { provide: CompanyFiles, useClass: MasterCompanyFiles },
        { provide: CompanySecrets, useClass: MasterCompanySecrets },
        { provide: WatchedCompanies, useClass: MasterWatchedCompanies },
        MasterTenantDirectory,
        TenantChangeBus,
        TenantActivity,
        AuditLog,
        ...AUDIT_USE_CASES,
        ...API_KEYS,
        ActiveAdmins,
        KeyStatus,
        RotateKeys,
        ListPlans,
        ...(http ? [AdminSignIn] : []),
      ],
      exports: [
        ...AUDIT_USE_CASES,
        ...API_KEYS,
        TypeOrmModule,
        MasterConfig,
        SecretBox,
        CompanyFiles,
        CompanySecrets,
        WatchedCompanies,
        MasterTenantDirectory,
        TenantChangeBus,
        TenantActivity,
        AuditLog,
        ActiveAdmins,
        KeyStatus,
        RotateKeys,
      ],
    };
  }
}
