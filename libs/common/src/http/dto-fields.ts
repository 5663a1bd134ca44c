import { Transform } from 'class-transformer';
import { ValidateIf } from 'class-validator';

/** The field may be left away, but what is sent must be valid: null is refused, which `IsOptional` would let pass. */
export const IfSent = () => ValidateIf((_body: unknown, value: unknown) => value !== undefined);

/** Text without the spaces around it; anything else as it came, for the validators to refuse. */
export const trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
