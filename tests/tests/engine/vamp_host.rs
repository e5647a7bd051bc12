//! `vamp_simple_host`: against vamp-simple-host itself, and among plugins that crash, hang and lie.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use timeside::chain::system_context;
use timeside::core::result::{Data, TimeAxis};
use timeside::core::{TimeMode, pipe::Plan};
use timeside::vamp::{Host, Program, SearchPath, register};
use timeside::{AnalyzerResult, Media, PipeSpec, Registry, Result, Results, Step, registry};
use timeside_tests::{numbers, shared, skip};

/// All processors, with a host of the plugins in these folders.
fn with_plugins(path: SearchPath) -> Registry {
    let worker = Program::new(env!("CARGO_BIN_EXE_vamp-worker"), [""; 0]);
    let mut registry = registry();
    register(&mut registry, Host::new(Arc::new(worker)).searching(path));
    registry
}

fn step(rows: Value) -> Step {
    Step::new("vamp_simple_host").with("plugin_list", rows)
}

fn run(registry: &Registry, media: &Media, step: Step) -> Result<Results> {
    media
        .start(registry, &PipeSpec::of([step]), system_context())?
        .run()
}

fn key(output: &str) -> String {
    format!("vamp_simple_host.{output}")
}

/// One line that vamp-simple-host prints: `time[, duration]: value … [label]`.
struct Line {
    time: f64,
    duration: Option<f64>,
    words: Vec<String>,
}

