//! Peaks and spectrogram of a medium against what its samples say.

use timeside::{Media, Peaks, ReadProgress, SpectrogramOptions};

const RATE: u32 = 44_100;

/// A deterministic noise with rare large peaks, so that a misplaced column edge shows.
fn noise(n: usize, mut seed: u32) -> Vec<f32> {
    (0..n)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let x = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
            x.powi(9)
        })
        .collect()
}

fn read_all(media: &mut Media) {
    while matches!(
        media.read_on().expect("samples in memory read"),
        ReadProgress::More(_)
    ) {}
    assert_eq!(media.read_on(), Ok(ReadProgress::Done));
}

fn assert_exact(peaks: &Peaks, channels: &[Vec<f32>], from: usize, to: usize, pixels: usize) {
    assert!(peaks.exact);
    for (got, x) in peaks.channels.iter().zip(channels) {
        for i in 0..pixels {
            let a = from + i * (to - from) / pixels;
            let b = (from + (i + 1) * (to - from) / pixels).max(a + 1);
            let min = x[a..b].iter().copied().fold(f32::INFINITY, f32::min);
            let max = x[a..b].iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let rms = (x[a..b].iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / (b - a) as f64)
                .sqrt();
            let near = |a: f32, b: f32| (a - b).abs() <= 1.0 / 32_768.0;
            assert!(
                near(got.min[i], min) && near(got.max[i], max),
                "column {i}: {a}..{b}"
            );
            // A run that two columns share counts by its share: the noise here is the worst case.
            assert!(
                (f64::from(got.rms[i]) - rms).abs() < 1.0 / 128.0,
                "column {i}: {} {rms}",
                got.rms[i]
            );
        }
    }
}

#[test]
fn columns_are_exact_at_every_zoom() {
    let n = 3_000_001;
    let channels = vec![noise(n, 1), noise(n, 2)];
    let mut media = Media::from_samples(channels.clone(), RATE).unwrap();
    assert_eq!(media.read_on().unwrap(), ReadProgress::Idle);
    let first = media.quick_peaks(None, None, 777).unwrap();
    assert!(!first.exact && first.channels[0].min.iter().all(|x| x.is_nan()));
    read_all(&mut media);
    for pixels in [1, 3, 777, 1600, 4000] {
        assert_exact(
            &media.peaks(None, None, pixels).unwrap(),
            &channels,
            0,
            n,
            pixels,
        );
    }
    let (a, b) = (12_345, 2_900_000);
    let secs = |frame: usize| frame as f64 / f64::from(RATE);
    assert_exact(
        &media.peaks(Some(secs(a)), Some(secs(b)), 500).unwrap(),
        &channels,
        a,
        b,
        500,
    );
    assert_exact(
        &media.peaks(Some(secs(100)), Some(secs(140)), 100).unwrap(),
        &channels,
        100,
        140,
        100,
    );
}

#[test]
fn a_short_stretch_is_exact_before_the_whole_is_read() {
    let channels = vec![noise(5_000_000, 3)];
    let mut media = Media::from_samples(channels.clone(), RATE).unwrap();
    let (a, b) = (4_410_000, 4_851_000);
    assert_exact(
        &media.peaks(Some(100.0), Some(110.0), 640).unwrap(),
        &channels,
        a,
        b,
        640,
    );
}

#[test]
fn samples_are_the_slice_and_its_ends_are_checked() {
    let channels = vec![noise(44_100, 4)];
    let mut media = Media::from_samples(channels.clone(), RATE).unwrap();
    assert_eq!(
        media.samples(0.25, 0.5).unwrap()[0],
        channels[0][11_025..22_050]
    );
    assert_eq!(media.samples(0.0, 0.1).unwrap()[0], channels[0][..4410]);
    assert_eq!(media.samples(0.5, 1.5).unwrap_err().code(), "out-of-range");
    assert_eq!(
        media.samples(0.5, 0.25).unwrap_err().code(),
        "bad-parameter"
    );
    assert_eq!(
        media.samples(f64::NAN, 1.0).unwrap_err().code(),
        "bad-parameter"
    );
    assert_eq!(
        media.peaks(None, None, 0).unwrap_err().code(),
        "bad-parameter"
    );
    media.set_max_memory_bytes(1000);
    assert_eq!(media.samples(0.0, 1.0).unwrap_err().code(), "out-of-memory");
}

#[test]
fn a_full_scale_sine_stands_in_its_row_at_0_db() {
    let hz = 5512.5; // a quarter of the way up
    let x = (0..RATE)
        .map(|n| (std::f64::consts::TAU * hz * f64::from(n) / f64::from(RATE)).sin() as f32)
        .collect();
    let mut media = Media::from_samples(vec![x], RATE).unwrap();
    let options = SpectrogramOptions {
        width: 60,
        height: 100,
        start: Some(0.2),
        end: Some(0.8),
        ..SpectrogramOptions::default()
    };
    let image = media.spectrogram(&options).unwrap();
    for x in 0..60 {
        let column: Vec<u8> = (0..100).map(|y| image.data[y * 60 + x]).collect();
        let top = (0..100).max_by_key(|y| column[*y]).unwrap();
        assert!((74..=75).contains(&top), "row {top}");
        assert!(column[top] >= 254, "{}", column[top]);
        assert!(column[20] < 40, "{}", column[20]);
    }
    for (options, parameter) in [
        (
            SpectrogramOptions {
                width: 0,
                height: 1,
                ..SpectrogramOptions::default()
            },
            "width",
        ),
        (
            SpectrogramOptions {
                width: 1,
                height: 1,
                window: Some("sinc".into()),
                ..SpectrogramOptions::default()
            },
            "window",
        ),
        (
            SpectrogramOptions {
                width: 1,
                height: 1,
                max_hz: Some(1e6),
                ..SpectrogramOptions::default()
            },
            "maxHz",
        ),
    ] {
        let error = media.spectrogram(&options).unwrap_err();
        assert_eq!(error.code(), "bad-parameter");
        assert!(error.to_string().contains(parameter), "{error}");
    }
}

#[test]
fn a_long_view_is_drawn_from_what_has_been_read() {
    // A tone that moves up by an octave in the middle.
    let n = 4_000_000;
    let tone = |i: usize| {
        let hz = if i < n / 2 { 2000.0 } else { 4000.0 };
        (std::f64::consts::TAU * hz * i as f64 / f64::from(RATE)).sin() as f32
    };
    let mut media = Media::from_samples(vec![(0..n).map(tone).collect()], RATE).unwrap();
    let options = SpectrogramOptions {
        width: 20,
        height: 100,
        max_hz: Some(8000.0),
        partial: true,
        ..SpectrogramOptions::default()
    };
    let before = media.spectrogram(&options).unwrap();
    assert!(!before.complete, "what is unread is only sampled");
    read_all(&mut media);
    let coarse = media.spectrogram(&options).unwrap();
    let fine = media
        .spectrogram(&SpectrogramOptions {
            partial: false,
            ..options
        })
        .unwrap();
    assert!(coarse.complete && fine.complete);
    for image in [before, coarse, fine] {
        let loudest = |x: usize| (0..100).max_by_key(|y| image.data[y * 20 + x]).unwrap();
        for (x, row) in [(2, 75), (8, 75), (12, 50), (18, 50)] {
            assert!(
                loudest(x).abs_diff(row) <= 1,
                "column {x}: row {}",
                loudest(x)
            );
            assert!(image.data[loudest(x) * 20 + x] >= 250);
        }
    }
}
