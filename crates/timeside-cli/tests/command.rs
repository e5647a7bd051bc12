//! The command from outside: exit codes, JSON shapes, files.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty directory of this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).unwrap();
    }
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// One second of a 441 Hz tone at half of full scale, 8 kHz mono, as 16-bit WAV.
fn tone() -> Vec<u8> {
    let samples = (0..8_000).map(|n| {
        (16_384.0 * (std::f64::consts::TAU * 441.0 * f64::from(n) / 8_000.0).sin()) as i16
    });
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend(16_036_u32.to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    for word in [1_u16, 1] {
        wav.extend(word.to_le_bytes());
    }
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    for word in [2_u16, 16] {
        wav.extend(word.to_le_bytes());
    }
    wav.extend(b"data");
    wav.extend(16_000_u32.to_le_bytes());
    samples.for_each(|s| wav.extend(s.to_le_bytes()));
    wav
}

fn timeside(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_timeside"))
        .current_dir(directory)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn info_has_an_entry_per_file_and_goes_on_after_a_bad_one() {
    let d = directory("info");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    std::fs::write(d.join("text.wav"), "no audio here").unwrap();
    let out = timeside(
        &d,
        &["info", "--json", "missing.wav", "text.wav", "tone.wav"],
    );
    assert_eq!(code(&out), 1);
    let list = json(&out);
    assert_eq!(list[0]["error"]["code"], "not-found");
    assert_eq!(list[1]["error"]["code"], "unsupported-format");
    let tone = &list[2];
    assert_eq!(
        (
            &tone["sampleRate"],
            &tone["channels"],
            &tone["frames"],
            &tone["duration"]
        ),
        (&8_000.into(), &1.into(), &8_000.into(), &1.0.into())
    );
    assert_eq!(
        (&tone["container"], &tone["bitsPerSample"]),
        (&"wav".into(), &16.into())
    );
    assert!(errors(&out).contains("missing.wav"));
    assert_eq!(code(&timeside(&d, &["info", "tone.wav"])), 0);
}

#[test]
fn processors_are_listed_in_four_formats() {
    let d = directory("processors");
    let all = json(&timeside(&d, &["processors", "--json"]));
    let level = all
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["id"] == "level")
        .unwrap();
    assert_eq!(
        (&level["kind"], &level["unit"], &level["results"][1]["id"]),
        (&"analyzer".into(), &"dBFS".into(), &"level.rms".into())
    );
    assert_eq!(
        level["parameters"]["properties"]["compat"]["type"],
        "boolean"
    );

    let out = timeside(&d, &["processors", "--kind", "effect", "--format", "csv"]);
    let csv = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "id;version;APInterface;ValueType;description;unit;parent;repository"
    );
    assert!(lines[1].starts_with("fx_gain;1.0;IEffect;"));
    assert_eq!(lines.len(), 2);

    let rst = String::from_utf8(timeside(&d, &["processors", "--format", "rst"]).stdout).unwrap();
    assert!(rst.contains("\nlevel\n-----\n"));
    let text =
        String::from_utf8(timeside(&d, &["processors", "spectrogram_analyzer"]).stdout).unwrap();
    assert!(
        text.contains("input_blocksize = 2048  (1 to 131072 samples)"),
        "{text}"
    );
    assert_eq!(code(&timeside(&d, &["processors", "nobody"])), 2);
}

