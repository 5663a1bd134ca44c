import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, malformed } from '../errors/domain-error.js';

/** At most so many refused fields are listed; a body with thousands of bad entries gets a short answer too. */
const DETAILS_MAX = 50;

/** The one validation pipe: unknown fields are refused, and every refusal names its field. */
export const validationPipe = () =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false },
    exceptionFactory: (errors) => {
      const details = flatten(errors).slice(0, DETAILS_MAX);
      return malformed(details[0]?.message ?? 'The request is malformed.', details);
    },
  });

function flatten(errors: ValidationError[], path = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    // of several broken rules the most basic one stands last
    const own = Object.entries(error.constraints ?? {})
      .slice(-1)
      .map(([rule, message]) => ({
        field,
        message: rule === 'whitelistValidation' ? `${field} is not a field of this request` : message,
      }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}
