use super::*;
use timeside_core::annotation::{Tier, TierKind, TierRule};

#[test]
fn lists_objects_and_lines_of_annotations() {
    for text in [
        r#"[{"start":1,"end":2,"label":"x"}]"#,
        r#"{"annotations":[{"start":1,"end":2,"label":"x"}]}"#,
        r#"{"start":1,"duration":1,"label":"x"}"#,
        r#"{"rate":8000,"annotations":[{"startFrame":8000,"endFrame":16000,"label":"x"}]}"#,
        r#"{"annotations":[{"startFrame":8000,"endFrame":16000,"label":"x"}],"rate":8000}"#,
        "{\"type\":\"timeside-annotations\",\"version\":1}\n{\"start\":1,\"end\":2,\"label\":\"x\"}\n",
    ] {
        let document = sniffed(text, "");
        assert_eq!(spans(&document), [(1.0, 2.0, "x")], "{text}");
        assert_eq!(
            (document.annotations[0].id.as_str(), tier_names(&document)),
            ("a1", vec!["labels"])
        );
    }
}

#[test]
fn unknown_keys_are_kept_or_told() {
    let text = r#"{"annotations":[{"start":1,"label":7,"mood":"glad","n":[1],"tier":"t"}],
        "tiers":[{"id":"t","kind":"odd","size":3}],"extra":1}"#;
    let document = read_as("json", text);
    let one = &document.annotations[0];
    assert_eq!(
        (
            one.label.as_str(),
            one.attributes["mood"].as_str(),
            one.attributes["n"].as_str()
        ),
        ("7", "glad", "[1]")
    );
    assert_eq!(
        codes(&document.report.lost),
        ["unknown-keys", "unknown-keys"]
    );
    assert_eq!(codes(&document.report.warnings), ["tier-kind"]);
}

#[test]
fn frames_are_written_where_the_rate_is_known() {
    let mut all = document(vec![
        annotation("t", 1.0 / 3.0, 1.0, "off"),
        annotation("t", 441.0 / 44_100.0, 2.0, "on"),
    ]);
    all.tiers.push(Tier {
        id: "t".to_owned(),
        name: "T".to_owned(),
        kind: TierKind::Boxes,
        rule: Some(TierRule::Partition),
        color: Some("#abc".to_owned()),
        vocabulary: vec!["on".to_owned()],
        ..Tier::default()
    });
    let options = WriteOptions {
        sample_rate: Some(44_100.0),
        duration: Some(3.0),
        media: Some("rec.wav".to_owned()),
        ..WriteOptions::default()
    };
    let (text, lost) = written(&all, "json", &options);
    assert!(
        text.contains(r#""startFrame":441,"endFrame":88200"#),
        "{text}"
    );
    assert_eq!(lost, Vec::<String>::new());
    let again = read_as("json", &text);
    assert_eq!(again.tiers, all.tiers);
    assert_eq!(again.annotations[0].start, 0.01);
    // A third of a second is a frame at this rate.
    assert_eq!(again.annotations[1].start, 1.0 / 3.0);
}

#[test]
fn what_is_wrong_is_named() {
    for (text, cause) in [
        (
            r#"[{"start":null}]"#,
            "annotation 1: “start” must be a number",
        ),
        (
            r#"[{"start":1},{"label":"x"}]"#,
            "annotation 2: “start” is missing",
        ),
        (r#"[{"start":1,"low":"x"}]"#, "“low” must be a number"),
        (r#"[{"start":1}"#, "line 1"),
        (r#"{"annotations":{}}"#, "annotations"),
        (r#"[{"startFrame":1}]"#, "rate"),
        (
            r#"{"type":"timeside-annotations","version":2,"annotations":[]}"#,
            "newer",
        ),
        (r#"{"file_metadata":{},"annotations":[]}"#, "JAMS"),
        (
            r#"{"@context":"http://www.w3.org/ns/anno.jsonld"}"#,
            "Web Annotations",
        ),
    ] {
        let said = refused(Some("json"), text);
        assert!(said.contains(cause), "{said}");
    }
    let deep = "[".repeat(100_000);
    assert!(refused(Some("json"), deep).contains("JSON"));
}
