import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator, type ValidationOptions } from 'class-validator';
import { isPlainAmount } from './money.js';

/** Validates a money field: a string, plain unsigned decimal, no exponent, no grouping. Digits are checked by the use case. */
export function IsAmount(options: ValidationOptions = {}): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isAmount',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: {
        validate: isPlainAmount,
        defaultMessage: ({ property: field, value } = {} as never) =>
          `${field} ${JSON.stringify(value) ?? 'undefined'} is not an amount: send a string with a plain decimal such as "1234.50", at most 15 digits before the point`,
      },
    });
}

/** OpenAPI description of a money field together with its validation. */
export const AmountField = (options: ApiPropertyOptions = {}) =>
  applyDecorators(
    ApiProperty({
      type: String,
      example: '1234.50',
      pattern: '^\\d{1,15}(\\.\\d{1,4})?$',
      ...options,
    } as ApiPropertyOptions),
    IsAmount(),
  );
