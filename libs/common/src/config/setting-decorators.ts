import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';

/** A whole-number setting within bounds. @param whyMin what goes wrong below the least, for whoever tries */
export const IntegerSetting = (min: number, max: number, whyMin?: string) =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? Number(value) : value)),
    IsInt({ message: `$property must be a whole number from ${min} to ${max}` }),
    Min(min, { message: `$property must be at least ${min}${whyMin ? `: ${whyMin}` : ''}` }),
    Max(max, { message: `$property must be at most ${max}` }),
  );

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** A yes/no setting: true/false, 1/0, yes/no, on/off. */
export const BooleanSetting = () =>
  applyDecorators(
    Transform(({ value }) => {
      if (typeof value !== 'string') return value;
      const word = value.trim().toLowerCase();
      return TRUE.has(word) ? true : FALSE.has(word) ? false : value;
    }),
    IsBoolean({ message: '$property must be true or false' }),
  );
