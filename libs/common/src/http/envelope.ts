import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { routeConfig } from './route-config.js';

/** A page of a list: `meta` stands beside `data` in the answer. */
export class Paged<T extends object> {
  constructor(
    readonly data: T,
    readonly meta: PageMeta | CursorMeta,
  ) {}
}

export interface PageMeta {
  page: number;
  limit: number;
  total: number;
  /** There are more than were counted. */
  total_at_least?: true;
}

export interface CursorMeta {
  /** Opaque; give it back as `cursor` for the next page. Null on the last page. */
  next_cursor: string | null;
  /** Of lists that can be turned both ways: the page before. Null on the first page. */
  previous_cursor?: string | null;
  limit: number;
}

/** The handler's value is the whole answer, without the envelope (the document's health object, metrics). */
export const RawAnswer = () => routeConfig({ rawAnswer: true });

/**
 * Wraps what a handler returns as `{ "success": true, "data": … }`. Done where Nest hands the value to Fastify: an
 * interceptor would cost each request a chain of observables.
 */
export class EnvelopeAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, value: unknown, statusCode?: number) {
    const raw = (response.request?.routeOptions.config as { rawAnswer?: boolean } | undefined)?.rawAnswer;
    return super.reply(response, raw || value instanceof StreamableFile ? value : toEnvelope(value), statusCode);
  }
}

const toEnvelope = (value: unknown) =>
  value instanceof Paged ? { success: true, data: value.data, meta: value.meta } : { success: true, data: value ?? {} };
