/** How many bytes of files a company keeps beside its database: they count toward its plan's storage. */
export abstract class CompanyFiles {
  /** What came, or went (negative). */
  abstract add(tenantId: string, bytes: number): Promise<void>;
  /** What there is, counted anew: whatever was not told in between is right again. */
  abstract set(tenantId: string, bytes: number): Promise<void>;
}
