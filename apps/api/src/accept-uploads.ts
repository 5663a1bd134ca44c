import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';

/** Fields beside the file, their bytes, and headers of a part: nobody needs more. */
const FIELDS_MAX = 5;
const FIELD_BYTES_MAX = 1_000;
const HEADERS_MAX = 20;

const UPLOAD_ROUTES = new Set(['/api/vouchers/:id/attachments']);

/**
 * The routes that take a file get it as a stream while it arrives; on others multipart/form-data is refused.
 * @param maxBytes of one file; the use case refuses larger ones with its sentence, this is the net below
 */
export async function acceptUploads(server: FastifyInstance, maxBytes: number): Promise<void> {
  await server.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      files: 1,
      fileSize: maxBytes + 1,
      fields: FIELDS_MAX,
      fieldSize: FIELD_BYTES_MAX,
      parts: FIELDS_MAX + 1,
      headerPairs: HEADERS_MAX,
    },
  });
  server.addHook('preValidation', (request, _reply, done) => {
    if (!request.isMultipart() || UPLOAD_ROUTES.has(request.routeOptions.url ?? '')) done();
    else done(Object.assign(new Error('only JSON is taken here'), { statusCode: 415 }));
  });
}
