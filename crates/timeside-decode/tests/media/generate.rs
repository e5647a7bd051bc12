//! Media made by ffmpeg where it is installed, and WAV files made here, byte by byte.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use timeside_core::Source;

/// True if ffmpeg is there; counted as skipped otherwise.
pub(crate) fn has_ffmpeg() -> bool {
    let is_there = Command::new("ffmpeg")
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !is_there {
        super::skip("ffmpeg is not installed");
    }
    is_there
}

fn ffmpeg(args: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "ffmpeg {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Decodes a file by ffmpeg into planes of `f32`.
pub(crate) fn reference(path: &Path, channels: usize) -> super::Planes {
    let bytes = ffmpeg(&[
        "-i",
        path.to_str().unwrap(),
        "-f",
        "f32le",
        "-c:a",
        "pcm_f32le",
        "-",
    ]);
    let (samples, _) = bytes.as_chunks::<4>();
    (0..channels)
        .map(|c| {
            samples
                .iter()
                .skip(c)
                .step_by(channels)
                .map(|b| f32::from_le_bytes(*b))
                .collect()
        })
        .collect()
}

/// Decodes bytes by ffmpeg.
pub(crate) fn reference_of(bytes: &[u8], extension: &str, channels: usize) -> super::Planes {
    let path = fresh_path(extension);
    std::fs::write(&path, bytes).unwrap();
    let planes = reference(&path, channels);
    std::fs::remove_file(&path).unwrap();
    planes
}

fn fresh_path(extension: &str) -> std::path::PathBuf {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    std::env::temp_dir().join(format!(
        "timeside-{}-{number}.{extension}",
        std::process::id()
    ))
}

/// Puts what is in the file `from` into the file `to`.
pub(crate) fn copied(from: &Path, options: &[&str], to: &Path) {
    let mut args = vec!["-y", "-i", from.to_str().unwrap()];
    args.extend(options);
    args.push(to.to_str().unwrap());
    ffmpeg(&args);
}

/// Encodes `secs` of a sound with partials and bursts by ffmpeg, and returns the file's bytes.
pub(crate) fn encoded(
    secs: f64,
    rate: u32,
    channels: usize,
    extension: &str,
    options: &[&str],
) -> Vec<u8> {
    let expression =
        "0.4*sin(2*PI*(220+40*t)*t)+0.2*sin(2*PI*1870*t)*mod(floor(t*4)\\,2)+0.05*random(0)";
    let all = vec![expression; channels].join("|");
    let source = format!("aevalsrc=exprs={all}:s={rate}:d={secs}");
    encoded_from(&source, extension, options)
}

/// Encodes what a source filter of ffmpeg makes.
pub(crate) fn encoded_from(source: &str, extension: &str, options: &[&str]) -> Vec<u8> {
    let path = fresh_path(extension);
    let mut args = vec!["-y", "-f", "lavfi", "-i", source];
    args.extend(options);
    args.push(path.to_str().unwrap());
    ffmpeg(&args);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    bytes
}

/// A WAV file: its format chunk's numbers, and the content of its data chunk.
pub(crate) fn wav(tag: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    wav_saying(tag, channels, rate, bits, data.len() as u32, data)
}

/// A WAV file that says its data chunk has `said` bytes.
pub(crate) fn wav_saying(
    tag: u16,
    channels: u16,
    rate: u32,
    bits: u16,
    said: u32,
    data: &[u8],
) -> Vec<u8> {
    let frame = channels.wrapping_mul(bits / 8);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend(said.saturating_add(36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0");
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend(rate.wrapping_mul(u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(said.to_le_bytes());
    bytes.extend(data);
    bytes
}

/// A small generator of numbers that look random and are the same every time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }
}

/// Bytes that count how many of them are read.
pub(crate) struct Counting {
    bytes: Cursor<Vec<u8>>,
    read: Arc<AtomicU64>,
}

impl Counting {
    pub(crate) fn new(bytes: Vec<u8>) -> (Self, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let bytes = Cursor::new(bytes);
        (
            Self {
                bytes,
                read: read.clone(),
            },
            read,
        )
    }
}

impl Read for Counting {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buf)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
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
        Some(self.bytes.get_ref().len() as u64)
    }
}
