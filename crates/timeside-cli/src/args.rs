//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Analyse recordings: level, loudness, spectra, onsets.
#[derive(Debug, Parser)]
#[command(name = "timeside", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say more: warnings with their place, how long each file took
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What is known of recordings: format, rate, length, tags
    Info(Info),
    /// What can be put in a pipe; one's parameters and results
    Processors(Processors),
    /// Run analyzers over recordings
    Analyze(Analyze),
    /// Draw the waveform of a recording for web players: BBC waveform data, as audiowaveform writes them
    Peaks(Peaks),
    /// Annotations from one program's format to another's
    #[command(subcommand)]
    Annotations(Annotations),
    /// Runs one Vamp plugin for another process of this command
    #[cfg(unix)]
    #[command(hide = true)]
    VampWorker,
}

#[derive(Debug, Args)]
pub(crate) struct Info {
    /// Recordings; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Processors {
    /// One processor, in full
    pub(crate) id: Option<String>,
    /// Only those of one kind
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// How they are listed
    #[arg(long, value_enum, default_value_t = ListFormat::Text, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Decoder,
    Analyzer,
    Effect,
    Grapher,
    Encoder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Json,
    Csv,
    Rst,
}

#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// Recordings; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A processor of the pipe, in order; `as` names its results. Quote a value that has a comma: key="a,b"
    #[arg(
        short,
        long = "analyzer",
        required = true,
        value_name = "ID[:KEY=VALUE,…]"
    )]
    pub(crate) analyzers: Vec<String>,
    /// Where the analysed stretch begins
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) start: Option<f64>,
    /// Its length
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) duration: Option<f64>,
    /// Resample to this rate
    #[arg(short, long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(1..=768_000))]
    pub(crate) samplerate: Option<u32>,
    /// Convert to so many channels
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) channels: Option<u16>,
    /// Frames handed to the processors at once
    #[arg(short, long, value_name = "FRAMES")]
    pub(crate) blocksize: Option<usize>,
    /// Format of the results
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Where they go: a directory (for several files: FILE's stem and the format's extension), a file, or `-`
    #[arg(short, long, value_name = "DIR|FILE|-")]
    pub(crate) output: Option<PathBuf>,
    /// What the results of one file may hold
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub(crate) max_memory: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Annotations {
    /// Convert a file of annotations, and say what the other format cannot hold
    Convert(Convert),
    /// The formats that can be read and written
    Formats,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// A file of annotations; `-` is standard input
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// Where it goes; `-` is standard output
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Format of IN; without it the content decides
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<String>,
    /// Format of OUT; without it its extension decides
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<String>,
    /// The recording: its length clips annotations, its rate counts samples
    #[arg(long, value_name = "FILE")]
    pub(crate) media: Option<PathBuf>,
    /// Print all that was repaired, guessed and lost
    #[arg(long)]
    pub(crate) report: bool,
    /// Only this tier, by its id; several by several
    #[arg(long = "tier", value_name = "ID")]
    pub(crate) tiers: Vec<String>,
    /// TextGrid in its short form
    #[arg(long)]
    pub(crate) short: bool,
    /// Audacity's labels as `tier|label`, read or written
    #[arg(long)]
    pub(crate) tier_prefix: bool,
    /// WebVTT whose cues are JSON, which keeps everything
    #[arg(long)]
    pub(crate) metadata: bool,
    /// CSV between semicolons, with decimal commas
    #[arg(long)]
    pub(crate) decimal_comma: bool,
    /// CSV in which no cell begins a formula
    #[arg(long)]
    pub(crate) guard_formulas: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Peaks {
    /// A recording; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where it goes: out.dat, out.json, or `-` for the binary form on standard output
    #[arg(short, long, value_name = "FILE|-")]
    pub(crate) output: PathBuf,
    /// Zoom; without it a pixel stands for 256 samples
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) pixels_per_second: Option<f64>,
    /// Bits of a value
    #[arg(short, long, value_enum, default_value_t = Bits::Sixteen, value_name = "BITS")]
    pub(crate) bits: Bits,
    /// Draw every channel, not their mean
    #[arg(long)]
    pub(crate) split_channels: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bits {
    #[value(name = "8")]
    Eight,
    #[value(name = "16")]
    Sixteen,
}
