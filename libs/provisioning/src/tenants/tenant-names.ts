const DATABASE_USER_ID_LENGTH = 20;

/** `finvera_<subdomain>_<timestamp>`, as the document has it: a name that was given once is never given again. */
export const databaseName = (subdomain: string): string => `finvera_${subdomain.replaceAll('-', '_')}_${Date.now()}`;

/** A user name of its own for each tenant: MySQL allows 32 characters. The random half of the id makes it unique. */
export const databaseUser = (tenantId: string): string =>
  `fv_${tenantId.replaceAll('-', '').slice(-DATABASE_USER_ID_LENGTH)}`;
