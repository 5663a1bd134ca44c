import { validationPipe } from '@finvera/common';

/** The fields that are given, under the rules of the HTTP route. @throws DomainError 400 as the route does */
export const checked = async <T>(Body: new () => T, fields: object): Promise<T> => {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return (await validationPipe().transform(given, { type: 'body', metatype: Body })) as T;
};
