/** Results on the page: upstream's container as a map, with its JSON. */
import { TimeSideError } from "./errors.js";
import type { ResultData, TypedArray } from "./protocol.js";
import type { AnalyzerResult, AudioMetadata, ResultFormat, Results, Warning } from "./types.js";

/** A result whose arrays have been put back. */
export class ReceivedResult implements AnalyzerResult {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly timeMode: AnalyzerResult["timeMode"];
  readonly dataMode: AnalyzerResult["dataMode"];
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly dtype: string;
  readonly shape: readonly number[];
  declare readonly yValue?: Float64Array;
  declare readonly frame?: { sampleRate: number; blocksize: number; stepsize: number };
  declare readonly labels?: Readonly<Record<number, string>>;
  declare readonly labelDescriptions?: Readonly<Record<number, string>>;
  declare readonly labelType?: "mono" | "multi";
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly audio: AudioMetadata;
  readonly first: number;
  readonly date: string;
  readonly version: string;
  readonly author: string;
  readonly uuid: string;
  /** Of events and segments, from the start of the stretch, as the container wants it. */
  readonly #time: Float64Array | undefined;
  readonly #duration: Float64Array | undefined;
  #mediaTime: Float64Array | undefined;
  #rowDuration: Float64Array | undefined;

  constructor(told: ResultData, arrays: readonly TypedArray[]) {
    const at = (place: number | undefined) => (place === undefined ? undefined : arrays[place]);
    this.id = told.id;
    this.name = told.name;
    this.unit = told.unit;
    this.description = told.description;
    this.timeMode = told.timeMode;
    this.dataMode = told.dataMode;
    this.data = at(told.data) as Float32Array | Float64Array | Int32Array;
    this.dtype = told.dtype;
    this.shape = told.shape;
    // Only what there is: an absent property stays absent.
    const yValue = at(told.yValue) as Float64Array | undefined;
    if (yValue) this.yValue = yValue;
    if (told.frame) this.frame = told.frame;
    if (told.labels) this.labels = told.labels;
    if (told.labelDescriptions) this.labelDescriptions = told.labelDescriptions;
    if (told.labelType) this.labelType = told.labelType;
    this.parameters = told.parameters;
    this.audio = told.audio;
    this.first = told.first;
    this.date = told.date;
    this.version = told.version;
    this.author = told.author;
    this.uuid = told.uuid;
    this.#time = at(told.time) as Float64Array | undefined;
    this.#duration = at(told.duration) as Float64Array | undefined;
  }

  get time(): Float64Array {
    return (this.#mediaTime ??= this.#makeTime());
  }

  get duration(): Float64Array {
    return (this.#rowDuration ??= this.#makeDuration());
  }

  #makeTime(): Float64Array {
    const { start } = this.audio;
    if (this.frame) {
      const { stepsize, sampleRate } = this.frame;
      return Float64Array.from({ length: this.shape[0] ?? 0 }, (_, i) => start + ((this.first + i) * stepsize) / sampleRate);
    }
    return this.#time ? this.#time.map((t) => start + t) : Float64Array.of(start);
  }

  #makeDuration(): Float64Array {
    if (this.#duration) return this.#duration;
    const rows = this.shape[0] ?? 0;
    if (this.frame) return new Float64Array(rows).fill(this.frame.blocksize / this.frame.sampleRate);
    return this.#time ? new Float64Array(rows) : Float64Array.of(this.audio.duration);
  }

  /** Upstream's object: key order, tagged arrays, NaN and infinities as null. */
  toJSON(): object {
    const { audio, frame } = this;
    const values = tagged(nested(this.data, this.shape), this.dtype);
    const body =
      this.dataMode === "value"
        ? { value: values, y_value: tagged(numbers(this.yValue ?? []), "float64") }
        : {
            label: values,
            label_metadata: {
              label: this.labels ?? {},
              description: this.labelDescriptions ?? null,
              label_type: this.labelType ?? "mono",
            },
          };
    return {
      id_metadata: {
        id: this.id,
        name: this.name,
        unit: this.unit,
        description: this.description,
        date: this.date,
        version: this.version,
        author: this.author,
        proc_uuid: this.uuid,
      },
      data_object: {
        ...body,
        ...(frame && {
          frame_metadata: { samplerate: frame.sampleRate, blocksize: frame.blocksize, stepsize: frame.stepsize },
        }),
        ...(this.#time && { time: tagged(numbers(this.#time), "float64") }),
        ...(this.#duration && { duration: tagged(numbers(this.#duration), "float64") }),
      },
      audio_metadata: {
        uri: audio.uri,
        start: audio.start,
        duration: audio.duration,
        is_segment: audio.isSegment,
        sha1: audio.sha1,
        channels: audio.channels,
        channelsManagement: audio.channelsManagement,
      },
      parameters: this.parameters,
      data_mode: this.dataMode,
      time_mode: this.timeMode,
    };
  }
}

/** The results of a run. */
export class ReceivedResults extends Map<string, AnalyzerResult> implements Results {
  constructor(
    entries: Iterable<readonly [string, AnalyzerResult]>,
    readonly warnings: readonly Warning[],
  ) {
    super(entries);
  }

  // A derived map made by `Map` methods would lack the warnings.
  static override get [Symbol.species](): MapConstructor {
    return Map;
  }

  toJSON(): object {
    return [...this.values()];
  }

  async to(format: ResultFormat): Promise<Uint8Array> {
    if (format !== "json") {
      const reason = `must be “json”, not ${JSON.stringify(format)}`;
      throw new TimeSideError("bad-parameter", `to: format ${reason}`, { processor: "to", parameter: "format" });
    }
    return new TextEncoder().encode(JSON.stringify(this));
  }
}

function tagged(numpyArray: unknown[], dtype: string): object {
  return { numpyArray, dtype };
}

function numbers(array: ArrayLike<number>): (number | null)[] {
  return Array.from(array, (x) => (Number.isFinite(x) ? x : null));
}

/** Row-major numbers as upstream's nested lists. */
function nested(data: Float32Array | Float64Array | Int32Array, shape: readonly number[]): unknown[] {
  if (shape.length < 2) return numbers(data);
  const [rows = 0, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: rows }, (_, i) => nested(data.subarray(i * size, (i + 1) * size), rest));
}
