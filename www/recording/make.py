#!/usr/bin/env python3
"""Makes timeside.mp3, the recording on TimeSide's first page.

Three synthesised voices (a plucked bass, a warm pad, a bell with vibrato) and
a spoken one. Ten bars in D major at 96 beats per minute and a tail; the same
seed gives the same samples. Needs Python 3, espeak-ng and ffmpeg:

    python3 www/recording/make.py

The music is ours, and dedicated to the public domain (CC0 1.0).
"""

import array
import math
import pathlib
import random
import re
import subprocess
import tempfile

RATE = 44_100
BEAT_SECS = 60 / 96
BAR_SECS = 4 * BEAT_SECS
BARS = 10
TAIL_SECS = 2.4
FRAMES = int((BARS * BAR_SECS + TAIL_SECS) * RATE)
TARGET_LUFS = -15.6  # before MP3 and the soft bend, which take 0.4
PEAK_DBFS = -1.5
DUCK_DB = -9.0
OUT = pathlib.Path(__file__).with_name("timeside.mp3")

# One line per bar: bass root, pad voicing (MIDI notes).
CHORDS = [
    (38, (54, 57, 61, 64)),  # Dmaj9
    (35, (54, 57, 61, 62)),  # Bm9
    (31, (54, 57, 59, 62)),  # Gmaj7
    (33, (55, 59, 62, 64)),  # A9sus4
    (38, (54, 57, 61, 64)),  # Dmaj9
    (30, (54, 57, 61, 66)),  # D/F sharp
    (31, (55, 59, 62, 66)),  # Gmaj7
    (33, (55, 57, 62, 64)),  # A7sus4
    (38, (50, 57, 61, 66)),  # Dmaj7
    (38, (50, 57, 64, 66)),  # Dadd9, held
]

# Bass: position in the bar (beats), interval above the root, strength.
BASS_BAR = [(0, 0, 1.0), (1.5, 12, 0.55), (2, 7, 0.8), (3, 12, 0.6), (3.5, 7, 0.5)]

# Bell: bar, beat, MIDI note, strength, length (beats).
BELL = [
    (1, 0, 81, 0.8, 3), (1, 1.5, 78, 0.6, 2), (1, 2.5, 76, 0.6, 2), (1, 3, 74, 0.7, 4),
    (3, 2, 79, 0.5, 2), (3, 3, 81, 0.6, 2), (3, 3.5, 83, 0.6, 3),
    (4, 0, 85, 0.6, 4), (4, 2, 81, 0.4, 2),
    (6, 1, 74, 0.6, 2), (6, 1.5, 78, 0.6, 2), (6, 2, 81, 0.7, 2), (6, 2.5, 83, 0.7, 2), (6, 3, 86, 0.8, 4),
    (7, 0, 85, 0.6, 4),
    (8, 3, 83, 0.6, 2), (8, 3.5, 85, 0.6, 2),
    (9, 0, 86, 0.8, 6), (9, 1, 81, 0.6, 5), (9, 2, 78, 0.6, 5), (9, 3, 74, 0.7, 6), (9, 3.5, 81, 0.4, 5),
]

# Speech: when it begins (bars), and what it says.
SPEECH = [
    (2.1, "This is Time Side."),
    (4.1, "Open a recording. Hear it, see it, analyse it."),
    (7.05, "All of it in your browser; nothing leaves your machine."),
]


def hz_from_midi(note):
    return 440.0 * 2 ** ((note - 69) / 12)


def silence():
    return array.array("d", bytes(8 * FRAMES))


class Stereo:
    """Two channels that notes are added to."""

    def __init__(self):
        self.left, self.right = silence(), silence()

    def add(self, samples, at_secs, pan=0.0, gain=1.0):
        """Adds mono samples; pan from -1 (left) to 1 (right), at equal power."""
        angle = (pan + 1) * math.pi / 4
        to_left, to_right = gain * math.cos(angle), gain * math.sin(angle)
        left, right, start = self.left, self.right, int(at_secs * RATE)
        for i in range(min(len(samples), FRAMES - start)):
            left[start + i] += to_left * samples[i]
            right[start + i] += to_right * samples[i]


def pluck(hz, secs, rng):
    """Karplus and Strong's string, its pitch tuned by a first-order allpass; 60 dB down after 1.6 s."""
    period = RATE / hz - 0.5
    length = int(period)
    # The allpass delays by between 0.1 and 1.1 samples.
    fraction = period - length
    if fraction < 0.1:
        length, fraction = length - 1, fraction + 1
    allpass = (1 - fraction) / (1 + fraction)
    string, smooth = [0.0] * length, 0.0
    for i in range(length):
        smooth += 0.2 * (rng.uniform(-1, 1) - smooth)
        string[i] = smooth
    mean = sum(string) / length
    rms = math.sqrt(sum((s - mean) ** 2 for s in string) / length)
    string = [(s - mean) / rms for s in string]
    loss = 0.5 * 10 ** (-3 / (hz * 1.6))
    frames, previous, last_in, last_out, at = int(secs * RATE), 0.0, 0.0, 0.0, 0
    out, release = array.array("d", bytes(8 * frames)), int(0.04 * RATE)
    for i in range(frames):
        sample = string[at]
        mixed = loss * (sample + previous)
        last_out = allpass * (mixed - last_out) + last_in
        last_in, previous = mixed, sample
        string[at] = last_out
        at = at + 1 if at + 1 < length else 0
        out[i] = sample * min(1.0, (frames - i) / release)
    return out


