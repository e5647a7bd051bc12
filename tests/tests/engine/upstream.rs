//! What TimeSide 1 itself wrote: descriptions, results, files.

use serde_json::{Value, json};
use timeside::core::TimeMode;
use timeside::{AnalyzerResult, Media, PipeSpec, Results, RunContext, Step, export, registry};
use timeside_tests::{analyse, assert_near, json, numbers, shared};

const ANALYZERS: [&str; 6] = [
    "level",
    "mean_dc_shift",
    "waveform_analyzer",
    "spectrogram_analyzer",
    "onset_detection_function",
    "loudness_itu",
];

/// Upstream's numbers, right or wrong.
fn compat_steps() -> Vec<Step> {
    let registry = registry();
    let has_compat = |id: &str| {
        registry
            .info(id)
            .is_some_and(|i| i.params.iter().any(|p| p.name == "compat"))
    };
    ANALYZERS
        .iter()
        .map(|id| {
            if has_compat(id) {
                Step::new(*id).with("compat", true)
            } else {
                Step::new(*id)
            }
        })
        .collect()
}

/// True if `got` has all of `want`; it may have further properties.
fn covers(got: &Value, want: &Value) -> bool {
    match (got, want) {
        (Value::Object(got), Value::Object(want)) => want
            .iter()
            .all(|(k, w)| got.get(k).is_some_and(|g| covers(g, w))),
        (Value::Array(got), Value::Array(want)) => {
            got.len() == want.len() && got.iter().zip(want).all(|(g, w)| covers(g, w))
        }
        (Value::Number(got), Value::Number(want)) => got.as_f64() == want.as_f64(),
        (got, want) => got == want,
    }
}

#[test]
fn descriptions_are_upstreams_and_more() {
    let Some(path) = shared("reference/upstream/processors.json") else {
        return;
    };
    let theirs = json(&path);
    let registry = registry();
    for (id, description) in theirs.as_object().unwrap() {
        // The host of native plugins is in native builds only.
        let wanted = description["type"] == "analyzer" && id != "vamp_simple_host";
        assert!(!wanted || registry.info(id).is_some(), "{id} is missing");
    }
    for info in registry.infos() {
        let Some(want) = theirs.get(info.id) else {
            continue;
        };
        let schema = timeside::core::Params::schema(&info.params);
        for (name, want) in want["schema"]["properties"].as_object().unwrap() {
            // What calls back into Python cannot be data.
            if ["progress_callback", "sample_cursor"].contains(&name.as_str()) {
                continue;
            }
            // Upstream's threshold of +80 dB, where −80 was meant.
            if info.id == "aubio_silence" && name == "threshold" {
                continue;
            }
            let got = &schema["properties"][name];
            assert!(
                covers(&got["default"], &want["default"]),
                "{} {name}: default {}",
                info.id,
                got["default"]
            );
            // A start in whole seconds only, and a type that JSON schema does not know, are upstream's slips.
            let types = got["type"]
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![got["type"].clone()]);
            let allowed = want["type"] == "Unknown_type"
                || types.contains(&want["type"])
                || (want["type"] == "integer" && types.contains(&json!("number")));
            assert!(allowed, "{} {name}: type {}", info.id, got["type"]);
        }
        assert_eq!(want["version"], info.version, "{}", info.id);
        if want["type"] == "analyzer" {
            assert_eq!(
                (&want["name"], &want["unit"]),
                (&json!(info.name), &json!(info.unit)),
                "{}",
                info.id
            );
        }
    }
}

/// `{'samplerate': 44100, …}`, as Python prints it.
fn python_dict(text: &str) -> Value {
    serde_json::from_str(&text.replace('\'', "\"")).unwrap()
}

