import { Inject, Injectable } from '@nestjs/common';
import type { OperationKindDto } from './operation.dto.js';
import { OPERATION_KINDS, type OperationKind } from './operation-kind.js';

/** What operations there are, with their steps: for people, and for proofs that must not forget one. */
@Injectable()
export class ListOperationKinds {
  constructor(@Inject(OPERATION_KINDS) private readonly kinds: readonly OperationKind[]) {}

  run(): OperationKindDto[] {
    return this.kinds.map(({ kind, steps, pointOfNoReturn }) => ({
      kind,
      steps: steps.map(({ name, do: work, undo }) => ({
        name,
        has_do: work !== undefined,
        has_undo: undo !== undefined,
      })),
      point_of_no_return: pointOfNoReturn,
    }));
  }
}
