/** Somebody who runs the platform. */
export interface PlatformPrincipal {
  kind: 'platform';
  adminId: string;
  email: string;
}

/** A user of one company, or a platform admin who named that company explicitly. */
export interface CompanyPrincipal {
  kind: 'company';
  tenantId: string;
  userId: string;
  email: string;
  /** as people call a user; undefined for programs and admins of the platform */
  name?: string;
  /** the session of a user that asks; undefined for programs and admins of the platform */
  sessionId?: string;
  role: string;
  permissions: ReadonlySet<string>;
  /** the only voucher types that this person posts and changes, by id; undefined: all */
  voucherTypeIds?: ReadonlySet<string>;
  /** The password was given by somebody else and must be changed before anything else. */
  passwordChangeRequired: boolean;
  /** The company asks everybody for a second factor, and this user has none. */
  totpEnrolmentRequired?: boolean;
}

export type Principal = PlatformPrincipal | CompanyPrincipal;

/** Who did it and in which request, as logs, audit log and edit log record it. Travels as an argument. */
export interface Actor {
  /** id of the user or admin; `system` for schedules */
  id: string;
  /** e-mail or name for people */
  name: string;
  kind: 'platform' | 'company' | 'system';
  requestId: string;
  ip?: string;
  /** the only voucher types that the person posts and changes, by id; undefined: all */
  voucherTypeIds?: ReadonlySet<string>;
}

export const systemActor = (requestId: string): Actor => ({ id: 'system', name: 'system', kind: 'system', requestId });
