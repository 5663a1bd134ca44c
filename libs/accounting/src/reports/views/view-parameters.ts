import { malformed } from '@finvera/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Period } from '../frame/compared-periods.js';
import { pathOf } from '../frame/links.js';
import { definitionOf } from '../frame/report.js';
import { REPORTS } from '../reports.js';

const VALUE_MAX = 200;
/** Names of a period's ends: of a report about a period, of one at a date with an opening, of one at a date. */
const ENDS: readonly ((period: Period) => Record<string, string>)[] = [
  ({ from, to }) => ({ from, to }),
  ({ from, to }) => ({ from, as_of: to }),
  ({ to }) => ({ as_of: to }),
];

export interface Asked {
  report: string;
  parameters: Readonly<Record<string, string>>;
  /** takes the place of its dates */
  period: Period | null;
}

/**
 * The path of a report as it is asked.
 * @throws DomainError 400 for a report that is not there, or what it would refuse
 */
export function pathOfView({ report, parameters, period }: Asked): string {
  const definition = REPORTS.map(definitionOf).find(({ name }) => name === report);
  if (!definition)
    throw malformed(`report ${JSON.stringify(report.slice(0, 60))} is not one of GET /api/reports`, [
      { field: 'report', message: 'is not one of GET /api/reports' },
    ]);
  const strange = Object.entries(parameters).find(([, value]) => typeof value !== 'string' || value.length > VALUE_MAX);
  if (strange) throw refusal(strange[0], `must be a text of up to ${VALUE_MAX} characters`);
  const inPath = [...definition.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  for (const name of inPath) if (!/^\d{1,19}$/.test(parameters[name] ?? '')) throw refusal(name, 'must be an id');
  const query = Object.fromEntries(Object.entries(parameters).filter(([name]) => !inPath.includes(name)));
  const tried = (period ? ENDS.map((ends) => ends(period)) : [{}]).map((ends) => {
    const asked = { ...query, ...ends };
    return { asked, errors: errorsOf(definition.query, asked) };
  });
  const good = tried.find(({ errors }) => errors.length === 0);
  if (!good) {
    const { property, constraints = {} } = tried[0]!.errors[0]!;
    throw refusal(property, Object.values(constraints).at(-1) ?? 'is not possible');
  }
  const path = definition.path.replace(/:(\w+)/g, (_, name: string) => parameters[name]!);
  return pathOf(path, good.asked);
}

const errorsOf = (query: new () => object, asked: object): ValidationError[] =>
  validateSync(plainToInstance(query, asked), { whitelist: true, forbidNonWhitelisted: true });

const refusal = (name: string, message: string) =>
  malformed(`parameters.${name}: ${message}`, [{ field: `parameters.${name}`, message }]);
