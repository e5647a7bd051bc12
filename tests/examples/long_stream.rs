//! Memory over a long stream: every analyzer at once over hours of noise at 8 kHz, keeping nothing.
//!
//! `cargo xtask bench long_stream` prints a line of JSON for each two hours of the stream, and how much the process
//! holds by then. `HOURS` says how many there are, 24 if it does not.
#![expect(clippy::print_stdout, reason = "a bench's product is what it prints")]

use serde_json::json;
use timeside::chain::system_context;
use timeside::core::pipe::Plan;
use timeside::core::{AudioSpec, Block, Info, Kind, MediaInfo, Pipe, TimeMode};
use timeside::{Decoder, PipeSpec, Progress, Result, Step, Warning, registry};

const RATE: u32 = 8_000;

/// Noise with a beat, without an end that anybody knows.
struct Endless {
    info: MediaInfo,
    at: i64,
    frames: i64,
    seed: u32,
}

impl Decoder for Endless {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: RATE,
            channels: 1,
            frames: None,
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        let count = usize::try_from(self.frames - self.at).map_or(0, |left| left.min(max_frames));
        block.reset(1, self.at);
        for n in 0..count {
            self.seed = self
                .seed
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            let noise = self.seed as f32 / 2_147_483_648.0 - 1.0;
            let phase = (self.at + n as i64) % 4_000;
            let tone = (phase as f32 * 0.2).sin();
            block.channels[0].push(0.3 * tone + noise * (-(phase as f32) / 400.0).exp());
        }
        self.at += count as i64;
        Ok(count)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.at = frame;
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// Resident memory of this process in MiB, where the system tells.
fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

fn is_framewise(info: &&Info) -> bool {
    info.results
        .iter()
        .any(|r| r.time_mode == TimeMode::Framewise)
}

fn main() -> Result<()> {
    let hours: i64 = std::env::var("HOURS")
        .ok()
        .and_then(|h| h.parse().ok())
        .unwrap_or(24);
    let registry = registry();
    let steps = registry
        .of_kind(Kind::Analyzer)
        .filter(is_framewise)
        .map(|info| match info.id {
            "yaafe" => Step::new("yaafe").with("input_samplerate", RATE),
            id => Step::new(id),
        });
    let spec = PipeSpec {
        keep: false,
        ..PipeSpec::of(steps)
    };
    let plan = Plan::new(&registry, &spec)?;
    println!("{}", json!({ "analyzers": plan.ids().collect::<Vec<_>>() }));
    let decoder = Endless {
        info: MediaInfo {
            sample_rate: RATE,
            ..MediaInfo::default()
        },
        at: 0,
        frames: hours * 3_600 * i64::from(RATE),
        seed: 1,
    };
    let mut pipe = Pipe::new(plan, Box::new(decoder), system_context())?;
    let (mut rows, mut next) = (0_usize, 0.0);
    loop {
        let progress = pipe.advance()?;
        rows += pipe
            .take_partials()
            .iter()
            .map(|(_, r)| r.data.rows())
            .sum::<usize>();
        let hour = pipe.stats().blocks as f64 * spec.blocksize as f64 / f64::from(RATE) / 3_600.0;
        if hour >= next || progress == Progress::Ended {
            println!(
                "{}",
                json!({ "hours": hour, "rows": rows, "resident_mib": resident_mib() })
            );
            next += 2.0;
        }
        if progress == Progress::Ended {
            return Ok(());
        }
    }
}
