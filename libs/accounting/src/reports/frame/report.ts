import { type AnswerOptions, Paged } from '@finvera/common';
import { Injectable, type Type } from '@nestjs/common';
import 'reflect-metadata';
import type { FormatQuery } from './format-query.js';
import type { ReportTable } from './report-table.js';

/** What is said of a report in one place: its route, its words in OpenAPI and in the list of reports, its query. */
export interface ReportDefinition {
  /** as in the list of reports and in names of files: "trial-balance" */
  name: string;
  /** below `/api`; default `reports/<name>` */
  path?: string;
  title: string;
  description: string;
  /** checks the query; extends `FormatQuery` */
  query: Type<FormatQuery>;
  answer: Pick<AnswerOptions, 'data' | 'meta'>;
  /** status → codes, beside those that every report has */
  refusals?: Record<number, string>;
}

/** One report. Its query has the parameters of the path among its own. */
export interface Report<Query extends FormatQuery = FormatQuery> {
  /** as JSON */
  answer(query: Query): Promise<object | Paged<object>>;
  /** for CSV, XLSX and PDF, from the same figures */
  table(query: Query): Promise<ReportTable>;
}

export type ReportClass = Type<Report<never>>;

const DEFINITION = Symbol('report definition');

/** Makes a class a report; it gets its routes, formats and place in the list by standing in `reports.ts`. */
export function DefineReport(definition: ReportDefinition): ClassDecorator {
  return (target) => {
    Injectable()(target);
    Reflect.defineMetadata(DEFINITION, definition, target);
  };
}

export function definitionOf(report: ReportClass): ReportDefinition & { path: string } {
  const definition: ReportDefinition | undefined = Reflect.getMetadata(DEFINITION, report);
  if (!definition) throw new Error(`${report.name} has no @DefineReport`);
  return { ...definition, path: definition.path ?? `reports/${definition.name}` };
}