#[test]
fn results_go_to_standard_output() {
    let d = directory("stdout");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    let out = timeside(
        &d,
        &[
            "analyze",
            "tone.wav",
            "-a",
            "level",
            "-a",
            "fx_gain:gain=2",
            "-a",
            "level:as=after",
            "-o",
            "-",
        ],
    );
    assert_eq!(code(&out), 0, "{}", errors(&out));
    let container = json(&out);
    let value = |n: usize| {
        container[n]["data_object"]["value"]["numpyArray"][0]
            .as_f64()
            .unwrap()
    };
    assert_eq!(
        (&container[1]["id_metadata"]["id"], &container[3]["key"]),
        (&"level.rms".into(), &"after.rms".into())
    );
    assert!((value(1) + 9.031).abs() < 2e-3 && (value(3) + 3.01).abs() < 2e-3);
    assert_eq!(container[0]["audio_metadata"]["duration"], 1.0);
    assert_eq!(
        container[0]["audio_metadata"]["sha1"]
            .as_str()
            .unwrap()
            .len(),
        40
    );

    let list = json(&timeside(
        &d,
        &[
            "analyze",
            "tone.wav",
            "missing.wav",
            "-a",
            "level",
            "--json",
        ],
    ));
    assert_eq!(
        list[0]["results"][1]["data_object"],
        container[1]["data_object"]
    );
    assert_eq!(list[1]["error"]["code"], "not-found");

    let out = timeside(
        &d,
        &[
            "analyze",
            "tone.wav",
            "-a",
            "level",
            "--start",
            "0.5",
            "--duration",
            "0.25",
            "-o",
            "-",
        ],
    );
    assert_eq!(json(&out)[0]["audio_metadata"]["duration"], 0.25);
    let out = timeside(
        &d,
        &[
            "analyze",
            "tone.wav",
            "-a",
            "waveform_analyzer",
            "-s",
            "16000",
            "-c",
            "2",
            "-b",
            "100",
            "-o",
            "-",
        ],
    );
    let rows = json(&out)[0]["data_object"]["value"]["numpyArray"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!((rows.len(), rows[0].as_array().unwrap().len()), (16_000, 2));
}

#[test]
fn standard_input_is_a_file() {
    use std::io::Write;
    let d = directory("stdin");
    let mut child = Command::new(env!("CARGO_BIN_EXE_timeside"))
        .current_dir(&d)
        .args(["analyze", "-", "-a", "level", "-o", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&tone()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(
        (code(&out), &json(&out)[0]["id_metadata"]["id"]),
        (0, &"level.max".into())
    );
}

#[test]
fn several_files_go_into_a_directory_and_a_bad_one_stops_nothing() {
    let d = directory("several");
    for name in ["a.wav", "b.wav"] {
        std::fs::write(d.join(name), tone()).unwrap();
    }
    let out = timeside(
        &d,
        &[
            "analyze",
            "a.wav",
            "missing.wav",
            "b.wav",
            "-a",
            "level",
            "-o",
            "out/results",
            "--json",
        ],
    );
    assert_eq!(code(&out), 1);
    let list = json(&out);
    assert_eq!(
        (&list[0]["output"], &list[1]["error"]["code"]),
        (&"out/results/a.json".into(), &"not-found".into())
    );
    let mut written: Vec<_> = std::fs::read_dir(d.join("out/results"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, ["a.json", "b.json"]);
    let bytes = std::fs::read(d.join("out/results/b.json")).unwrap();
    assert_eq!(timeside::export::json::read(&bytes).unwrap().len(), 2);
}

#[test]
fn mistakes_on_the_line_are_usage() {
    let d = directory("usage");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    std::fs::create_dir(d.join("sub")).unwrap();
    std::fs::write(d.join("sub/tone.wav"), tone()).unwrap();
    for (arguments, words) in [
        (&["analyze", "tone.wav"][..], "--analyzer"),
        (&["analyze", "tone.wav", "-a", "levle"], "levle"),
        (&["analyze", "tone.wav", "-a", "level:gain=1"], "gain"),
        (
            &["analyze", "tone.wav", "-a", "level:compat"],
            "not KEY=VALUE",
        ),
        (
            &["analyze", "tone.wav", "-a", "fx_gain:gain=loud"],
            "must be a number",
        ),
        (
            &["analyze", "tone.wav", "-a", "level", "-b", "0"],
            "blocksize",
        ),
        (
            &["analyze", "tone.wav", "-a", "level", "--start", "-1"],
            "start",
        ),
        (
            &["analyze", "tone.wav", "-a", "level", "-f", "xls"],
            "must be one of json",
        ),
        (
            &["analyze", "tone.wav", "tone.wav", "-a", "level", "-o", "-"],
            "-o DIR",
        ),
        (
            &[
                "analyze",
                "tone.wav",
                "sub/tone.wav",
                "-a",
                "level",
                "-o",
                "out",
            ],
            "would both be written",
        ),
        (
            &[
                "analyze",
                "tone.wav",
                "sub/tone.wav",
                "-a",
                "level",
                "-o",
                "tone.wav",
            ],
            "is a file",
        ),
        (&["transmogrify"], "transmogrify"),
        (&["info"], "FILE"),
    ] {
        let out = timeside(&d, arguments);
        assert_eq!(code(&out), 2, "{arguments:?}");
        assert!(
            errors(&out).contains(words),
            "{arguments:?}: {}",
            errors(&out)
        );
        assert!(out.stdout.is_empty(), "{arguments:?}");
    }
    // Past the end is the file's matter, not the line's.
    assert_eq!(
        code(&timeside(
            &d,
            &["analyze", "tone.wav", "-a", "level", "--start", "5"]
        )),
        1
    );
    assert_eq!(code(&timeside(&d, &["--help"])), 0);
}

#[test]
fn quiet_and_color() {
    let d = directory("color");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    let out = timeside(&d, &["info", "tone.wav", "--color", "always"]);
    assert!(String::from_utf8_lossy(&out.stdout).starts_with("\x1b[1mtone.wav\x1b[0m"));
    let out = timeside(&d, &["-q", "analyze", "tone.wav", "-a", "level"]);
    assert!(out.stderr.is_empty() && !String::from_utf8_lossy(&out.stdout).contains('\x1b'));
    let out = timeside(&d, &["-v", "analyze", "tone.wav", "-a", "level"]);
    assert!(errors(&out).contains("note: tone.wav:"));
}

#[test]
fn peaks_are_the_waveform_data_of_the_bbc() {
    let directory = directory("peaks");
    std::fs::write(directory.join("tone.wav"), tone()).unwrap();
    let run =
        |arguments: &[&str]| timeside(&directory, &[&["peaks", "tone.wav"], arguments].concat());
    assert_eq!(code(&run(&["-o", "a.dat"])), 0);
    let dat = std::fs::read(directory.join("a.dat")).unwrap();
    let word = |at: usize| i32::from_le_bytes(dat[at..at + 4].try_into().unwrap());
    // Version 1, 16 bits, 8 kHz, 256 samples per pixel, 32 pixels of which the last is short.
    assert_eq!([0, 4, 8, 12, 16].map(word), [1, 0, 8000, 256, 32]);
    assert_eq!(dat.len(), 20 + 32 * 4);
    let first = i16::from_le_bytes([dat[22], dat[23]]);
    assert!((16_300..=16_384).contains(&first), "{first}");
    let told = run(&[
        "-o",
        "b.json",
        "--bits",
        "8",
        "--pixels-per-second",
        "10",
        "--split-channels",
        "--json",
    ]);
    assert_eq!(
        (code(&told), &json(&told)[0]["samplesPerPixel"]),
        (0, &800.into())
    );
    let bytes = std::fs::read(directory.join("b.json")).unwrap();
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        (&read["bits"], &read["length"], &read["channels"]),
        (&8.into(), &10.into(), &1.into())
    );
    assert_eq!(read["data"][1], 64);
    for wrong in [
        &["-o", "c.png"][..],
        &["-o", "c.dat", "--pixels-per-second", "0"],
        &["-o", "c.dat", "--pixels-per-second", "9000"],
    ] {
        assert_eq!(code(&run(wrong)), 2, "{wrong:?}");
    }
    assert_eq!(code(&run(&["-o", "nowhere/c.dat"])), 1);
}

#[cfg(unix)]
#[test]
fn a_missing_vamp_plugin_is_refused_with_where_it_was_looked_for() {
    let d = directory("vamp");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    std::fs::write(d.join("broken.so"), "no library").unwrap();
    std::fs::write(d.join("broken.dylib"), "no library").unwrap();
    let run = |step: &str| {
        Command::new(env!("CARGO_BIN_EXE_timeside"))
            .current_dir(&d)
            .env("VAMP_PATH", &d)
            .args(["analyze", "tone.wav", "--json", "-a", "level", "-a", step])
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let out = run("vamp_simple_host:plugin_list=absent:plugin:output");
    assert_eq!(code(&out), 2);
    let said = errors(&out);
    assert!(
        said.contains("absent:plugin") && said.contains(&d.display().to_string()),
        "{said}"
    );
    let out = run(r#"vamp_simple_host:plugin_list=[["broken:plugin", "output"]]"#);
    assert_eq!(code(&out), 2);
    assert!(
        errors(&out).contains("broken cannot be loaded"),
        "{}",
        errors(&out)
    );
    // Among all plugins it is left out, and said so.
    let out = run("vamp_simple_host");
    assert_eq!(code(&out), 0, "{}", errors(&out));
    let entry = &json(&out)[0];
    assert_eq!(entry["warnings"][0]["code"], "plugin-failed");
    assert_eq!(entry["results"].as_array().map(Vec::len), Some(2));
}

#[test]
fn annotations_go_from_format_to_format() {
    let d = directory("annotations");
    std::fs::write(d.join("tone.wav"), tone()).unwrap();
    std::fs::write(d.join("a.txt"), "0.25\t0.5\ta\n0.4\t9\tb\n\\\t100\t200\n").unwrap();
    let out = timeside(
        &d,
        &[
            "annotations",
            "convert",
            "a.txt",
            "a.TextGrid",
            "--media",
            "tone.wav",
            "--json",
        ],
    );
    assert_eq!(code(&out), 0, "{}", errors(&out));
    let entry = &json(&out)[0];
    assert_eq!(
        (&entry["uri"], &entry["annotations"]),
        (&"a.txt".into(), &2.into())
    );
    assert_eq!(entry["imported"]["warnings"][0]["code"], "past-end");
    let lost: Vec<_> = entry["exported"]["lost"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect();
    assert_eq!(lost, ["frequencies", "overlaps-moved"]);
    let grid = std::fs::read_to_string(d.join("a.TextGrid")).unwrap();
    assert!(
        grid.contains("name = \"a_2\"") && grid.contains("xmax = 1 \n"),
        "{grid}"
    );
    assert!(errors(&out).contains("past the end"));

    let out = timeside(
        &d,
        &[
            "annotations",
            "convert",
            "a.TextGrid",
            "-",
            "--to",
            "csv",
            "--tier",
            "a",
            "-q",
        ],
    );
    assert_eq!((code(&out), errors(&out).as_str()), (0, ""));
    let csv = String::from_utf8(out.stdout).unwrap();
    assert_eq!(csv.lines().nth(1), Some("a,0.25,0.5,0.25,a,,,,,,,a1,"));

    let out = timeside(
        &d,
        &["annotations", "convert", "a.txt", "a.srt", "--report"],
    );
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(
        text.contains("a.srt (srt)") && text.contains("lost      1 annotations: their frequencies"),
        "{text}"
    );
    let out = timeside(&d, &["annotations", "formats", "--json"]);
    assert_eq!(json(&out)[0]["canRead"], true);

    // Usage, and a file that fails.
    for line in [
        &["annotations", "convert", "a.txt", "-"][..],
        &["annotations", "convert", "a.txt", "b.docx"],
        &[
            "annotations",
            "convert",
            "a.txt",
            "b.csv",
            "--from",
            "nonsense",
        ],
        &[
            "annotations",
            "convert",
            "a.txt",
            "b.csv",
            "--tier",
            "nobody",
        ],
    ] {
        assert_eq!(code(&timeside(&d, line)), 2, "{line:?}");
    }
    let out = timeside(
        &d,
        &["annotations", "convert", "tone.wav", "b.csv", "--json"],
    );
    assert_eq!(
        (code(&out), &json(&out)[0]["error"]["code"]),
        (1, &"bad-annotations".into())
    );
    assert_eq!(
        code(&timeside(
            &d,
            &["annotations", "convert", "missing.srt", "b.csv"]
        )),
        1
    );
    assert!(!d.join("b.csv").exists());
}
