// With a bundler this line reads: import { open } from "timeside";
import { open } from "../timeside/index.js";

const log = document.getElementById("log");
const bar = document.getElementById("done");
const say = (line) => { log.textContent += `\n${line}`; };

try {
  const media = await open(new URL("../recording/timeside.mp3", import.meta.url));
  const { name, codec, sampleRate, channels, duration } = media.info;
  log.textContent = `${name}: ${codec}, ${sampleRate} Hz, ${channels} channels, ${duration?.toFixed(3) ?? "?"} s`;

  const run = media.run(["level", "loudness_itu", "onset_detection_function"]);
  for await (const event of run) {
    if (event.type === "progress") bar.value = event.done;
  }
  const results = await run;
  bar.value = 1;
  for (const [id, { data, shape, unit }] of results) {
    say(`${id}: ${data.length === 1 ? data[0].toFixed(3) : shape.join(" × ")} ${unit}`);
  }

  const middle = (duration ?? 2) / 2;
  const [left] = await media.samples(middle, middle + 1);
  say(`one second from ${middle.toFixed(3)} s: ${left.length} frames`);
  media.close();
} catch (error) {
  log.textContent = `${error.code ?? error.name}: ${error.message}`;
}