/// What vamp-simple-host prints of one output.
fn simple_host(folder: &Path, output: &str, wav: &Path) -> Vec<Line> {
    let done = Command::new("vamp-simple-host")
        .env("VAMP_PATH", folder)
        .arg(output)
        .arg(wav)
        .output()
        .unwrap();
    assert!(done.status.success(), "{output}");
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines()
        .map(|line| {
            let (times, rest) = line.split_once(':').unwrap();
            let (time, duration) = times
                .split_once(',')
                .map_or((times, None), |(t, d)| (t, Some(d.trim().parse().unwrap())));
            Line {
                time: time.trim().parse().unwrap(),
                duration,
                words: rest.split_whitespace().map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// The time that a row stands for: of a framewise result of spectra the middle of its frame.
fn times(result: &AnalyzerResult, of_spectra: bool) -> Vec<f64> {
    let mut times = result.times_secs();
    if let (TimeAxis::Framewise(f), true) = (&result.time, of_spectra) {
        let half = 0.5 * f.blocksize as f64 / f64::from(f.samplerate);
        times.iter_mut().for_each(|t| *t += half);
    }
    times
}

#[test]
fn the_sdks_example_plugins_give_what_vamp_simple_host_prints() {
    let path = SearchPath::from_environment();
    let Some(library) = path.libraries().remove("vamp-example-plugins") else {
        return skip("vamp-example-plugins is not installed (Debian: vamp-examples)");
    };
    if Command::new("vamp-simple-host").arg("-v").output().is_err() {
        return skip("vamp-simple-host is not installed (Debian: vamp-examples)");
    }
    let Some(wav) = shared("reference/wav/real_orchestral_st_15s.wav") else {
        return;
    };
    use TimeMode::{Event, Framewise, Segment};
    // Output, its time mode, whether the plugin is fed spectra, whether times can be compared: before a plugin is
    // initialised, when vamp-simple-host asks, fixedtempo gives twice the step of its fixed rates.
    let outputs = [
        ("amplitudefollower:amplitude", Framewise, false, true),
        ("fixedtempo:tempo", Segment, true, true),
        ("fixedtempo:candidates", Segment, true, true),
        ("fixedtempo:detectionfunction", Event, true, false),
        ("fixedtempo:acf", Event, true, false),
        ("fixedtempo:filtered_acf", Event, true, false),
        ("percussiononsets:onsets", Event, true, true),
        ("percussiononsets:detectionfunction", Framewise, true, true),
        ("powerspectrum:powerspectrum", Framewise, true, true),
        ("spectralcentroid:logcentroid", Framewise, true, true),
        ("spectralcentroid:linearcentroid", Framewise, true, true),
        ("zerocrossing:counts", Framewise, false, true),
        ("zerocrossing:zerocrossings", Event, false, true),
    ];
    let rows: Value = outputs
        .iter()
        .map(|(output, ..)| json!([format!("vamp-example-plugins:{output}")]))
        .collect();
    let media = Media::open_path(&wav).unwrap();
    let results = run(&with_plugins(path), &media, step(rows)).unwrap();
    assert_eq!(results.len(), outputs.len());
    for (output, mode, of_spectra, has_times) in outputs {
        let result = &results[key(&output.replace(':', ".")).as_str()];
        assert_eq!(result.time_mode(), mode, "{output}");
        let output = format!("vamp-example-plugins:{output}");
        let want = simple_host(library.parent().unwrap(), &output, &wav);
        let array = result.array().unwrap();
        assert!(
            !want.is_empty() && array.rows() == want.len(),
            "{output}: {} rows, not {}",
            array.rows(),
            want.len()
        );
        let (got_times, durations) = (times(result, of_spectra), result.durations_secs());
        let columns = array.columns();
        for (n, line) in want.iter().enumerate() {
            if has_times {
                // It prints nanoseconds.
                assert!(
                    (got_times[n] - line.time).abs() <= 2e-9,
                    "{output} {n}: {} s, not {}",
                    got_times[n],
                    line.time
                );
            }
            if let Some(duration) = line.duration {
                assert!(
                    (durations[n] - duration).abs() <= 2e-9,
                    "{output} {n}: {} s",
                    durations[n]
                );
            }
            let row = (0..columns).map(|c| array.values.get(n * columns + c).unwrap());
            let row: Vec<f64> = row.collect();
            if line.words.is_empty() {
                assert_eq!(row, [1.0], "{output} {n}");
                continue;
            }
            let want: Vec<f64> = line.words[..columns]
                .iter()
                .map(|w| w.parse().unwrap())
                .collect();
            // It prints six digits. What the spectrum's rounding leaves of a bin that is nearly empty is measured
            // against the fullest.
            let largest = want.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            for (got, want) in row.iter().zip(&want) {
                let tolerance = 1e-5 * want.abs() + 1e-6 * largest;
                assert!(
                    (got - want).abs() <= tolerance,
                    "{output} {n}: {got}, not {want}"
                );
            }
        }
    }
}

fn library(folder: &Path, name: &str) -> PathBuf {
    let is_mac = cfg!(target_os = "macos");
    folder
        .join(name)
        .with_extension(if is_mac { "dylib" } else { "so" })
}

/// The plugins of `fixtures/vamp_plugins.c`, in a folder of their own; `None`, and noted, without a C compiler.
fn test_plugins(folder: &str, flags: &[&str]) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let built = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .arg(library(&folder, "tests"))
        .args(flags)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/vamp_plugins.c"))
        .output();
    match built {
        Err(_) => {
            skip("there is no C compiler to build test plugins with");
            None
        }
        Ok(done) => {
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            Some(folder)
        }
    }
}

/// Ten blocks of the test plugins, and one that is half full: block `n` peaks at `n/100` left, and minus that right.
fn media() -> Media {
    let left = (0..1_050).map(|n| if n % 100 == 7 { n as f32 / 1e4 } else { 0.0 });
    let left: Vec<f32> = left.map(|x| (x * 100.0).floor() / 100.0).collect();
    let right = left.iter().map(|x| -0.5 * x).collect();
    Media::from_samples(vec![left, right], 8_000).unwrap()
}

#[test]
fn each_output_has_its_time_mode_and_values() {
    let Some(folder) = test_plugins("good", &[]) else {
        return;
    };
    let registry = with_plugins(SearchPath::new([folder]));
    let results = run(&registry, &media(), step(json!([["tests:good"]]))).unwrap();
    assert_eq!(results.len(), 5);

    let peak = &results[key("good.peak").as_str()];
    let peaks = numbers(&results, &key("good.peak"));
    assert_eq!(peak.array().unwrap().shape, [11, 2]);
    let near = |got: f64, want: f64| (got - want).abs() < 1e-6;
    assert!(
        (0..11).all(|n| near(peaks[2 * n], n as f64 / 100.0)),
        "{peaks:?}"
    );
    assert!(
        (0..11).all(|n| near(peaks[2 * n + 1], n as f64 / 200.0)),
        "{peaks:?}"
    );
    let Data::Value { y_value, .. } = &peak.data else {
        panic!("{:?}", peak.data)
    };
    assert_eq!(*y_value, [1.0, 2.0]);
    assert_eq!(peak.id_metadata.unit, "V");

    // A fixed rate without gaps is framewise; so is one sample per step, with zeros where there was none.
    let even = &results[key("good.even").as_str()];
    let TimeAxis::Framewise(frame) = even.time else {
        panic!("{:?}", even.time)
    };
    assert_eq!((frame.samplerate, frame.stepsize), (8_000, 100));
    let counted: Vec<f64> = (0..11).map(f64::from).collect();
    assert_eq!(numbers(&results, &key("good.even")), counted);
    let gaps = [0., 1., 0., 0., 0., 5., 0., 7., 0., 9., 0.];
    assert_eq!(numbers(&results, &key("good.gaps")), gaps);

    let chord = &results[key("good.chord").as_str()];
    assert_eq!(chord.time_mode(), TimeMode::Segment);
    assert_eq!(chord.times_secs(), [0.5, 1.5, 2.5]);
    assert_eq!(chord.durations_secs(), [0.25; 3]);
    let Data::Label { label, metadata } = &chord.data else {
        panic!("{:?}", chord.data)
    };
    assert_eq!(*label, [1, 2, 1]);
    assert_eq!(metadata.label, [(1, "C".to_owned()), (2, "F".to_owned())]);
}

#[test]
fn parameters_programs_and_sizes_reach_the_plugin() {
    let Some(folder) = test_plugins("set", &[]) else {
        return;
    };
    let registry = with_plugins(SearchPath::new([folder]));
    let largest = |row: Value| {
        let results = run(&registry, &media(), step(json!([row]))).unwrap();
        let peaks = numbers(&results, &key("good.peak"));
        peaks.into_iter().fold(0.0, f64::max)
    };
    assert!((largest(json!(["tests:good", "peak", "gain=4"])) - 0.4).abs() < 1e-6);
    assert!((largest(json!(["tests", "good", "peak", "program=hundred"])) - 10.0).abs() < 1e-5);
    let halves = step(json!([["tests:good:even"]])).with("input_stepsize", 50);
    let results = run(&registry, &media(), halves).unwrap();
    assert_eq!(numbers(&results, &key("good.even")).len(), 21);
}

#[test]
fn any_block_size_of_the_decoder_gives_the_same() {
    let Some(folder) = test_plugins("blocks", &[]) else {
        return;
    };
    let registry = with_plugins(SearchPath::new([folder]));
    let media = super::pipe::media(2, 20_000);
    let at = |blocksize| {
        let step = step(json!([["tests:good"]]))
            .with("input_blocksize", 100)
            .with("input_stepsize", 33);
        let spec = PipeSpec {
            blocksize,
            ..PipeSpec::of([step])
        };
        let results = media
            .start(&registry, &spec, system_context())
            .unwrap()
            .run()
            .unwrap();
        let all = results
            .iter()
            .map(|(k, r)| (k.to_owned(), r.data.clone(), r.time.clone()));
        all.collect::<Vec<_>>()
    };
    let want = at(8_192);
    for blocksize in [1, 1_000, 65_536] {
        assert_eq!(at(blocksize), want, "{blocksize}");
    }
}

#[test]
fn a_plugin_that_fails_is_named_with_what_happened_to_it() {
    let Some(folder) = test_plugins("hostile", &[]) else {
        return;
    };
    let registry = with_plugins(SearchPath::new([folder]));
    for (plugin, words) in [
        ("crash", "crashed (signal 11, segmentation fault)"),
        ("hang", "gave no answer for 1 s"),
        ("exit", "exit code 7"),
        ("many", "claims 1000000000 features at once"),
        ("wide", "claims 4000000000 values in a feature"),
    ] {
        let row = json!([[format!("tests:{plugin}")]]);
        let step = step(row).with("time_limit", 1.0);
        let error = run(&registry, &media(), step).unwrap_err();
        assert_eq!(error.code(), "plugin-failed");
        let said = error.to_string();
        assert!(
            said.contains(&format!("tests:{plugin} ")) && said.contains(words),
            "{said}"
        );
    }
    // One that does not even start is refused before there is audio.
    let spec = PipeSpec::of([step(json!([["tests:mute"]]))]);
    let error = Plan::new(&registry, &spec).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("tests:mute does not work at 44100 Hz"),
        "{error}"
    );
}

#[test]
fn where_all_plugins_run_those_that_fail_are_left_out_with_a_warning() {
    let (Some(one), Some(other)) = (
        test_plugins("all", &[]),
        test_plugins("dead", &["-DCRASH_ON_LOAD"]),
    ) else {
        return;
    };
    let (from, to) = (library(&other, "tests"), library(&other, "dead"));
    std::fs::rename(from, to).unwrap();
    let registry = with_plugins(SearchPath::new([one, other]));
    let step = step(json!([])).with("time_limit", 1.0);
    let results = run(&registry, &media(), step).unwrap();
    assert_eq!(numbers(&results, &key("good.gaps")).len(), 11);
    let mut warned: Vec<_> = results
        .warnings
        .iter()
        .map(|w| {
            (
                &*w.code,
                w.message.split_whitespace().nth(2).unwrap_or_default(),
            )
        })
        .collect();
    warned.sort_unstable();
    let failed = [
        "dead",
        "tests:crash",
        "tests:exit",
        "tests:hang",
        "tests:many",
        "tests:mute",
        "tests:wide",
    ];
    assert_eq!(warned, failed.map(|plugin| ("plugin-failed", plugin)));
    // The results say which plugins ran.
    let ran = &results[key("good.peak").as_str()].parameters["plugin_list"];
    assert_eq!(ran[0], json!(["tests:good", "peak"]));
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let Some(folder) = test_plugins("missing", &[]) else {
        return;
    };
    let said = folder.display().to_string();
    let registry = with_plugins(SearchPath::new([folder]));
    for (row, words) in [
        (json!(["tests:absent", "x"]), [&*said, "tests:good"]),
        (json!(["absent:good", "x"]), [&*said, "tests:good"]),
        (
            json!(["tests:good", "x"]),
            ["tests:good", "peak, even, chord, gaps, last"],
        ),
        (
            json!(["tests:good", "peak", "gain=9"]),
            ["gain", "from 0 to 8"],
        ),
        (json!(["tests"]), ["library:plugin", "output"]),
    ] {
        let error = Plan::new(&registry, &PipeSpec::of([step(json!([row]))])).unwrap_err();
        assert_eq!(error.code(), "bad-parameter", "{error}");
        let text = error.to_string();
        assert!(
            words.iter().all(|w| text.contains(w)) && text.contains("plugin_list"),
            "{text}"
        );
    }
    let longer = step(json!([["tests:good"]]))
        .with("input_blocksize", 10)
        .with("input_stepsize", 11);
    let error = Plan::new(&registry, &PipeSpec::of([longer])).unwrap_err();
    assert!(
        error.to_string().contains("from 1 to 10 samples"),
        "{error}"
    );
}

#[test]
fn a_program_that_is_no_worker_is_found_out() {
    let Some(folder) = test_plugins("worker", &[]) else {
        return;
    };
    let mut registry = registry();
    let host = Host::new(Arc::new(Program::new("/bin/echo", ["hello"])));
    register(&mut registry, host.searching(SearchPath::new([folder])));
    let error = Plan::new(&registry, &PipeSpec::of([step(json!([["tests:good"]]))])).unwrap_err();
    assert_eq!(error.code(), "plugin-failed", "{error}");
}
