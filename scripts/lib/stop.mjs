/** A sentence for people that ends the script. */
export class Stop extends Error {}
