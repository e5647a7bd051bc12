// Listens behind the exact engine. The signal is coded: frame n holds n's low 15 bits in channel 0 and 1 + its high bits in
// channel 1, so that each sample says which frame it is. Kept are runs of frames that follow each other.

class Tap extends AudioWorkletProcessor {
  /** `{ at, frame, count }`: from frame `at` of the context on, `count` frames from `frame` on; −1 is silence. */
  runs = [];
  /** Channel 0 as it came, while wanted. */
  samples = [];
  keepsSamples = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data === "take") {
        this.port.postMessage({ runs: this.runs, samples: this.samples });
        this.runs = [];
        this.samples = [];
      } else this.keepsSamples = data === "samples";
    };
  }

  process([input]) {
    const [low, high] = input;
    for (let i = 0; i < 128; i++) {
      const code = high ? high[i] * 32768 : 0;
      // Bit for bit, or it is no code.
      const frame = code > 0 && Number.isInteger(code) && Number.isInteger(low[i] * 32768) ? (code - 1) * 32768 + low[i] * 32768 : code === 0 ? -1 : NaN;
      const run = this.runs[this.runs.length - 1];
      const follows = run && (frame < 0 ? run.frame < 0 : run.frame >= 0 && run.frame + run.count === frame);
      if (follows) run.count += 1;
      else this.runs.push({ at: currentFrame + i, frame, count: 1 });
      if (this.keepsSamples) this.samples.push(low ? low[i] : 0);
    }
    return true;
  }
}

registerProcessor("tap", Tap);
