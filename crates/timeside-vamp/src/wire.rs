//! What goes through the socket: a tag, a length, a body. Control is JSON; audio and features are binary, in the
//! machine's own order of bytes, for both ends are one machine.
//!
//! Neither end trusts the other's lengths: nothing is allocated before its bytes have come.

use crate::time::RealTime;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// The longest message.
pub(crate) const MESSAGE_LIMIT_BYTES: usize = 256 << 20;

/// The kinds of messages.
pub(crate) mod tag {
    /// To the worker: a [`Request`](super::Request); from it: the answer.
    pub(crate) const CONTROL: u8 = b'c';
    /// To the worker: samples, channel after channel.
    pub(crate) const AUDIO: u8 = b'a';
    /// To the worker: there is no more.
    pub(crate) const END: u8 = b'e';
    /// From the worker: the features that this gave.
    pub(crate) const FEATURES: u8 = b'f';
    /// From the worker: why not, in words.
    pub(crate) const REFUSAL: u8 = b'r';
}

/// What the worker says first, so that no other program is taken for one.
pub(crate) const GREETING: &str = "timeside vamp worker 1";

/// How the features of an output lie in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SampleType {
    /// One for each step.
    OneSamplePerStep,
    /// Evenly, at the output's own rate.
    FixedSampleRate,
    /// Each has its own time.
    VariableSampleRate,
}

/// One of the outputs of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutputInfo {
    /// Its name for programs.
    pub identifier: String,
    /// For people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Of its values, or empty.
    pub unit: String,
    /// Values of each feature, where all have as many.
    pub bins: Option<usize>,
    /// What each of them is, or empty.
    pub bin_names: Vec<String>,
    /// How it lies in time.
    pub sample_type: SampleType,
    /// Features per second of [`SampleType::FixedSampleRate`]; else a resolution, or 0.
    pub sample_rate: f32,
    /// Whether each feature lasts.
    pub has_duration: bool,
}

/// One of the parameters of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParameterInfo {
    /// Its name for programs.
    pub identifier: String,
    /// For people.
    pub name: String,
    /// Unit, or empty.
    pub unit: String,
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// What it is when not set.
    pub default: f32,
}

/// A plugin, as it describes itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginInfo {
    /// Its name for programs, unique in its library.
    pub identifier: String,
    /// For people.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its author.
    pub maker: String,
    /// Its own version.
    pub version: i32,
    /// Whether it is fed spectra.
    pub frequency_domain: bool,
    /// Its parameters.
    pub parameters: Vec<ParameterInfo>,
    /// Names of its presets.
    pub programs: Vec<String>,
    /// Its outputs at the rate it was asked about.
    pub outputs: Vec<OutputInfo>,
}

/// What a worker can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// The identifiers of a library's plugins.
    List { library: PathBuf },
    /// A plugin's description, at a rate.
    Describe {
        library: PathBuf,
        plugin: String,
        sample_rate: u32,
    },
    /// A plugin at work; audio follows.
    Open(Open),
}

/// A plugin at work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) library: PathBuf,
    pub(crate) plugin: String,
    pub(crate) sample_rate: u32,
    /// Of the audio that follows.
    pub(crate) channels: usize,
    /// Instead of what the plugin prefers.
    pub(crate) block: Option<usize>,
    pub(crate) step: Option<usize>,
    /// Index of the preset.
    pub(crate) program: Option<u32>,
    /// Indices and values.
    pub(crate) parameters: Vec<(u32, f32)>,
    /// Identifiers of the outputs that are wanted.
    pub(crate) outputs: Vec<String>,
}

/// What an opened plugin turned out to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) block: usize,
    pub(crate) step: usize,
    pub(crate) frequency_domain: bool,
    /// In the order they were asked for.
    pub(crate) outputs: Vec<OutputInfo>,
}

/// One feature, borrowed from where it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feature<'a> {
    /// The step that gave it; [`Feature::REMAINING`] came at the end.
    pub(crate) step: u64,
    /// Index among the outputs that were asked for.
    pub(crate) output: u32,
    pub(crate) time: Option<RealTime>,
    pub(crate) duration: Option<RealTime>,
    pub(crate) values: &'a [f32],
    pub(crate) label: &'a str,
}

impl Feature<'_> {
    /// In place of a step: after the last one.
    pub(crate) const REMAINING: u64 = u64::MAX;
}

/// Sends a message.
pub(crate) fn write_message(out: &mut impl Write, tag: u8, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    out.write_all(&[tag])?;
    out.write_all(&length.to_ne_bytes())?;
    out.write_all(body)?;
    out.flush()
}

/// Takes a message into `body` and gives its tag.
pub(crate) fn read_message(input: &mut impl Read, body: &mut Vec<u8>) -> io::Result<u8> {
    let mut head = [0; 5];
    input.read_exact(&mut head)?;
    let length = u32::from_ne_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if length > MESSAGE_LIMIT_BYTES {
        return Err(nonsense());
    }
    body.clear();
    input.take(length as u64).read_to_end(body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(head[0])
}

/// Reads JSON.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> io::Result<T> {
    serde_json::from_slice(body).map_err(|_| nonsense())
}

