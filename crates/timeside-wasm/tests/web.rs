//! The engine in a real worker: blob sources, the native numbers, errors.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use std::io::{Read, Seek, SeekFrom};
use timeside_wasm::{BlobSource, Engine, Host};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const RATE: u32 = 44_100;

fn blob(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

/// A scale of eight decaying tones, as upstream's `C4_scale.wav`: mono, 16 bits.
fn scale_wav() -> Vec<u8> {
    let tones = [0, 2, 4, 5, 7, 9, 11, 12].map(|n| 261.625_565 * 2_f64.powf(f64::from(n) / 12.0));
    let samples = tones.iter().flat_map(|hz| {
        (0..RATE).map(move |i| {
            let t = f64::from(i) / f64::from(RATE);
            ((-3.0 * t).exp() * (std::f64::consts::TAU * hz * t).sin() * 30_000.0) as i16
        })
    });
    let data: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + data.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * 2).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}

/// An engine whose events are kept in a list of `{ event, arrays }`.
fn engine() -> (Engine, Array) {
    let told = Array::new();
    let make = Function::new_with_args(
        "told",
        "return {
            post: (event, arrays) => told.push({ event, arrays }),
            now: () => performance.now(),
            uuid: () => '00000000-0000-4000-8000-000000000000',
            localDate: () => '2026-01-02 03:04:05',
            fetchAhead: (media, start, end) => told.push({ event: { type: 'fetch', start, end } }),
            recall: () => false,
            keep: () => {},
            fetchNow: () => { throw { code: 'network', message: 'the server is down' } },
        }",
    );
    let host = make.call1(&JsValue::NULL, &told).unwrap();
    (Engine::new(host.unchecked_into::<Host>()), told)
}

fn object(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |v, name| {
        Reflect::get(&v, &name.into()).unwrap()
    })
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path)
        .as_string()
        .unwrap_or_else(|| panic!("{path} of {value:?} is no text"))
}

fn number(value: &JsValue, path: &str) -> f64 {
    get(value, path)
        .as_f64()
        .unwrap_or_else(|| panic!("{path} of {value:?} is no number"))
}

fn work(engine: &mut Engine) {
    while engine.tick(40.0) {}
}

fn of_type(told: &Array, kind: &str) -> Vec<JsValue> {
    told.iter()
        .filter(|message| text(message, "event.type") == kind)
        .collect()
}

fn open(engine: &mut Engine, blob: Blob) {
    let command = r#"{ "type": "open", "request": 1, "media": 1, "source": "blob", "options": { "name": "scale.wav" } }"#;
    engine.handle(object(command), blob.into()).unwrap();
}

#[wasm_bindgen_test]
fn a_blob_reads_and_seeks_as_its_bytes() {
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let mut source = BlobSource::new(blob(&bytes)).unwrap();
    let mut all = Vec::new();
    source.read_to_end(&mut all).unwrap();
    assert!(all == bytes);
    for at in [0, 1, 65_535, 65_536, 1_234_567, 2_999_999] {
        assert_eq!(source.seek(SeekFrom::Start(at)).unwrap(), at);
        let mut some = vec![0; 100_000.min(bytes.len() - at as usize)];
        source.read_exact(&mut some).unwrap();
        assert!(
            some == bytes[at as usize..at as usize + some.len()],
            "from {at}"
        );
    }
    assert_eq!(source.seek(SeekFrom::End(-3)).unwrap(), 2_999_997);
    assert_eq!(source.seek(SeekFrom::Current(10)).unwrap(), 3_000_007);
    assert_eq!(source.read(&mut [0; 4]).unwrap(), 0);
    assert!(source.seek(SeekFrom::Current(-4_000_000)).is_err());
}

#[wasm_bindgen_test]
fn the_worker_gives_the_native_numbers() {
    let wav = scale_wav();
    // The same pipe without any browser in it.
    let media = {
        let bytes = wav.clone();
        timeside::Media::open(
            std::rc::Rc::new(move || Ok(Box::new(std::io::Cursor::new(bytes.clone())))),
            Default::default(),
        )
        .unwrap()
    };
    let spec = timeside::PipeSpec::of([
        "level",
        "mean_dc_shift",
        "loudness_itu",
        "onset_detection_function",
    ]);
    let context = timeside::RunContext {
        now: String::new(),
        uuid: Box::new(String::new),
        sha1: String::new(),
    };
    let native = media
        .start(&timeside::registry(), &spec, context)
        .unwrap()
        .run()
        .unwrap();

    let (mut engine, told) = engine();
    open(&mut engine, blob(&wav));
    let info = get(&told.get(0), "event.info");
    assert_eq!(
        (text(&info, "container"), number(&info, "frames")),
        ("wav".into(), f64::from(8 * RATE))
    );
    let run = r#"{ "type": "run", "request": 2, "media": 1, "partials": false,
        "spec": { "steps": ["level", "mean_dc_shift", "loudness_itu", "onset_detection_function"] } }"#;
    engine.handle(object(run), JsValue::UNDEFINED).unwrap();
    work(&mut engine);

    let results = of_type(&told, "result");
    assert_eq!(results.len(), native.len());
    for (message, (key, expected)) in results.iter().zip(native.iter()) {
        assert_eq!(text(message, "event.key"), key);
        assert_eq!(text(message, "event.result.audio.sha1").len(), 40);
        let values = Array::from(
            &get(message, "arrays")
                .unchecked_into::<Array>()
                .get(number(message, "event.result.data") as u32),
        );
        let expected = &expected.array().unwrap().values;
        assert_eq!(values.length() as usize, expected.len(), "{key}");
        for (i, value) in values.iter().enumerate() {
            let (value, expected) = (value.as_f64().unwrap(), expected.get(i).unwrap());
            assert!(
                (value - expected).abs() <= 1e-5 * expected.abs().max(1.0),
                "{key}[{i}]: {value} here, {expected} natively"
            );
        }
    }
    assert_eq!(of_type(&told, "done").len(), 1);
}

