/** `TimeRanges` of our own making. */
export class Ranges implements TimeRanges {
  readonly #list: readonly (readonly [start: number, end: number])[];

  constructor(list: readonly (readonly [start: number, end: number])[]) {
    this.#list = list.filter(([start, end]) => end > start);
  }

  get length(): number {
    return this.#list.length;
  }

  start(index: number): number {
    return this.#at(index)[0];
  }

  end(index: number): number {
    return this.#at(index)[1];
  }

  /** With a stretch more, merged with what it touches. */
  with(start: number, end: number): Ranges {
    const apart = this.#list.filter(([from, to]) => to < start || from > end);
    const touched = this.#list.filter(([from, to]) => to >= start && from <= end);
    const merged = [Math.min(start, ...touched.map(([from]) => from)), Math.max(end, ...touched.map(([, to]) => to))] as const;
    return new Ranges([...apart, merged].sort(([a], [b]) => a - b));
  }

  #at(index: number): readonly [number, number] {
    const range = this.#list[index];
    if (!range) throw new DOMException(`there is no range ${index} of ${this.#list.length}`, "IndexSizeError");
    return range;
  }
}
