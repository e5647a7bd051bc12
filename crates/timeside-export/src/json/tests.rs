use super::*;
use serde_json::{Value, json};
use timeside_core::result::TimeAxis;
use timeside_core::{AnalyzerResult, Array, Data, FrameMetadata, LabelMetadata, Results, Values};

fn result(id: &str, data: Data, time: TimeAxis) -> AnalyzerResult {
    let id_metadata = timeside_core::result::IdMetadata {
        id: id.into(),
        ..Default::default()
    };
    AnalyzerResult {
        id_metadata,
        data,
        time,
        audio_metadata: Default::default(),
        parameters: Default::default(),
        first_row: 0,
    }
}

fn value(shape: &[usize], values: Values, y_value: Vec<f64>) -> Data {
    Data::Value {
        value: Array {
            shape: shape.to_vec(),
            values,
        },
        y_value,
    }
}

/// One of every kind of data and time.
fn everything() -> Results {
    let frame = FrameMetadata {
        samplerate: 44_100,
        blocksize: 2_048,
        stepsize: 1_024,
    };
    let label = |ids: Vec<i64>| Data::Label {
        label: ids,
        metadata: LabelMetadata {
            label: vec![(0, "Silence".into()), (-1, "„Ton“".into())],
            description: Some(vec![(0, "nothing".into())]),
            multi: true,
        },
    };
    let mut results = Results::default();
    results.add(
        "level.max",
        result(
            "level.max",
            value(&[1], Values::F32(vec![0.1]), vec![]),
            TimeAxis::Global,
        ),
    );
    results.add(
        "left",
        result(
            "level.rms",
            value(&[1], Values::F64(vec![-3.705]), vec![]),
            TimeAxis::Global,
        ),
    );
    results.add(
        "spec",
        result(
            "spec",
            value(
                &[3, 2],
                Values::F32((0..6).map(|x| x as f32).collect()),
                vec![0.0, 10.5],
            ),
            TimeAxis::Framewise(frame),
        ),
    );
    results.add(
        "cube",
        result(
            "cube",
            value(
                &[2, 1, 2],
                Values::I64(vec![1, 2, i64::MAX, i64::MIN]),
                vec![],
            ),
            TimeAxis::Framewise(frame),
        ),
    );
    results.add(
        "tempo",
        result(
            "tempo",
            value(&[2], Values::F64(vec![60.0, 61.5]), vec![]),
            TimeAxis::Event {
                time: vec![0.0, 1.0],
            },
        ),
    );
    results.add(
        "voice",
        result(
            "voice",
            label(vec![0, -1]),
            TimeAxis::Segment {
                time: vec![0.0, 0.5],
                duration: vec![0.5, 0.25],
            },
        ),
    );
    results.add(
        "beats",
        result("beats", label(vec![0]), TimeAxis::Event { time: vec![2.5] }),
    );
    let late = AnalyzerResult {
        first_row: 7,
        ..result(
            "late",
            value(&[0], Values::F64(vec![]), vec![]),
            TimeAxis::Framewise(frame),
        )
    };
    results.add("late", late);
    results
}