def pad_tables(size=2048):
    """One period, dark and bright; the pad moves from the one to the other."""
    def table(slope, partials):
        wave = [0.0] * size
        for k in range(1, partials + 1):
            for i in range(size):
                wave[i] += math.sin(2 * math.pi * k * i / size + k * k) / k**slope
        peak = max(map(abs, wave))
        return [w / peak for w in wave] + [wave[0] / peak]
    return table(2.4, 5), table(1.35, 16)


def pad(hz, secs, open_from, open_to, tables):
    """A slow swell whose upper partials come in as `open` goes from 0 to 1."""
    dark, bright = tables
    size = len(dark) - 1
    frames = int(secs * RATE)
    attack, release = 0.55 * RATE, 0.9 * RATE
    out, phase, step = array.array("d", bytes(8 * frames)), 0.0, hz * size / RATE
    for i in range(frames):
        at = int(phase)
        part = phase - at
        open_now = open_from + (open_to - open_from) * i / frames
        low = dark[at] + part * (dark[at + 1] - dark[at])
        high = bright[at] + part * (bright[at + 1] - bright[at])
        rise, fall = min(1.0, i / attack), min(1.0, (frames - i) / release)
        out[i] = (low + open_now * (high - low)) * rise * rise * (3 - 2 * rise) * fall * fall
        phase += step
        if phase >= size:
            phase -= size
    return out


# Partial: ratio to the fundamental, level, decay (1/s).
BELL_PARTIALS = ((1, 1.0, 1.5), (2.0, 0.42, 2.4), (3.01, 0.26, 3.6), (4.17, 0.16, 5.0), (5.43, 0.1, 7.0), (8.2, 0.05, 11.0))


def bell(hz, secs):
    """Slightly inharmonic partials, the high ones gone first; the vibrato grows."""
    frames = int(secs * RATE)
    out, attack, release = array.array("d", bytes(8 * frames)), 0.006 * RATE, 0.25 * RATE
    partials = [(ratio, level, math.exp(-decay / RATE)) for ratio, level, decay in BELL_PARTIALS if ratio * hz < 15_000]
    levels, phase = [level for _, level, _ in partials], 0.0
    turn = 2 * math.pi / RATE
    for i in range(frames):
        secs_now = i / RATE
        depth = 0.006 * min(1.0, secs_now / 0.8)
        phase += turn * hz * (1 + depth * math.sin(2 * math.pi * 5.2 * secs_now))
        total = 0.0
        for k, (ratio, _, shrink) in enumerate(partials):
            total += levels[k] * math.sin(ratio * phase)
            levels[k] *= shrink
        out[i] = total * min(1.0, i / attack) * min(1.0, (frames - i) / release)
    return out


def reverb(channel, comb_secs, wet):
    """Schroeder's room: combs side by side with damped ends, then two allpasses."""
    total = silence()
    for delay_secs in comb_secs:
        size = int(delay_secs * RATE)
        line, at, damped = [0.0] * size, 0, 0.0
        feedback = 10 ** (-3 * delay_secs / 1.9)
        for i in range(FRAMES):
            delayed = line[at]
            damped += 0.55 * (delayed - damped)
            line[at] = channel[i] + feedback * damped
            total[i] += delayed
            at = at + 1 if at + 1 < size else 0
    for delay_secs in (0.0051, 0.0017):
        size = int(delay_secs * RATE)
        line, at = [0.0] * size, 0
        for i in range(FRAMES):
            delayed = line[at]
            inner = total[i] + 0.6 * delayed
            line[at] = inner
            total[i] = delayed - 0.6 * inner
            at = at + 1 if at + 1 < size else 0
    for i in range(FRAMES):
        channel[i] += wet * total[i] / len(comb_secs)


