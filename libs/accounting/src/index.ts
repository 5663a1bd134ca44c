export { AccountingModule } from './accounting.module.js';
export { ActiveCompanyKeys } from './api-keys/active-company-keys.js';
export { type CompanyKey, isCompanyKey, readCompanyKey } from './api-keys/company-key.js';
export { tenantSchema } from './schema/tenant-schema.js';
export { CompanyUsers } from './users/company-users.js';
export { PostDueVouchers } from './voucher-templates/post-due-vouchers.js';
export { PERMISSIONS } from './users/permissions.js';