fn text(results: &Results) -> String {
    let mut bytes = Vec::new();
    write(results, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn everything_comes_back() {
    let results = everything();
    assert_eq!(read(text(&results).as_bytes()).unwrap(), results);
    assert_eq!(
        serde_json::from_str::<Value>(&text(&results)).unwrap(),
        to_value(&results).unwrap()
    );
}

#[test]
fn the_order_of_keys_is_upstreams() {
    let written = to_value(&everything()).unwrap();
    let keys: Vec<_> = written[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id_metadata",
            "data_object",
            "audio_metadata",
            "parameters",
            "data_mode",
            "time_mode"
        ]
    );
    let keys: Vec<_> = written[5]["data_object"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(keys, ["label", "label_metadata", "time", "duration"]);
    assert_eq!(
        written[5]["data_object"]["label_metadata"]["label"]["-1"],
        "„Ton“"
    );
    assert_eq!(
        written[2]["data_object"]["value"],
        json!({ "numpyArray": [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], "dtype": "float32" })
    );
}

#[test]
fn a_float32_is_written_as_the_double_of_the_same_value() {
    assert!(text(&everything()).contains("0.10000000149011612"));
}

#[test]
fn what_is_not_finite_becomes_null_and_null_nan() {
    let mut results = Results::default();
    results.add(
        "x",
        result(
            "x",
            value(
                &[3],
                Values::F64(vec![f64::NAN, f64::INFINITY, 1.0]),
                vec![],
            ),
            TimeAxis::Global,
        ),
    );
    let written = text(&results);
    assert!(written.contains("[null,null,1.0]"), "{written}");
    let back = read(written.as_bytes()).unwrap();
    let Values::F64(v) = &back["x"].array().unwrap().values else {
        panic!()
    };
    assert!(v[0].is_nan() && v[1].is_nan() && v[2] == 1.0);
}

#[test]
fn one_result_alone_plain_lists_and_float_sizes_are_read() {
    let given = json!({
        "id_metadata": { "id": "odf", "name": null }, "data_mode": "value", "time_mode": "framewise", "unknown": [[{}]],
        "data_object": { "value": [1, 2.5], "frame_metadata": { "samplerate": 44_100, "blocksize": 1_024, "stepsize": 512.0 } },
    });
    let r = read(given.to_string().as_bytes()).unwrap();
    assert_eq!(
        r["odf"].array().unwrap().values,
        Values::F64(vec![1.0, 2.5])
    );
    assert_eq!(r["odf"].times_secs()[1], 512.0 / 44_100.0);
}

fn with(path: &str, new: Value) -> String {
    let mut all = to_value(&everything()).unwrap();
    *all.pointer_mut(path).unwrap() = new;
    all.to_string()
}

#[test]
fn refusals_say_what_and_where() {
    let array = |list: Value, dtype: &str| json!({ "numpyArray": list, "dtype": dtype });
    let deep = (0..20).fold(json!(1), |inner, _| json!([inner]));
    for (bytes, words) in [
        ("".to_owned(), "EOF"),
        ("<html>".to_owned(), "line 1 column 1"),
        ("3".to_owned(), "a list of results"),
        (
            "[{}]".to_owned(),
            "result 1: missing field `id_metadata` at line 1 column 3",
        ),
        ("[".repeat(100_000), "result 1: invalid type"),
        (
            format!("[{{\"parameters\":{{\"x\":{}", "[".repeat(100_000)),
            "recursion limit",
        ),
        (
            with(
                "/2/data_object/value",
                array(json!([[1, 2], [3]]), "float64"),
            ),
            "result 3: an array's rows must be equally long",
        ),
        (
            with("/2/data_object/value", array(json!([[1], 2]), "float64")),
            "equally deep",
        ),
        (
            with("/2/data_object/value", array(json!([1, [2]]), "float64")),
            "equally deep",
        ),
        (
            with("/2/data_object/value", array(deep, "float64")),
            "at most 8 axes",
        ),
        (
            with("/2/data_object/value", array(json!([1]), "complex64")),
            "result 3: spec: data_object.value has the dtype “complex64”",
        ),
        (
            with("/2/data_object/value", array(json!(["a"]), "float64")),
            "a number, null or a list",
        ),
        (
            with("/2/data_object/value", Value::Null),
            "data_object.value is missing",
        ),
        (
            with("/3/data_object/value", array(json!([0.5]), "int64")),
            "not all its numbers are whole",
        ),
        (
            with("/3/data_object/value", array(json!([null]), "int64")),
            "not all its numbers are whole",
        ),
        (
            with("/4/data_object/time", array(json!([0.0]), "float64")),
            "result 5: tempo: data_object.time has 1 entries for 2 rows",
        ),
        (
            with("/4/data_object/time", array(json!([0.0, null]), "float64")),
            "not finite at row 1",
        ),
        (
            with("/5/data_object/label_metadata/label", json!({ "x": "y" })),
            "“x” is not the whole number of a label",
        ),
        (
            with("/2/data_object/frame_metadata/stepsize", json!(0)),
            "stepsize must be a whole number from 1",
        ),
        (
            with("/2/data_object/frame_metadata/samplerate", json!(-44_100)),
            "samplerate",
        ),
        (
            with("/2/data_object/frame_metadata/blocksize", json!(1e300)),
            "blocksize",
        ),
        (
            with("/2/time_mode", json!("sometimes")),
            "unknown variant `sometimes`",
        ),
        (
            with("/2/time_mode", json!("event")),
            "data_object.time is missing",
        ),
        (with("/7/first_row", json!(-1)), "invalid value"),
    ] {
        let error = read(bytes.as_bytes()).expect_err(words);
        assert_eq!(error.code(), "bad-results");
        assert!(
            error.to_string().contains(words),
            "“{error}” should say “{words}”"
        );
    }
}

#[test]
fn equal_keys_are_numbered() {
    let one = to_value(&everything()).unwrap()[0].clone();
    let named = |key: &str| {
        let mut named = one.clone();
        named["key"] = json!(key);
        named
    };
    let list = json!([named("a#2"), named("a"), named("a"), one, one]);
    let results = read(list.to_string().as_bytes()).unwrap();
    let keys: Vec<_> = results.iter().map(|(k, _)| k).collect();
    assert_eq!(keys, ["a#2", "a", "a#3", "level.max", "level.max#2"]);
    assert_eq!(read(text(&results).as_bytes()).unwrap(), results);
}

/// Little JSON that would make much: refused while it is read.
#[test]
fn numbers_of_things_are_limited() {
    let one = to_value(&everything()).unwrap()[0].to_string();
    let many = format!("[{}]", vec![one; 20_000].join(","));
    let error = read(many.as_bytes()).unwrap_err();
    assert!(
        error.to_string().contains("more than 16384 results"),
        "{error}"
    );
    let wide = with("/0/parameters", json!({ "x": vec![json!([]); 70_000] }));
    let error = read(wide.as_bytes()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("parameters hold more than 65536 values"),
        "{error}"
    );
}

/// Cutting or changing any byte gives results or an error, never a panic.
#[test]
fn damaged_bytes_never_panic() {
    let good = text(&everything()).into_bytes();
    for at in 0..good.len() {
        let _ = read(&good[..at]);
        let mut bad = good.clone();
        for byte in [b'[', b'}', b'-', b'9', b'"', 0xFF] {
            bad[at] = byte;
            let _ = read(&bad);
        }
    }
}
