import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, malformed } from '../errors/domain-error.js';

/** At most so many refused fields are listed; a body with thousands of bad entries gets a short answer too. */
const DETAILS_MAX = 50;

/** The one validation pipe: unknown fields are refused, and every refusal names its field. */
export const validationPipe = () =>
  new RememberingValidationPipe({
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

/** Valid queries that are remembered per DTO, the oldest going first. */
const QUERIES_MAX = 500;

/**
 * Programs ask the same few queries again and again ("?limit=20"): one that was found valid is not transformed and
 * validated anew. Rules of DTOs depend on nothing but the values, and what is handed out is frozen.
 */
class RememberingValidationPipe extends ValidationPipe {
  private readonly valid = new WeakMap<object, Map<string, unknown>>();

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query' || !metadata.metatype) return super.transform(value, metadata);
    const known = this.valid.get(metadata.metatype) ?? new Map<string, unknown>();
    this.valid.set(metadata.metatype, known);
    const key = JSON.stringify(value);
    const remembered = known.get(key);
    return remembered ? Promise.resolve(remembered) : this.remember(known, key, super.transform(value, metadata));
  }

  private async remember(known: Map<string, unknown>, key: string, validating: Promise<unknown>): Promise<unknown> {
    const query = Object.freeze(await validating);
    known.set(key, query);
    if (known.size > QUERIES_MAX) known.delete(known.keys().next().value!);
    return query;
  }
}

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
