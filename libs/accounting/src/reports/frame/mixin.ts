/** A class that a mixin extends. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript takes a mixin's base only with this signature
export type Constructor = new (...args: any[]) => object;
