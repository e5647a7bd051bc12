// A worker that decodes by a peer: { peer, bytes } in, { ms, frames } out. Bundled by decode_speed.mjs.
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { MPEGDecoder } from "mpg123-decoder";

/** Peers that give planar `Float32Array`s, as TimeSide does. */
const wasmAudioDecoder = (Decoder) => async () => {
  const decoder = new Decoder();
  await decoder.ready;
  return async (bytes) => {
    await decoder.reset();
    const { samplesDecoded } = await (decoder.decodeFile ?? decoder.decode).call(decoder, bytes);
    return samplesDecoded;
  };
};

/** ffmpeg.wasm's core, without the threads and messages of its wrapper: interleaved floats in its file system. */
const ffmpeg = async () => {
  const core = "/modules/@ffmpeg/core/dist/esm/ffmpeg-core.js";
  const { default: create } = await import(core);
  const urls = btoa(JSON.stringify({ wasmURL: core.replace(/js$/, "wasm"), workerURL: "" }));
  const module = await create({ mainScriptUrlOrBlob: `${core}#${urls}` });
  module.setLogger(() => {});
  return (bytes) => {
    module.FS.writeFile("/in", bytes);
    module.setTimeout(-1);
    module.exec("-nostdin", "-y", "-i", "/in", "-vn", "-f", "f32le", "/out");
    module.reset();
    const frames = module.FS.readFile("/out").length / 8;
    module.FS.unlink("/in");
    module.FS.unlink("/out");
    return frames;
  };
};

const PEERS = {
  "mpg123-decoder": wasmAudioDecoder(MPEGDecoder),
  "@wasm-audio-decoders/flac": wasmAudioDecoder(FLACDecoder),
  "@wasm-audio-decoders/ogg-vorbis": wasmAudioDecoder(OggVorbisDecoder),
  "ffmpeg.wasm": ffmpeg,
};

let decode;
self.onmessage = async ({ data: { peer, bytes } }) => {
  try {
    decode ??= await PEERS[peer]();
    const started = performance.now();
    const frames = await decode(bytes);
    self.postMessage({ ms: performance.now() - started, frames });
  } catch (error) {
    self.postMessage({ error: String(error?.stack ?? error) });
  }
};