#[wasm_bindgen_test]
fn partial_results_are_the_whole_in_pieces() {
    let (mut engine, told) = engine();
    open(&mut engine, blob(&scale_wav()));
    let run = r#"{ "type": "run", "request": 2, "media": 1, "partials": true, "spec": { "steps": ["waveform_analyzer"], "keep": false } }"#;
    engine.handle(object(run), JsValue::UNDEFINED).unwrap();
    let mut acknowledged = 0;
    while of_type(&told, "done").is_empty() {
        engine.tick(1.0);
        let partials = of_type(&told, "partial").len();
        // Nobody has said that these are used: it holds on.
        assert!(partials - acknowledged <= 17, "{partials} on the way");
        while acknowledged < partials {
            engine
                .handle(
                    object(r#"{ "type": "ack", "request": 2 }"#),
                    JsValue::UNDEFINED,
                )
                .unwrap();
            acknowledged += 1;
        }
    }
    let mut rows = 0.0;
    for message in of_type(&told, "partial") {
        assert_eq!(number(&message, "event.result.first"), rows);
        rows += number(&message, "event.result.shape.0");
    }
    assert_eq!(rows, f64::from(8 * RATE));
}

#[wasm_bindgen_test]
fn errors_come_with_code_and_details() {
    let (mut engine, told) = engine();
    open(&mut engine, blob(b"not audio at all, only words"));
    open(&mut engine, blob(&[]));
    open(&mut engine, blob(&scale_wav()));
    for step in [r#""nope""#, r#"{ "id": "level", "compat": 3 }"#] {
        let run = format!(
            r#"{{ "type": "run", "request": 3, "media": 1, "partials": false, "spec": {{ "steps": [{step}] }} }}"#
        );
        engine.handle(object(&run), JsValue::UNDEFINED).unwrap();
    }
    engine
        .handle(
            object(r#"{ "type": "samples", "request": 4, "media": 1, "start": 5, "end": 100 }"#),
            JsValue::UNDEFINED,
        )
        .unwrap();
    engine
        .handle(
            object(r#"{ "type": "samples", "request": 5, "media": 9, "start": 0, "end": 1 }"#),
            JsValue::UNDEFINED,
        )
        .unwrap();
    work(&mut engine);
    let codes: Vec<String> = of_type(&told, "failed")
        .iter()
        .map(|m| text(m, "event.error.code"))
        .collect();
    assert_eq!(
        codes,
        [
            "unsupported-format",
            "corrupt-media",
            "unknown-processor",
            "bad-parameter",
            "out-of-range",
            "cancelled"
        ]
    );
    assert_eq!(
        text(
            &of_type(&told, "failed")[3],
            "event.error.details.parameter"
        ),
        "compat"
    );
    assert!(
        engine
            .handle(object(r#"{ "type": "dance" }"#), JsValue::UNDEFINED)
            .is_err()
    );
}

#[wasm_bindgen_test]
fn an_address_is_read_ahead_and_its_failure_is_told() {
    let wav = scale_wav();
    let head = Object::new();
    Reflect::set(&head, &"bytes".into(), &Uint8Array::from(&wav[..256 << 10])).unwrap();
    Reflect::set(&head, &"total".into(), &(wav.len() as f64).into()).unwrap();
    let (mut engine, told) = engine();
    let command = r#"{ "type": "open", "request": 1, "media": 1, "source": "ranged", "options": { "uri": "https://x/scale.wav" } }"#;
    engine.handle(object(command), head.into()).unwrap();
    assert_eq!(of_type(&told, "opened").len(), 1);
    let run = r#"{ "type": "run", "request": 2, "media": 1, "partials": false, "spec": { "steps": ["level"] } }"#;
    engine.handle(object(run), JsValue::UNDEFINED).unwrap();
    work(&mut engine);
    // It waits for the bytes instead of asking for them by itself.
    let asked = of_type(&told, "fetch");
    assert_eq!((asked.len(), of_type(&told, "failed").len()), (1, 0));
    let (start, end) = (
        number(&asked[0], "event.start") as usize,
        number(&asked[0], "event.end") as usize,
    );
    assert_eq!((start, end), (256 << 10, wav.len()));
    let part = Object::new();
    Reflect::set(&part, &"bytes".into(), &Uint8Array::from(&wav[start..end])).unwrap();
    engine.supply(1, start as f64, &part);
    work(&mut engine);
    assert_eq!(of_type(&told, "done").len(), 1);

    // The same again, and the bytes do not come.
    let (mut engine, told) = self::engine();
    let head = Object::new();
    Reflect::set(&head, &"bytes".into(), &Uint8Array::from(&wav[..256 << 10])).unwrap();
    Reflect::set(&head, &"total".into(), &(wav.len() as f64).into()).unwrap();
    engine.handle(object(command), head.into()).unwrap();
    engine.handle(object(run), JsValue::UNDEFINED).unwrap();
    work(&mut engine);
    engine.supplied(
        1,
        start as f64,
        &object(r#"{"code":"network","message":"the server is down"}"#),
    );
    work(&mut engine);
    let failed = of_type(&told, "failed");
    assert_eq!(
        (
            text(&failed[0], "event.error.code"),
            text(&failed[0], "event.error.message")
        ),
        ("network".into(), "the server is down".into())
    );
}
