/**
 * Secrets of a company that must be read again, kept at the platform under its key: a change of ENCRYPTION_KEY reaches
 * them, and no copy of the company's database carries them along.
 */
export abstract class CompanySecrets {
  /** The one that had the name before is replaced. @param name such as `webhook:42`, at most 80 characters */
  abstract keep(tenantId: string, name: string, secret: string): Promise<void>;
  /** Null when there is none. */
  abstract read(tenantId: string, name: string): Promise<string | null>;
  abstract remove(tenantId: string, name: string): Promise<void>;
}
