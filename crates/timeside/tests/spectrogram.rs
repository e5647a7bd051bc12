//! Spectrograms against closed forms: level and row of a sine by every window, axis and padding; tiles that fit
//! together; the true sample rate.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::f64::consts::TAU;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use timeside::core::Window;
use timeside::decode::Hint;
use timeside::{Media, Source, SpectrogramImage, SpectrogramOptions};
use timeside_dsp::scale::FrequencyScale;

fn sine(n: usize, hz: f64, rate: u32) -> Vec<f32> {
    (0..n)
        .map(|i| (TAU * hz * i as f64 / f64::from(rate)).sin() as f32)
        .collect()
}

fn row_of_loudest(image: &SpectrogramImage, column: usize) -> (usize, u8) {
    let at = |y: usize| image.data[y * image.width + column];
    let top = (0..image.height).max_by_key(|y| at(*y)).unwrap_or(0);
    (top, at(top))
}

#[test]
fn a_full_scale_sine_reads_0_db_in_its_row_by_every_window_axis_and_padding() {
    let (rate, block) = (48_000, 1024);
    // On a bin, so that no window loses any of it.
    let hz = 3750.0;
    let mut media = Media::from_samples(vec![sine(48_000, hz, rate)], rate).unwrap();
    for (window, _) in Window::NAMES {
        for (name, scale) in FrequencyScale::NAMES {
            for fft in [block, 4 * block] {
                let options = SpectrogramOptions {
                    start: Some(0.4),
                    end: Some(0.6),
                    width: 3,
                    height: 200,
                    block: Some(block),
                    fft: Some(fft),
                    window: Some(window.to_owned()),
                    scale: Some(name.to_owned()),
                    min_hz: Some(100.0),
                    max_hz: Some(12_000.0),
                    ..SpectrogramOptions::default()
                };
                let image = media.spectrogram(&options).unwrap();
                let (low, high) = (scale.from_hz(100.0), scale.from_hz(12_000.0));
                let want = (high - scale.from_hz(hz)) / (high - low) * 200.0;
                let (row, level) = row_of_loudest(&image, 1);
                // Rows finer than the bins interpolate between two of them.
                let tolerance = if fft == block { 4.0 } else { 2.0 };
                assert!(
                    (row as f64 + 0.5 - want).abs() <= tolerance,
                    "{window} {name} {fft}: row {row}, {want}"
                );
                assert!(level >= 252, "{window} {name} {fft}: {level}");
            }
        }
    }
}

#[test]
fn zero_padding_draws_the_spectrum_between_the_bins() {
    // Half-way between two bins a Hann window reads 1.42 dB low; its transform there, padded, does not.
    let (rate, block) = (48_000, 1024);
    let hz = 100.5 * f64::from(rate) / block as f64;
    let mut media = Media::from_samples(vec![sine(48_000, hz, rate)], rate).unwrap();
    let mut loudest = |fft| {
        let options = SpectrogramOptions {
            start: Some(0.4),
            end: Some(0.6),
            width: 1,
            height: 600,
            block: Some(block),
            fft: Some(fft),
            ..SpectrogramOptions::default()
        };
        let mut image = media.spectrogram(&options).unwrap();
        image.data.sort_unstable();
        f64::from(image.data[599]) / 255.0 * 120.0 - 120.0
    };
    assert!((loudest(block) + 1.42).abs() < 0.3);
    assert!(loudest(2 * block).abs() < 0.3);
}

#[test]
fn tiles_of_a_grid_make_one_wide_image() {
    let n = 5_000_000;
    let mut seed = 9_u32;
    let x: Vec<f32> = (0..n)
        .map(|i| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
            noise * (i as f32 / 30_000.0).sin()
        })
        .collect();
    for frames in [8, 1024, 16_384, 65_536] {
        let image = |from: i64, width: usize| {
            let mut media = Media::from_samples(vec![x.clone()], 44_100).unwrap();
            let options = SpectrogramOptions {
                start: Some(from as f64 / 44_100.0),
                column_frames: Some(frames),
                width,
                height: 40,
                ..SpectrogramOptions::default()
            };
            media.spectrogram(&options).unwrap()
        };
        let start = 3 * i64::from(frames);
        let wide = image(start, 64);
        for (at, width) in [(0, 32), (32, 32)] {
            let tile = image(start + at as i64 * i64::from(frames), width);
            for y in 0..40 {
                assert_eq!(
                    tile.data[y * width..(y + 1) * width],
                    wide.data[y * 64 + at..y * 64 + at + width],
                    "{frames} frames, row {y}"
                );
            }
        }
    }
    // Behind the end there is silence, and columns before it are those of a shorter image.
    let mut media = Media::from_samples(vec![x.clone()], 44_100).unwrap();
    let mut last = |width| {
        let options = SpectrogramOptions {
            start: Some((n as i64 - 10 * 1024) as f64 / 44_100.0),
            column_frames: Some(1024),
            width,
            height: 40,
            ..SpectrogramOptions::default()
        };
        media.spectrogram(&options).unwrap()
    };
    let (short, long) = (last(10), last(30));
    for y in 0..40 {
        assert_eq!(
            short.data[y * 10..(y + 1) * 10],
            long.data[y * 30..y * 30 + 10]
        );
        assert!(long.data[y * 30 + 10..(y + 1) * 30].iter().all(|v| *v == 0));
    }
}

