//! `timeside info`: what is known of recordings.

use crate::{Failed, Stop, args, input::Input, terminal::Terminal};
use serde_json::{Value, json};
use std::io::Write;
use timeside::MediaInfo;
use timeside_protocol::ErrorInfo;

pub(crate) fn run(a: &args::Info, terminal: &Terminal) -> Result<Failed, Stop> {
    let mut out = std::io::stdout().lock();
    let mut failed = 0;
    let mut entries = Vec::new();
    for path in &a.files {
        let name = path.display().to_string();
        match Input::open(path) {
            Ok(input) => {
                let info = input.media.info();
                info.warnings.iter().for_each(|w| terminal.warn(&name, w));
                if terminal.json {
                    entries.push(serde_json::to_value(info)?);
                } else {
                    write_text(&mut out, terminal, &name, info)?;
                }
            }
            Err(error) => {
                failed += 1;
                terminal.error(&format!("{name}: {error}"));
                entries.push(json!({ "uri": name, "error": ErrorInfo::from(&error) }));
            }
        }
    }
    if terminal.json {
        serde_json::to_writer_pretty(&mut out, &Value::from(entries))?;
        writeln!(out)?;
    }
    Ok(failed)
}

fn write_text(
    out: &mut impl Write,
    terminal: &Terminal,
    name: &str,
    info: &MediaInfo,
) -> std::io::Result<()> {
    writeln!(out, "{}", terminal.bold(name))?;
    let mut row = |label: &str, value: &str| {
        if value.is_empty() {
            Ok(())
        } else {
            writeln!(out, "  {label:<12} {value}")
        }
    };
    row("container", &info.container)?;
    row("codec", &info.codec)?;
    row("sample rate", &format!("{} Hz", info.sample_rate))?;
    row("channels", &info.channels.to_string())?;
    row(
        "bits",
        &info
            .bits_per_sample
            .map(|b| b.to_string())
            .unwrap_or_default(),
    )?;
    let frames = info
        .frames
        .map(|n| format!(" ({n} frames)"))
        .unwrap_or_default();
    row(
        "duration",
        &info
            .duration
            .map_or("unknown until it is read".to_owned(), |secs| {
                format!("{}{frames}", clock(secs))
            }),
    )?;
    if let Some(frames) = info.time_reference {
        row(
            "since 0:00",
            &clock(frames as f64 / f64::from(info.sample_rate.max(1))),
        )?;
    }
    for track in &info.tracks {
        let is_read = if info.track == Some(track.id) {
            ", read"
        } else {
            ""
        };
        let refused = if track.is_supported {
            ""
        } else {
            ", not supported"
        };
        let names = [&track.language, &track.name]
            .map(|s| printable(s))
            .join(" ");
        let (rate, channels) = (track.sample_rate, track.channels);
        row(
            &format!("track {}", track.id),
            &format!(
                "{}, {rate} Hz, {channels} channels{is_read}{refused} {names}",
                printable(&track.codec)
            ),
        )?;
    }
    for (key, value) in &info.tags {
        row(&printable(key), &printable(value))?;
    }
    for picture in &info.pictures {
        let (kind, mime) = (printable(&picture.kind), printable(&picture.mime_type));
        row(
            "picture",
            &format!("{kind}, {mime}, {} bytes", picture.byte_len),
        )?;
    }
    for chapter in &info.chapters {
        row(
            "chapter",
            &format!("{} {}", clock(chapter.start), printable(&chapter.title)),
        )?;
    }
    for marker in &info.markers {
        let end = if marker.end > marker.start {
            format!("–{}", clock(marker.end))
        } else {
            String::new()
        };
        row(
            "marker",
            &format!("{}{end} {}", clock(marker.start), printable(&marker.label)),
        )?;
    }
    Ok(())
}

/// A tag may hold anything; a terminal must not obey it.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}

/// `h:mm:ss.mmm`, hours only where there are some.
fn clock(secs: f64) -> String {
    let millis = (secs * 1000.0).round() as u64;
    let (h, m, s) = (millis / 3_600_000, millis / 60_000 % 60, millis % 60_000);
    let (s, millis) = (s / 1000, s % 1000);
    if h > 0 {
        format!("{h}:{m:02}:{s:02}.{millis:03}")
    } else {
        format!("{m}:{s:02}.{millis:03}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn clocks() {
        assert_eq!(super::clock(9.4), "0:09.400");
        assert_eq!(super::clock(59.9996), "1:00.000");
        assert_eq!(super::clock(10_800.5), "3:00:00.500");
    }
}
