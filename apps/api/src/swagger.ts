import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = `Every company has a database of its own.

**Platform admins** sign in at \`POST /api/admin/auth/login\` and use the token on \`/api/admin/…\` (Authorize → *platform*). Programs use
an API key instead (\`POST /api/admin/api-keys\`), on the same header.

**Company users** sign in at \`POST /api/auth/login\`, on the company's host (\`acme.localhost:3000\`) or with \`subdomain\` in the body, and use
the token on the other routes (Authorize → *company*).

Success is \`{ "success": true, "data": … }\`, failure \`{ "success": false, "error", "code", "details", "request_id" }\`. Money is text ("1234.50"), dates are "YYYY-MM-DD".

Requests of a company's users are limited per minute: answers carry \`RateLimit-Policy\` and \`RateLimit\` (draft-ietf-httpapi-ratelimit-headers), past the limit
429 \`rate_limited\` with \`Retry-After\`. While a company is in maintenance they are answered 503 \`tenant_maintenance\`;
while its storage is full, 403 \`tenant_suspended\`, or, when it may be read, 403 \`tenant_read_only\` to what would write.`;

export function openApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Finvera')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'data.token of POST /api/admin/auth/login, or an API key' },
      'platform',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'data.token of POST /api/auth/login' }, 'company')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** The explorer at /api/docs and the document at /api/docs-json. */
export function serveSwagger(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApi(app), {
    jsonDocumentUrl: 'api/docs-json',
    swaggerOptions: { persistAuthorization: true },
  });
}
