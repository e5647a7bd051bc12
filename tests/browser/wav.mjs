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

/** The good file that must work after each bad one: one second of a 440 Hz sine at −6 dBFS. */
export function sine() {
  const file = wav({ bytes: 88_200 });
  for (let n = 0; n < 44_100; n++) file.writeInt16LE(Math.round(16_384 * Math.sin((2 * Math.PI * 440 * n) / 44_100)), 44 + 2 * n);
  return file;
}
