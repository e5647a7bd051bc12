// WAV files made on the spot.

/** A WAV of 16-bit silence whose header says what it likes. */
export function wav({ channels = 1, rate = 44_100, bits = 16, dataBytes, bytes = 2000 }) {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(Math.min(36 + (dataBytes ?? bytes), 0xffffffff), 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE((rate * channels * (bits / 8)) >>> 0, 28);
  header.writeUInt16LE((channels * (bits / 8)) & 0xffff, 32);
  header.writeUInt16LE(bits, 34);
  header.write("data", 36);
  header.writeUInt32LE(dataBytes ?? bytes, 40);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}

/** Planar samples (−1 to 1) of one length as 16-bit PCM. */
export function pcm(channels, rate) {
  const frames = channels[0].length;
  const file = wav({ channels: channels.length, rate, bytes: 2 * channels.length * frames });
  file.writeUInt16LE(2 * channels.length, 32);
  for (let n = 0; n < frames; n++)
    for (const [c, samples] of channels.entries()) {
      const value = Math.max(-32_768, Math.min(32_767, Math.round(samples[n] * 32_768)));
      file.writeInt16LE(value, 44 + 2 * (n * channels.length + c));
    }
  return file;
}

/** The good file that must work after each bad one: a 440 Hz sine at −6 dBFS, one second unless told. */
export function sine({ seconds = 1 } = {}) {
  const file = wav({ bytes: 88_200 * seconds });
  for (let n = 0; n < 44_100 * seconds; n++) file.writeInt16LE(Math.round(16_384 * Math.sin((2 * Math.PI * 440 * n) / 44_100)), 44 + 2 * n);
  return file;
}

/**
 * A coded signal: frame `n` holds the low 15 bits of `first + n` in channel 0 and 1 + its high bits in channel 1, so
 * that every frame says which it is (`pages/tap.js` reads it).
 */
export function coded({ frames, first = 0, rate = 44_100 }) {
  const file = wav({ channels: 2, rate, bytes: 4 * frames });
  // `wav()` counts bytes, not frames: these are the fields of two channels.
  file.writeUInt16LE(4, 32);
  for (let n = 0; n < frames; n++) {
    file.writeInt16LE((first + n) & 0x7fff, 44 + 4 * n);
    file.writeInt16LE(1 + ((first + n) >> 15), 46 + 4 * n);
  }
  return file;
}

/** A 440 Hz sine at −6 dBFS in 64-bit floats, which no browser plays. */
export function sineF64({ frames, rate = 44_100 }) {
  const file = wav({ rate, bits: 64, bytes: 8 * frames });
  file.writeUInt16LE(3, 20);
  for (let n = 0; n < frames; n++) file.writeDoubleLE(0.5 * Math.sin((2 * Math.PI * 440 * n) / rate), 44 + 8 * n);
  return file;
}
