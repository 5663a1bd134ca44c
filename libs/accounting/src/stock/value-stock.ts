import { Decimal, ZERO } from '@finvera/common';
import type { Valuation } from './stock.entity.js';

/** What moved of one item, in order. What only went from one godown to another is not among it. */
export interface Moved {
  quantityIn: Decimal;
  quantityOut: Decimal;
  /** of what came in */
  value: Decimal;
}

export interface Stock {
  quantity: Decimal;
  value: Decimal;
}

interface Layer {
  quantity: Decimal;
  value: Decimal;
}

/**
 * Follows the stock of one item. What goes out takes the cost of what came in first (FIFO), or of the average of what is
 * there (weighted average, after each receipt). Out of nothing goes at no cost, and what comes in fills that up first:
 * stock is never worth less than nothing (AS 2, paragraphs 14 and 16).
 */
export class StockValue {
  private layers: Layer[] = [];
  private quantity = ZERO;

  constructor(private readonly valuation: Valuation) {}

  get now(): Stock {
    return { quantity: this.quantity, value: this.layers.reduce((sum, { value }) => sum.plus(value), ZERO) };
  }

  move({ quantityIn, quantityOut, value }: Moved): void {
    if (quantityIn.isPositive() && !quantityIn.isZero()) this.receive(quantityIn, value);
    if (quantityOut.isPositive() && !quantityOut.isZero()) this.issue(quantityOut);
  }

  private receive(quantity: Decimal, value: Decimal): void {
    const missing = this.quantity.isNegative() ? Decimal.min(quantity, this.quantity.negated()) : ZERO;
    const left = quantity.minus(missing);
    this.quantity = this.quantity.plus(quantity);
    if (left.isZero()) return;
    const layer = { quantity: left, value: value.times(left).div(quantity) };
    const [only] = this.layers;
    if (this.valuation === 'weighted_average' && only)
      this.layers = [{ quantity: only.quantity.plus(layer.quantity), value: only.value.plus(layer.value) }];
    else this.layers.push(layer);
  }

  private issue(quantity: Decimal): void {
    this.quantity = this.quantity.minus(quantity);
    for (let left = quantity; !left.isZero() && this.layers.length > 0; ) {
      const layer = this.layers[0]!;
      if (layer.quantity.lessThanOrEqualTo(left)) {
        left = left.minus(layer.quantity);
        this.layers.shift();
      } else {
        layer.value = layer.value.minus(layer.value.times(left).div(layer.quantity));
        layer.quantity = layer.quantity.minus(left);
        left = ZERO;
      }
    }
  }
}
