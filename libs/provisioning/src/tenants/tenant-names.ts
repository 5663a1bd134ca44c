const DATABASE_USER_ID_LENGTH = 20;

/** `finvera_<subdomain>_<timestamp>`, as the document has it: a name that was given once is never given again. */
export const databaseName = (subdomain: string): string => `finvera_${subdomain.replaceAll('-', '_')}_${Date.now()}`;

/**
 * The two names that a tenant's own database user can have: MariaDB knows no second password for a user, so a new
 * password comes with the other name. MySQL allows 32 characters; the random half of the id makes them unique.
 */
export function databaseUsersOf(tenantId: string): readonly [string, string] {
  const name = `fv_${tenantId.replaceAll('-', '').slice(-DATABASE_USER_ID_LENGTH)}`;
  return [name, `${name}_2`];
}

/** The name that a tenant's own database user begins with. */
export const databaseUser = (tenantId: string): string => databaseUsersOf(tenantId)[0];
