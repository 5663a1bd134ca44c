import type { Type } from '@nestjs/common';

/** A use case as it is done by the API. */
export interface Adapter {
  type: Type<object>;
  methods: object;
}

/** The methods of a use case that the API can do; the others are refused. */
export const adapt = <T extends object, K extends keyof T>(type: Type<T>, methods: Pick<T, K>): Adapter => ({
  type,
  methods,
});

/** One part of a path. */
export const part = (text: string): string => encodeURIComponent(text);
