// Every public name as a typed page would use it; only compiled.
import { addListener } from "./listener.js";
import { TimeSideError, annotationFormats, configure, formatAnnotations, open, parseAnnotations, parseResults, processors } from "timeside";
import type { AnalyzerResult, Annotation, AnnotationDocument, AnnotationFile, ImportReport, Media, MediaInfo, Peaks, ProcessorInfo, Results, RunEvent, Step } from "timeside";
import "timeside/player";

configure({ wasmUrl: new URL("https://example.org/timeside.wasm") });

export async function everything(file: File, signal: AbortSignal): Promise<number> {
  const media: Media = await open(file, { signal, maxMemory: 2 ** 28 });
  const info: MediaInfo = media.info;
  const frames: number | null = info.frames;
  const steps: Step[] = ["level", { id: "spectrogram_analyzer", input_blocksize: 2048 }];
  const run = media.run(steps, { start: 0, duration: 1, onProgress: (done: number) => addListener(done) });
  for await (const event of run as AsyncIterable<RunEvent>) {
    if (event.type === "partial") addListener(event.result.shape[0] ?? 0);
  }
  const results: Results = await run;
  const level: AnalyzerResult | undefined = results.get("level.rms");
  const peaks: Peaks = await media.peaks({ pixels: 100 });
  const list: ProcessorInfo[] = await processors();
  const again = await parseResults(await results.to("json"));
  try {
    const samples: Float32Array[] = await media.samples(0, 1);
    addListener(samples.length + peaks.channels.length + list.length + again.size);
  } catch (error) {
    if (error instanceof TimeSideError && error.code === "out-of-range") addListener(0);
  }
  const annotations: AnnotationDocument = await parseAnnotations("0.5\t1\tbird\n", "audacity", { name: "a.txt", duration: 3 });
  const report: ImportReport = annotations.report;
  const first: Annotation | undefined = annotations.annotations[0];
  const written: AnnotationFile = await formatAnnotations({ annotations: [{ id: "a", start: 0, end: 1, label: "x" }] }, "csv", { guardFormulas: true });
  addListener(written.bytes.length + report.lost.length + (first?.start ?? 0) + (await annotationFormats()).length);
  const element = document.querySelector("timeside-player");
  await element?.play();
  media.close();
  return (frames ?? 0) + (level?.data[0] ?? 0);
}

// @ts-expect-error: a source is never a number
void open(1);
