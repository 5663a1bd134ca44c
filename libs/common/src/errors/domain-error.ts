/** One field that was refused, as it stands in `details` of a failure answer. */
export interface FieldError {
  field: string;
  message: string;
}

export interface DomainErrorOptions {
  /** Fields that were refused, each with its own sentence. */
  details?: FieldError[];
  /** Seconds after which the caller may try again: becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** What went wrong underneath; logged, never sent. */
  cause?: unknown;
  /** Further stable facts for programs, merged into the failure answer (for example `operation_id`). */
  extra?: Record<string, string | number>;
}

/**
 * What use cases throw when they refuse: a stable code, an HTTP status and a sentence for people.
 * The sentence says what was wrong with which value, and what to do.
 */
export class DomainError extends Error {
  readonly details?: FieldError[];
  readonly retryAfterSeconds?: number;
  readonly extra?: Record<string, string | number>;

  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extra = options.extra;
  }

  /** With `expose` the status under the name that Fastify and Nest's own filter look for; the sentence may be shown. */
  get statusCode(): number {
    return this.status;
  }

  get expose(): boolean {
    return true;
  }
}

/** 400: the request itself is malformed. */
export const malformed = (message: string, details?: FieldError[], code = 'validation_failed') =>
  new DomainError(code, 400, message, { details });

/** 401: nobody is signed in, or the token is not good. */
export const unauthenticated = (message: string, code = 'unauthenticated') => new DomainError(code, 401, message);

/** 403: signed in, but not allowed. */
export const forbidden = (message: string, code = 'forbidden') => new DomainError(code, 403, message);

/** 404: there is no such thing, or not for this caller. */
export const notFound = (what: string, id: string, code = 'not_found') =>
  new DomainError(code, 404, `There is no ${what} ${JSON.stringify(id.slice(0, 100))}.`);

/** 409: it collides with something that exists. */
export const conflict = (code: string, message: string, options: DomainErrorOptions = {}) =>
  new DomainError(code, 409, message, options);

/** 422: understood, but a rule forbids it. */
export const ruleBroken = (code: string, message: string, details?: FieldError[]) =>
  new DomainError(code, 422, message, { details });

/** 503: not now; try again after the given number of seconds. */
export const unavailable = (code: string, message: string, retryAfterSeconds: number, cause?: unknown) =>
  new DomainError(code, 503, message, { retryAfterSeconds, cause });
