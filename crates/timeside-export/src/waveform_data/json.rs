//! The JSON form. What a hand or another program wrote need not name a version, bits or channels.

use super::{Bits, WaveformData, header, refuse};
use serde::{Deserialize, Serialize};
use timeside_core::Result;

#[derive(Serialize, Deserialize)]
struct Form {
    #[serde(default = "one")]
    version: u64,
    #[serde(default = "one")]
    channels: u64,
    sample_rate: u64,
    samples_per_pixel: u64,
    #[serde(default = "eight")]
    bits: u64,
    #[serde(default)]
    length: u64,
    data: Vec<i64>,
}

fn one() -> u64 {
    1
}

fn eight() -> u64 {
    8
}

pub(super) fn read(bytes: &[u8]) -> Result<WaveformData> {
    let form: Form =
        serde_json::from_slice(bytes).map_err(|error| refuse(&format!("as JSON, {error}")))?;
    let mut data = header(
        form.version,
        form.sample_rate,
        form.samples_per_pixel,
        form.bits,
        form.channels,
    )?;
    let (low, high) = match data.bits {
        Bits::Eight => (-128, 127),
        Bits::Sixteen => (-32_768, 32_767),
    };
    let whole = form.data.len() / (2 * data.channels) * 2 * data.channels;
    data.values = (form.data.into_iter().take(whole))
        .map(|value| value.clamp(low, high) as i16)
        .collect();
    Ok(data)
}

pub(super) fn write(data: &WaveformData) -> Vec<u8> {
    let form = Form {
        version: 2,
        channels: data.channels as u64,
        sample_rate: data.sample_rate.into(),
        samples_per_pixel: data.samples_per_pixel.into(),
        bits: match data.bits {
            Bits::Eight => 8,
            Bits::Sixteen => 16,
        },
        length: data.len() as u64,
        data: data.values.iter().map(|value| i64::from(*value)).collect(),
    };
    // Numbers and lists of numbers always serialise.
    serde_json::to_vec(&form).unwrap_or_default()
}