#[test]
fn a_bat_stands_where_it_calls() {
    let rate = 384_000;
    let bytes = wav(&sine(96_000, 150_000.0, rate), rate);
    let mut media = open(bytes, &Arc::default());
    assert_eq!(media.info().sample_rate, rate);
    let options = SpectrogramOptions {
        width: 20,
        height: 192,
        start: Some(0.1),
        end: Some(0.2),
        ..SpectrogramOptions::default()
    };
    let image = media.spectrogram(&options).unwrap();
    for x in 0..20 {
        // One row per kHz, the highest on top.
        let (row, level) = row_of_loudest(&image, x);
        assert!((41..=42).contains(&row), "row {row}");
        assert!(level >= 254, "{level}");
    }
}

#[test]
fn one_channel_is_seen_alone() {
    let channels = vec![sine(48_000, 1000.0, 48_000), sine(48_000, 4000.0, 48_000)];
    let mut media = Media::from_samples(channels, 48_000).unwrap();
    let mut rows = |channel| {
        let options = SpectrogramOptions {
            width: 1,
            height: 50,
            max_hz: Some(5000.0),
            channel,
            ..SpectrogramOptions::default()
        };
        let image = media.spectrogram(&options).unwrap();
        (0..50).filter(|y| image.data[*y] > 230).collect::<Vec<_>>()
    };
    assert!(rows(Some(0)).iter().all(|y| (39..=40).contains(y)));
    assert!(rows(Some(1)).iter().all(|y| (9..=10).contains(y)));
    assert_eq!(rows(None).len(), rows(Some(0)).len() + rows(Some(1)).len());
    let options = SpectrogramOptions {
        width: 1,
        height: 1,
        channel: Some(2),
        ..SpectrogramOptions::default()
    };
    let error = media.spectrogram(&options).unwrap_err();
    assert_eq!(error.code(), "bad-parameter");
}

#[test]
fn parts_come_first_and_the_whole_is_the_same() {
    let mut media = Media::from_samples(vec![sine(8_000_000, 2000.0, 44_100)], 44_100).unwrap();
    for frames in [16_384, 65_536] {
        let options = SpectrogramOptions {
            column_frames: Some(frames),
            width: 100,
            height: 20,
            parts: true,
            ..SpectrogramOptions::default()
        };
        let mut task = media.spectrogram_task(&options).unwrap();
        let mut parts = Vec::new();
        while !task.advance(&mut media).unwrap() {
            parts.extend(task.take_part());
        }
        let whole = task.into_image();
        assert!(whole.complete);
        assert_eq!(parts.len(), if frames == 16_384 { 1 } else { 3 });
        for part in &parts {
            assert!(!part.complete);
            // Each drawn column stands for those up to the next one.
            for y in 0..20 {
                assert_eq!(part.data[y * 100 + 8], whole.data[y * 100 + 8]);
                let mut stretch = part.data[y * 100 + 8..y * 100 + 16].to_vec();
                stretch.dedup();
                assert!(stretch.len() <= 8);
            }
        }
        assert_eq!(parts[0].data[9], parts[0].data[8]);
        let other = SpectrogramOptions {
            parts: false,
            ..options
        };
        assert_eq!(media.spectrogram(&other).unwrap(), whole);
    }
}

#[test]
fn another_axis_of_the_same_columns_reads_nothing() {
    let rate = 44_100;
    let read = Arc::new(AtomicUsize::new(0));
    let mut media = open(wav(&sine(4_000_000, 440.0, rate), rate), &read);
    let mut image = |scale: &str, max_hz, start| {
        let before = read.load(Ordering::Relaxed);
        let options = SpectrogramOptions {
            start: Some(start),
            column_frames: Some(1024),
            width: 256,
            height: 100,
            scale: Some(scale.to_owned()),
            max_hz: Some(max_hz),
            ..SpectrogramOptions::default()
        };
        let image = media.spectrogram(&options).unwrap();
        assert!(image.data.iter().any(|v| *v > 250));
        read.load(Ordering::Relaxed) - before
    };
    assert!(image("mel", 22_050.0, 10.0) > 256 * 1024 * 2);
    assert_eq!(image("linear", 22_050.0, 10.0), 0);
    assert_eq!(image("log", 1000.0, 10.0), 0);
    assert!(image("log", 1000.0, 50.0) > 0);
}

/// 16-bit mono.
fn wav(samples: &[f32], rate: u32) -> Vec<u8> {
    let data_bytes = samples.len() as u32 * 2;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + data_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend(data_bytes.to_le_bytes());
    bytes.extend(
        samples
            .iter()
            .flat_map(|x| ((x * 32_767.0) as i16).to_le_bytes()),
    );
    bytes
}

/// A medium in memory that counts the bytes read of it.
fn open(bytes: Vec<u8>, read: &Arc<AtomicUsize>) -> Media {
    let (bytes, read) = (Arc::<[u8]>::from(bytes), Arc::clone(read));
    let source = move || {
        Ok(Box::new(Counting {
            bytes: Cursor::new(Arc::clone(&bytes)),
            read: Arc::clone(&read),
        }) as Box<dyn Source>)
    };
    Media::open(Rc::new(source), Hint::default()).unwrap()
}

struct Counting {
    bytes: Cursor<Arc<[u8]>>,
    read: Arc<AtomicUsize>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.read.fetch_add(n, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl Source for Counting {
    fn byte_len(&self) -> Option<u64> {
        self.bytes.byte_len()
    }
}
