import { Answer, CompanyRoute, type FinveraRequest, Refusals } from '@finvera/common';
import { Controller, Get, Inject, Param, Query, Req, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MEDIA_TYPES } from './choose-format.js';
import type { FormatQuery } from './format-query.js';
import { definitionOf, type Report, type ReportClass } from './report.js';
import { ReportSender } from './report-sender.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden', 422: 'report_too_long' };
const ID_EXAMPLE = '383483921874944';

/** The route of a report, with its words in OpenAPI, made from its definition. */
export function reportController(report: ReportClass): Type {
  const { name, path, title, description, query, answer, refusals } = definitionOf(report);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter!);

  @ApiTags('Company: reports')
  @Controller('api')
  class ReportController {
    constructor(
      @Inject(report) private readonly made: Report<never>,
      @Inject(ReportSender) private readonly sender: ReportSender,
    ) {}

    @Get(path)
    @CompanyRoute('reports:read')
    @ApiOperation({ summary: title, description })
    @ApiProduces(...Object.values(MEDIA_TYPES))
    @Answer({ description: 'the report', ...answer })
    @Refusals({ ...COMMON, ...refusals })
    read(
      @Query() given: FormatQuery,
      @Param() inPath: Record<string, string>,
      @Req() request: FinveraRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<unknown> {
      const own = { ...given, ...inPath };
      return this.sender.send(this.made, { query: own, request, reply, fileName: fileName(name, { ...own }) });
    }
  }
  // the pipe that validates and the explorer both read the query's class from here
  Reflect.defineMetadata('design:paramtypes', [query, Object, Object, Object], ReportController.prototype, 'read');
  for (const parameter of parameters)
    ApiParam({ name: parameter, example: ID_EXAMPLE })(
      ReportController.prototype,
      'read',
      Object.getOwnPropertyDescriptor(ReportController.prototype, 'read')!,
    );
  Object.defineProperty(ReportController, 'name', { value: `${report.name}Controller` });
  return ReportController;
}

/** "trial-balance-2027-03-31": the report and what of its period was asked for. */
function fileName(name: string, { from, to, as_of }: Record<string, string | undefined>): string {
  return [name, from, to, as_of].filter((part) => part !== undefined).join('-');
}