fn nonsense() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Appends samples.
pub(crate) fn put_samples(body: &mut Vec<u8>, samples: &[f32]) {
    body.extend(samples.iter().flat_map(|x| x.to_ne_bytes()));
}

/// Appends the samples that `bytes` hold; a rest of less than four is left.
pub(crate) fn take_samples(bytes: &[u8], samples: &mut Vec<f32>) {
    let (whole, _) = bytes.as_chunks::<4>();
    samples.extend(whole.iter().map(|x| f32::from_ne_bytes(*x)));
}

const HAS_TIME: u8 = 1;
const HAS_DURATION: u8 = 2;

/// Appends a feature.
pub(crate) fn put_feature(body: &mut Vec<u8>, feature: &Feature<'_>) {
    let flag = |bit: u8, is_set: bool| if is_set { bit } else { 0 };
    let flags =
        flag(HAS_TIME, feature.time.is_some()) | flag(HAS_DURATION, feature.duration.is_some());
    body.extend(feature.step.to_ne_bytes());
    body.extend(feature.output.to_ne_bytes());
    body.push(flags);
    for time in [feature.time, feature.duration].into_iter().flatten() {
        body.extend(time.sec.to_ne_bytes());
        body.extend(time.nsec.to_ne_bytes());
    }
    body.extend((feature.values.len() as u32).to_ne_bytes());
    body.extend((feature.label.len() as u32).to_ne_bytes());
    put_samples(body, feature.values);
    body.extend(feature.label.as_bytes());
}

/// The features of a message, one after the other.
#[derive(Debug)]
pub(crate) struct Features<'a> {
    rest: &'a [u8],
}

impl<'a> Features<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    /// The next feature, its values in `values`; `None` at the end.
    pub(crate) fn next<'v>(&mut self, values: &'v mut Vec<f32>) -> io::Result<Option<Feature<'v>>>
    where
        'a: 'v,
    {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let step = u64::from_ne_bytes(self.array()?);
        let output = u32::from_ne_bytes(self.array()?);
        let [flags] = self.array()?;
        let time = self.time(flags & HAS_TIME != 0)?;
        let duration = self.time(flags & HAS_DURATION != 0)?;
        let count = u32::from_ne_bytes(self.array()?) as usize;
        let label_bytes = u32::from_ne_bytes(self.array()?) as usize;
        values.clear();
        take_samples(self.bytes(count.saturating_mul(4))?, values);
        let label = std::str::from_utf8(self.bytes(label_bytes)?).map_err(|_| nonsense())?;
        Ok(Some(Feature {
            step,
            output,
            time,
            duration,
            values,
            label,
        }))
    }

    fn time(&mut self, present: bool) -> io::Result<Option<RealTime>> {
        if !present {
            return Ok(None);
        }
        let sec = i32::from_ne_bytes(self.array()?);
        let nsec = i32::from_ne_bytes(self.array()?);
        Ok(Some(RealTime { sec, nsec }))
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(nonsense)?;
        self.rest = rest;
        Ok(*head)
    }

    fn bytes(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(nonsense)?;
        self.rest = rest;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature<'a>(values: &'a [f32], label: &'a str) -> Feature<'a> {
        Feature {
            step: 7,
            output: 1,
            time: Some(RealTime { sec: -1, nsec: 5 }),
            duration: None,
            values,
            label,
        }
    }

    #[test]
    fn features_come_back_as_they_were_and_cut_ones_are_refused() {
        let wanted = [feature(&[1.0, -2.5], "Cmaj7"), feature(&[], "")];
        let mut body = Vec::new();
        wanted.iter().for_each(|f| put_feature(&mut body, f));
        let mut values = Vec::new();
        let mut features = Features::new(&body);
        for want in wanted {
            assert_eq!(features.next(&mut values).unwrap(), Some(want));
        }
        assert_eq!(features.next(&mut values).unwrap(), None);
        let mut first = Vec::new();
        put_feature(&mut first, &feature(&[1.0, -2.5], "Cmaj7"));
        for cut in 1..first.len() {
            assert!(
                Features::new(&first[..cut]).next(&mut values).is_err(),
                "{cut}"
            );
        }
    }

    #[test]
    fn a_claimed_length_allocates_nothing() {
        let mut head = vec![tag::FEATURES];
        head.extend(u32::MAX.to_ne_bytes());
        let mut body = Vec::new();
        let error = read_message(&mut head.as_slice(), &mut body).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        head[1..].copy_from_slice(&(MESSAGE_LIMIT_BYTES as u32).to_ne_bytes());
        let error = read_message(&mut head.as_slice(), &mut body).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.capacity() < 1 << 20);
    }
}