def music():
    """The three voices in their room."""
    rng, mix, tables = random.Random(1843), Stereo(), pad_tables()
    for bar, (root, voicing) in enumerate(CHORDS):
        start, last = bar * BAR_SECS, bar == BARS - 1
        notes = [(0, 0, 1.0)] if last else BASS_BAR
        for beat, interval, strength in notes:
            hz = hz_from_midi(root + interval)
            secs = BAR_SECS + 1.6 if last else 1.1 * BEAT_SECS
            mix.add(pluck(hz, secs, rng), start + beat * BEAT_SECS, pan=-0.12, gain=0.2 * strength)
        # The pad's upper partials open up to bar 8, then close.
        open_from = 0.1 + 0.75 * math.sin(math.pi * bar / BARS) ** 2
        open_to = 0.1 + 0.75 * math.sin(math.pi * (bar + 1) / BARS) ** 2
        swell = min(1.0, 0.45 + 0.2 * bar)
        secs = BAR_SECS + (1.9 if last else 0.8)
        for k, note in enumerate(voicing):
            for side, detune in ((-1, 0.9985), (1, 1.0015)):
                tone = pad(hz_from_midi(note) * detune, secs, open_from, open_to, tables)
                mix.add(tone, start, pan=side * (0.35 + 0.15 * k), gain=0.08 * swell)
    for bar, beat, note, strength, beats in BELL:
        at = (bar * 4 + beat) * BEAT_SECS
        mix.add(bell(hz_from_midi(note), beats * BEAT_SECS + 0.5), at, pan=0.3 * math.sin(note), gain=0.34 * strength)
    reverb(mix.left, (0.0297, 0.0371, 0.0411, 0.0437), 0.16)
    reverb(mix.right, (0.0305, 0.0359, 0.0419, 0.0451), 0.16)
    return mix


def say(words):
    """espeak-ng's voice at our rate, its rumble cut and its consonants lifted."""
    with tempfile.TemporaryDirectory() as folder:
        raw = pathlib.Path(folder, "raw.wav")
        subprocess.run(["espeak-ng", "-v", "en-us+f2", "-s", "138", "-p", "42", "-w", raw, words], check=True)
        tone = "highpass=f=110,equalizer=f=3200:t=q:w=1:g=4,acompressor=threshold=-24dB:ratio=3:attack=5:release=120,aresample=44100"
        pcm = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", raw, "-af", tone, "-ac", "1", "-f", "f32le", "-"],
            check=True, capture_output=True).stdout
    samples = array.array("f", pcm)
    rms = math.sqrt(sum(s * s for s in samples) / len(samples))
    return array.array("d", (0.125 * s / rms for s in samples))


def duck(mix, voice):
    """Lowers the music while somebody speaks: down in 60 ms, up in 500 ms."""
    down, up = 1 - math.exp(-1 / (0.06 * RATE)), 1 - math.exp(-1 / (0.5 * RATE))
    floor, hold, held, gain = 10 ** (DUCK_DB / 20), int(0.35 * RATE), 0, 1.0
    for i in range(FRAMES):
        # A quarter of a second ahead, so that the first syllable is clear.
        ahead = min(FRAMES - 1, i + RATE // 4)
        held = hold if abs(voice[ahead]) > 0.01 else max(0, held - 1)
        target = floor if held else 1.0
        gain += (down if target < gain else up) * (target - gain)
        mix.left[i] *= gain
        mix.right[i] *= gain


def loudness(pcm):
    """Integrated loudness (LUFS) by ffmpeg's EBU R 128 meter."""
    report = subprocess.run(
        ["ffmpeg", "-nostats", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "-", "-af", "ebur128", "-f", "null", "-"],
        input=pcm, check=True, capture_output=True).stderr.decode()
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])


def interleave(mix, gain):
    """f32 frames; what passes the knee is bent softly below the peak."""
    peak = 10 ** (PEAK_DBFS / 20)
    knee = 0.7 * peak

    def bend(x):
        x *= gain
        over = abs(x) - knee
        return x if over <= 0 else math.copysign(knee + (peak - knee) * math.tanh(over / (peak - knee)), x)

    out = array.array("f", bytes(8 * FRAMES))
    out[0::2] = array.array("f", map(bend, mix.left))
    out[1::2] = array.array("f", map(bend, mix.right))
    return out.tobytes()


def main():
    mix, voice = music(), silence()
    for bar, words in SPEECH:
        start = int(bar * BAR_SECS * RATE)
        for i, sample in enumerate(say(words)):
            voice[start + i] += sample
    duck(mix, voice)
    for i in range(FRAMES):
        # The music ends in a fade rather than a cut.
        fade = min(1.0, (FRAMES - i) / (1.2 * RATE)) ** 2
        mix.left[i] = mix.left[i] * fade + voice[i]
        mix.right[i] = mix.right[i] * fade + voice[i]
    gain = 10 ** ((TARGET_LUFS - loudness(interleave(mix, 0.5))) / 20) * 0.5
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "-",
         "-c:a", "libmp3lame", "-b:a", "128k", "-fflags", "+bitexact", "-id3v2_version", "3",
         "-metadata", "title=TimeSide", "-metadata", "artist=The TimeSide developers",
         "-metadata", "copyright=CC0 1.0", str(OUT)],
        input=interleave(mix, gain), check=True)
    print(f"{OUT.name}: {FRAMES / RATE:.2f} s, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
