import { ValidateIf } from 'class-validator';

/** The field may be left away, but what is sent must be valid: null is refused, which `IsOptional` would let pass. */
export const IfSent = () => ValidateIf((_body: unknown, value: unknown) => value !== undefined);
