export interface Warning {
  code: string;
  message: string;
  count: number;
  /** line of the first one */
  first_line: number;
}

/** What is imported, but not quite as the file has it: counted, with the line of the first. */
export class Warnings {
  private readonly byCode = new Map<string, Warning>();

  add(code: string, line: number, message: string): void {
    const known = this.byCode.get(code);
    if (known) known.count += 1;
    else this.byCode.set(code, { code, message, count: 1, first_line: line });
  }

  list(): Warning[] {
    return [...this.byCode.values()];
  }
}
