/** An Int32Array that grows by doubling: a number a sentence, for millions of sentences. */
export class GrowingInts {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }
  at(index: number): number {
    return this.values[index]!;
  }
  set(index: number, value: number): void {
    this.values[index] = value;
  }
  done(): Int32Array {
    return this.values.slice(0, this.length);
  }
}
