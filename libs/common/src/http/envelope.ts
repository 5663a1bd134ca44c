import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';

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
}

export interface CursorMeta {
  /** Opaque; give it back as `cursor` for the next page. Null on the last page. */
  next_cursor: string | null;
  limit: number;
}

const RAW = 'finvera:raw-answer';

/** The handler's value is the whole answer, without the envelope (the document's health object, metrics). */
export const RawAnswer = () => SetMetadata(RAW, true);

/** Wraps what a handler returns as `{ "success": true, "data": … }`. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  private readonly raw = new WeakMap<object, boolean>();

  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.isRaw(context.getHandler())) return next.handle();
    return next.handle().pipe(map(toEnvelope));
  }

  private isRaw(handler: ReturnType<ExecutionContext['getHandler']>): boolean {
    let raw = this.raw.get(handler);
    if (raw === undefined) {
      raw = this.reflector.get<boolean>(RAW, handler) ?? false;
      this.raw.set(handler, raw);
    }
    return raw;
  }
}

const toEnvelope = (value: unknown) =>
  value instanceof Paged ? { success: true, data: value.data, meta: value.meta } : { success: true, data: value ?? {} };
