import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, unavailable } from '../errors/domain-error.js';
import { isStatementTimeout } from '../errors/statement-timeout.js';
import { isUnreachable } from '../errors/unreachable.js';

export interface Failure {
  success: false;
  /** a sentence for people */
  error: string;
  /** stable, for programs */
  code: string;
  details?: { field: string; message: string }[];
  request_id: string;
}

const CODE_OF_STATUS: Record<number, string> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'unsupported_media_type',
  422: 'rule_broken',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'unavailable',
};

const SENTENCE_OF_STATUS: Record<number, string> = {
  400: 'The request is not well-formed JSON or HTTP; see the documentation at /api/docs.',
  404: 'There is no such address; see the documentation at /api/docs.',
  413: 'The body is larger than this server takes.',
  415: 'The body must be JSON: send the header "Content-Type: application/json".',
};

const statusOf = (error: unknown): number => {
  if (error instanceof DomainError) return error.status;
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown })?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
};

const logger = new Logger('Failure');

const masterUnavailable = (cause: unknown) =>
  unavailable('database_unavailable', 'The database cannot be reached at the moment; try again shortly.', 1, cause);

/** Turns whatever was thrown into status, headers and body; logs what is our fault. Nothing of SQL, paths or stacks gets out. */
export function toFailure(thrown: unknown, requestId: string): { status: number; body: Failure; retryAfter?: number } {
  const error = isUnreachable(thrown) || isStatementTimeout(thrown) ? masterUnavailable(thrown) : thrown;
  const status = statusOf(error);
  if (status >= 500) {
    const known = error instanceof DomainError;
    logger[known ? 'warn' : 'error']({ msg: 'request failed', request_id: requestId, err: error });
  }
  if (error instanceof DomainError) {
    return {
      status,
      retryAfter: error.retryAfterSeconds,
      body: {
        success: false,
        error: error.message,
        code: error.code,
        ...(error.details && { details: error.details }),
        ...error.extra,
        request_id: requestId,
      },
    };
  }
  return {
    status,
    body: {
      success: false,
      error:
        status >= 500
          ? 'Something went wrong on our side; it has been logged under the request id.'
          : (SENTENCE_OF_STATUS[status] ?? 'The request was refused.'),
      code: status >= 500 ? 'internal_error' : (CODE_OF_STATUS[status] ?? 'refused'),
      request_id: requestId,
    },
  };
}

/** Sends a failure; for Fastify hooks and for the Nest filter alike. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body, retryAfter } = toFailure(error, request.id);
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  // closing at once would reset the connection under a client that is still sending, which then may never read this
  // answer; left open, Node reads the rest away, no longer than the request's time limit
  if (status === 413) reply.removeHeader('Connection');
  return reply.header('X-Request-Id', request.id).status(status).type('application/json; charset=utf-8').send(body);
}

@Catch()
export class FailureFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      logger.error({ msg: 'failed after the answer had begun', err: error });
      reply.raw.destroy();
      return;
    }
    sendFailure(error, http.getRequest<FastifyRequest>(), reply);
  }
}
