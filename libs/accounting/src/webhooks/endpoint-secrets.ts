import { CompanySecrets, FORMER_SECRET_HOURS, newWebhookSecret } from '@finvera/common';
import { Injectable } from '@nestjs/common';

interface Kept {
  secret: string;
  former?: string;
  /** milliseconds since 1970 until which the former one signs as well */
  former_until?: number;
}

/** Secrets that endpoints' signatures are made with: kept at the platform, so that a copy of the company has none. */
@Injectable()
export class EndpointSecrets {
  constructor(private readonly secrets: CompanySecrets) {}

  /** What a try is signed with now; none: this database is a copy, or came from another platform. */
  async of(tenantId: string, endpointId: string): Promise<string[]> {
    const kept = await this.read(tenantId, endpointId);
    if (!kept) return [];
    const former = kept.former !== undefined && (kept.former_until ?? 0) > Date.now() ? [kept.former] : [];
    return [kept.secret, ...former];
  }

  /** A new one; the one before signs beside it for a day. @returns it, and until when the former one signs */
  async renew(tenantId: string, endpointId: string): Promise<{ secret: string; formerUntil: Date | null }> {
    const before = await this.read(tenantId, endpointId);
    const secret = newWebhookSecret();
    const formerUntil = before ? new Date(Date.now() + FORMER_SECRET_HOURS * 3_600_000) : null;
    const kept: Kept = {
      secret,
      ...(before && { former: before.secret, former_until: formerUntil!.getTime() }),
    };
    await this.secrets.keep(tenantId, nameOf(endpointId), JSON.stringify(kept));
    return { secret, formerUntil };
  }

  remove(tenantId: string, endpointId: string): Promise<void> {
    return this.secrets.remove(tenantId, nameOf(endpointId));
  }

  private async read(tenantId: string, endpointId: string): Promise<Kept | null> {
    const text = await this.secrets.read(tenantId, nameOf(endpointId));
    return text === null ? null : (JSON.parse(text) as Kept);
  }
}

const nameOf = (endpointId: string): string => `webhook:${endpointId}`;
