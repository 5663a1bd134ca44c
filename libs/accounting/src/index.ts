export { AccountingModule } from './accounting.module.js';
export { tenantSchema } from './schema/tenant-schema.js';
export { CompanyUsers } from './users/company-users.js';
export { PERMISSIONS } from './users/permissions.js';