fn same_result(file: &str, id: &str, got: &AnalyzerResult, values: &[f64], want: &Value) {
    let what = format!("{file} {id}");
    assert_eq!(got.id(), id);
    assert_eq!(
        (&got.id_metadata.name, &got.id_metadata.unit),
        (
            &want["name"].as_str().unwrap().to_owned(),
            &want["unit"].as_str().unwrap().to_owned()
        )
    );
    let array = got.array().unwrap();
    assert_eq!(json!(array.shape), want["shape"], "{what}");
    assert_eq!(
        array.values.dtype(),
        want["dtype"].as_str().unwrap(),
        "{what}"
    );
    assert_eq!(json!(got.data_mode()), want["data_mode"], "{what}");
    assert_eq!(json!(got.time_mode()), want["time_mode"], "{what}");
    let parameters = Value::from(got.parameters.clone());
    assert!(
        covers(&parameters, &want["parameters"]),
        "{what}: {parameters} instead of {}",
        want["parameters"]
    );
    if got.time_mode() == TimeMode::Framewise {
        let timeside::core::result::TimeAxis::Framewise(frame) = &got.time else {
            panic!("{what}")
        };
        assert!(
            covers(
                &serde_json::to_value(frame).unwrap(),
                &python_dict(want["frame_metadata"].as_str().unwrap())
            ),
            "{what}: {frame:?}"
        );
    }
    let range = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
            (lo.min(*v), hi.max(*v))
        });
    // Reference magnitudes are single precision: their FFTs differ in the order of additions.
    let scale = range.0.abs().max(range.1.abs()).max(1.0);
    for (i, first) in want["first"].as_array().unwrap().iter().enumerate() {
        assert_near(
            values[i],
            first.as_f64().unwrap(),
            1e-5 * first.as_f64().unwrap().abs().max(1.0),
            &format!("{what} [{i}]"),
        );
    }
    assert_near(
        values.iter().sum::<f64>() / values.len() as f64,
        want["mean"].as_f64().unwrap(),
        1e-5,
        &format!("{what} mean"),
    );
    assert_near(
        range.0,
        want["min"].as_f64().unwrap(),
        1e-6 * scale,
        &format!("{what} min"),
    );
    assert_near(
        range.1,
        want["max"].as_f64().unwrap(),
        1e-6 * scale,
        &format!("{what} max"),
    );
}

#[test]
fn every_result_is_upstreams() {
    let Some(path) = shared("reference/upstream/results.json") else {
        return;
    };
    for (file, wanted) in json(&path).as_object().unwrap() {
        let results = analyse(
            &path.with_file_name(format!("../../samples/{file}")),
            &compat_steps(),
        );
        let wanted = wanted.as_object().unwrap();
        let upstreams = results.iter().filter(|(key, _)| wanted.contains_key(*key));
        let mut compared = 0;
        for (key, got) in upstreams {
            same_result(file, key, got, &numbers(&results, key), &wanted[key]);
            compared += 1;
        }
        assert_eq!(compared, 9);
    }
}

#[test]
fn our_json_is_upstreams() {
    let Some(samples) = shared("samples/C4_scale.wav") else {
        return;
    };
    for id in ["level", "mean_dc_shift"] {
        let Some(path) = shared(&format!("reference/upstream/{id}.json")) else {
            return;
        };
        let mut want = json(&path);
        let mut decoded = Media::open_path(&samples).unwrap();
        let channels = decoded
            .samples(0.0, decoded.info().duration.unwrap())
            .unwrap();
        let media = Media::from_samples(channels, 44_100).unwrap();
        let context = RunContext {
            now: want[0]["id_metadata"]["date"].as_str().unwrap().to_owned(),
            uuid: {
                let uuid = want[0]["id_metadata"]["proc_uuid"].clone();
                Box::new(move || uuid.as_str().unwrap().to_owned())
            },
            sha1: want[0]["audio_metadata"]["sha1"]
                .as_str()
                .unwrap()
                .to_owned(),
        };
        let spec = PipeSpec::of([Step::new(id).with("compat", true)]);
        let results = media
            .start(&registry(), &spec, context)
            .unwrap()
            .run()
            .unwrap();
        // Recorded where it is used, so that nobody takes upstream's number for ours.
        for result in want.as_array_mut().unwrap() {
            result["parameters"]["compat"] = json!(true);
        }
        assert_eq!(export::json::to_value(&results).unwrap(), want, "{id}");
    }
}

#[test]
fn upstreams_json_comes_back_unchanged() {
    for (id, count) in [
        ("level", 2),
        ("mean_dc_shift", 1),
        ("aubio_silence", 1),
        ("aubio_temporal", 5),
    ] {
        let Some(path) = shared(&format!("reference/upstream/{id}.json")) else {
            return;
        };
        let bytes = std::fs::read(&path).unwrap();
        let results: Results = export::json::read(&bytes).unwrap();
        assert_eq!(results.len(), count, "{id}");
        let mut written = Vec::new();
        export::json::write(&results, &mut written).unwrap();
        let (written, given): (Value, Value) = (
            serde_json::from_slice(&written).unwrap(),
            serde_json::from_slice(&bytes).unwrap(),
        );
        assert_eq!(written, given, "{id}");
    }
}

#[test]
fn json_that_is_no_container_is_refused() {
    for name in ["processors", "results"] {
        let Some(path) = shared(&format!("reference/upstream/{name}.json")) else {
            return;
        };
        let error = export::json::read(&std::fs::read(path).unwrap()).unwrap_err();
        assert_eq!(error.code(), "bad-results");
        assert!(error.to_string().contains("id_metadata"), "{error}");
    }
}
