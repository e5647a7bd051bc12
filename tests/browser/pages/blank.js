// The SDK for tests, and short words for what they do all the time.
import * as timeside from "/timeside/index.js";

/** A result without its large arrays: what crosses from page to test. */
const brief = (result) => ({
  id: result.id,
  unit: result.unit,
  timeMode: result.timeMode,
  dtype: result.dtype,
  shape: [...result.shape],
  first: result.data[0],
  last: result.data[result.data.length - 1],
  mean: result.data.reduce((sum, value) => sum + value, 0) / result.data.length,
  parameters: result.parameters,
});

/** Opens, runs, closes; every result in brief, by key. */
async function analyse(source, steps, options) {
  const media = await timeside.open(source);
  try {
    const results = await media.run(steps, options);
    return Object.fromEntries([...results].map(([key, result]) => [key, brief(result)]));
  } finally {
    media.close();
  }
}

/** The bytes behind an address as a File. */
async function file(url) {
  const answer = await fetch(url);
  return new File([await answer.blob()], url.split("/").pop());
}

/** What a promise came to: `{ value }` or `{ code, message, own }`, `own` for TimeSideError. */
async function outcome(promise) {
  try {
    return { value: await promise };
  } catch (error) {
    return { code: error.code, message: error.message, own: error instanceof timeside.TimeSideError };
  }
}

Object.assign(globalThis, { timeside, analyse, brief, file, outcome });
