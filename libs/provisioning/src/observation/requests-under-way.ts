import { type LeasedRequest, TENANT_LEASE } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';

/** Ids of requests that one look gives. */
const GIVEN_MAX = 5;

export type RequestUnderWay = LeasedRequest & { readonly id: string };

/** The HTTP requests that this process is answering: a slow statement belongs to one of its company's. */
@Injectable()
export class RequestsUnderWay {
  private readonly requests = new Set<RequestUnderWay>();

  begin(request: RequestUnderWay): void {
    this.requests.add(request);
  }

  end(request: RequestUnderWay): void {
    this.requests.delete(request);
  }

  /** Ids of the requests of one tenant, five at most. */
  of(tenantId: string): string[] {
    const ids: string[] = [];
    for (const request of this.requests) {
      if (request[TENANT_LEASE]?.tenantId === tenantId) ids.push(request.id);
      if (ids.length === GIVEN_MAX) break;
    }
    return ids;
  }
}
