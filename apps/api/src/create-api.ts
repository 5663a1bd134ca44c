import helmet from '@fastify/helmet';
import { EnvelopeAdapter, FailureFilter, sendFailure, validationPipe, Tracing } from '@finvera/common';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { listOf } from './api.config.js';
import { acceptUploads } from './accept-uploads.js';
import { type ApiSettings, ApiModule } from './api.module.js';
import { serveDashboard } from './dashboard.js';
import { FrontDoor } from './front-door/front-door.js';
import { keepRouteHandlers } from './keep-route-handlers.js';
import { RequestMetrics } from './metrics/request-metrics.js';
import { logRequests } from './request-log.js';
import { serveSwagger } from './swagger.js';
import { traceRequests } from './tracing/trace-requests.js';

const HEADERS_MAX_MS = 30_000;
const REQUEST_MAX_MS = 120_000;
/** Bulk posting takes bodies so many times as large. */
const BULK_FACTOR = 10;
const EXPLORER_PATH = '/api/docs';
const PAGE_PATHS = [EXPLORER_PATH, '/admin'];
const TABLE_ROUTES = new Set(['/api/admin/tenants/bulk']);
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const BOOKS_ROUTE = '/api/imports';
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** Builds the HTTP application; the caller listens and closes. */
export async function createApi(settings: ApiSettings, logger: LoggerService): Promise<NestFastifyApplication> {
  const { api } = settings;
  const adapter = new EnvelopeAdapter({
    bodyLimit: api.BODY_LIMIT_BYTES,
    trustProxy: api.TRUSTED_PROXIES === '' ? false : listOf(api.TRUSTED_PROXIES),
    requestTimeout: REQUEST_MAX_MS,
    connectionTimeout: 0,
    http: { headersTimeout: HEADERS_MAX_MS },
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendFailure(error, request, reply);
    },
  } as never);
  keepRouteHandlers();
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(settings), adapter, {
    logger,
    abortOnError: false,
    bodyParser: false, // JSON alone, with a parser of our own
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  protectPages(server);
  await server.register(helmet, { global: false });
  openExplorer(server);
  raiseBulkLimit(server, api.BODY_LIMIT_BYTES * BULK_FACTOR);
  raiseImportLimit(server, api.IMPORT_LIMIT_BYTES);
  parseJson(server);
  parseTables(server);
  parseBooks(server);
  await acceptUploads(server, settings.attachments.ATTACHMENT_MAX_BYTES);
  traceRequests(server, app.get(Tracing));
  app.get(RequestMetrics).install(server);
  logRequests(server, logger);
  app.get(FrontDoor).install(server);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new FailureFilter());
  app.enableShutdownHooks();
  serveSwagger(app);
  await serveDashboard(server);
  return app;
}

/** Pages get all of helmet's headers, but no Content-Security-Policy: the explorer's brings scripts of its own. */
function protectPages(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (PAGE_PATHS.some((path) => route.url.startsWith(path))) route.helmet = { contentSecurityPolicy: false };
  });
}

/** The explorer's own routes are not controllers and carry no access rule: they are open to everybody. */
function openExplorer(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(EXPLORER_PATH)) route.config = { ...route.config, access: { kind: 'public' } } as never;
  });
}

function raiseBulkLimit(server: FastifyInstance, bytes: number): void {
  server.addHook('onRoute', (route) => {
    if (/\/(bulk|bank-statements)$/.test(route.url)) route.bodyLimit = bytes;
  });
}

function raiseImportLimit(server: FastifyInstance, bytes: number): void {
  server.addHook('onRoute', (route) => {
    if (route.url === BOOKS_ROUTE && route.method === 'POST') route.bodyLimit = bytes;
  });
}

/** Files of books come as they are, in whatever encoding; on other routes they are refused as before. */
function parseBooks(server: FastifyInstance): void {
  server.addContentTypeParser(
    ['application/xml', 'text/xml', 'application/octet-stream', SHEET],
    { parseAs: 'buffer' },
    (request, body, done) => {
      if (request.routeOptions.url === BOOKS_ROUTE) done(null, body);
      else done(Object.assign(new Error('only JSON is taken here'), { statusCode: 415 }));
    },
  );
}

/** The routes that take tables and lines beside JSON get them as text; on others they are refused as before. */
function parseTables(server: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  server.addContentTypeParser(['text/csv', 'application/x-ndjson'], { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.url === BOOKS_ROUTE) {
      done(null, body);
      return;
    }
    if (!TABLE_ROUTES.has(request.routeOptions.url ?? '')) {
      done(Object.assign(new Error('only JSON is taken here'), { statusCode: 415 }));
      return;
    }
    try {
      done(null, decoder.decode(body as Buffer));
    } catch {
      done(Object.assign(new Error('the body is not UTF-8'), { statusCode: 400 }));
    }
  });
}

/** JSON is UTF-8 (RFC 8259 §8.1): bytes that are not are refused, instead of becoming other letters. */
function parseJson(server: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  server.removeContentTypeParser('application/json');
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = decoder.decode(body as Buffer);
    } catch {
      done(Object.assign(new Error('the body is not UTF-8'), { statusCode: 400 }));
      return;
    }
    if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
}
