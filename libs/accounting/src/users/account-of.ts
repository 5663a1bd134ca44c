/** What failed sign-ins are counted by. */
export const accountOf = (tenantId: string, email: string) => `${tenantId}:${email.toLowerCase()}`;
