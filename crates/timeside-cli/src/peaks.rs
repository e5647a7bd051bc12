//! `timeside peaks`: the waveform of a recording for players that want a server's help.

use crate::progress::Bar;
use crate::{Failed, Stop, args, input::Input, input::is_stdin, target, terminal::Terminal};
use serde_json::json;
use std::io::Write;
use std::path::Path;
use timeside::export::waveform_data::{Bits, WaveformData};
use timeside::{Error, Result, WaveformOptions};
use timeside_protocol::ErrorInfo;

/// The two forms of waveform data.
#[derive(Clone, Copy)]
enum Form {
    Binary,
    Json,
}

pub(crate) fn run(a: &args::Peaks, terminal: &Terminal) -> Result<Failed, Stop> {
    let form = form(&a.output)?;
    if let Some(n) = a.pixels_per_second.filter(|n| !(n.is_finite() && *n > 0.0)) {
        let message = format!("--pixels-per-second must be a number above 0, not {n}");
        return Err(Stop::Usage(message));
    }
    let options = WaveformOptions {
        pixels_per_second: a.pixels_per_second,
        bits: match a.bits {
            args::Bits::Eight => Bits::Eight,
            args::Bits::Sixteen => Bits::Sixteen,
        },
        split_channels: a.split_channels,
    };
    let name = a.file.display().to_string();
    let made = Input::open(&a.file).and_then(|input| {
        let bar = Bar::new(terminal, &name);
        input
            .media
            .waveform_data(&options, |progress| bar.show(progress))
    });
    let done = match made {
        // The recording is good: what is asked of it is not.
        Err(error @ Error::BadParameter { .. }) => return Err(Stop::Usage(error.to_string())),
        Err(error) => Err(error),
        Ok(data) => write(&a.output, &data, form)?.map(|()| data),
    };
    let (entry, failed) = match done {
        Ok(data) => {
            terminal.note(&format!("{name}: {} pixels", data.len()));
            let entry = json!({
                "uri": name,
                "sampleRate": data.sample_rate,
                "samplesPerPixel": data.samples_per_pixel,
                "channels": data.channels,
                "length": data.len(),
            });
            (entry, 0)
        }
        Err(error) => {
            terminal.error(&format!("{name}: {error}"));
            (json!({ "uri": name, "error": ErrorInfo::from(&error) }), 1)
        }
    };
    if terminal.json && !is_stdin(&a.output) {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &[entry])?;
        writeln!(out)?;
    }
    Ok(failed)
}

/// By the extension; standard output gets the binary form.
fn form(output: &Path) -> Result<Form, Stop> {
    let extension = output.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("dat") => Ok(Form::Binary),
        Some("json") => Ok(Form::Json),
        _ if is_stdin(output) => Ok(Form::Binary),
        _ => Err(Stop::Usage(format!(
            "{} must end in .dat or .json",
            output.display()
        ))),
    }
}

/// Writes to standard output, which may fail for good, or to a file: whole, or not at all.
fn write(output: &Path, data: &WaveformData, form: Form) -> Result<Result<()>, Stop> {
    let bytes = match form {
        Form::Binary => data.to_binary(),
        Form::Json => data.to_json(),
    };
    if is_stdin(output) {
        std::io::stdout().lock().write_all(&bytes)?;
        return Ok(Ok(()));
    }
    Ok(target::write_bytes(output, &bytes))
}
