use super::*;
use timeside_core::annotation::TierKind;

#[test]
fn audacity_with_frequencies_points_and_decimal_commas() {
    let text = "0.500000\t1.250000\tblack bird\n\\\t1000.000000\t4500.500000\n2,5\t2,5\t\n\\\t-1\t800\n3.0\t4.0\n";
    let document = sniffed(text, "Label Track.txt");
    assert_eq!(document.report.format, "audacity");
    assert_eq!(
        spans(&document),
        [(0.5, 1.25, "black bird"), (2.5, 2.5, ""), (3.0, 4.0, "")]
    );
    let hz: Vec<_> = document
        .annotations
        .iter()
        .map(|a| (a.low, a.high))
        .collect();
    assert_eq!(
        hz,
        [
            (Some(1000.0), Some(4500.5)),
            (None, Some(800.0)),
            (None, None)
        ]
    );
    assert_eq!(tier_names(&document), ["Label Track"]);
    assert_eq!(document.tiers[0].kind, TierKind::Boxes);
    let (again, lost) = written(&document, "audacity", &WriteOptions::default());
    assert_eq!(
        again,
        "0.500000\t1.250000\tblack bird\n\\\t1000\t4500.5\n2.500000\t2.500000\t\n\\\t-1\t800\n3.000000\t4.000000\t\n"
    );
    assert_eq!(lost, ["tiers"]);
}

#[test]
fn broken_rows_are_left_out_by_line() {
    let text = "\\\t1\t2\n1\t2\tgood\nnonsense\n\\\t5\t6\n-1\t0.5\tearly\n9\t8\tbackward\n";
    let document = read_as("audacity", text);
    assert_eq!(
        spans(&document),
        [
            (1.0, 2.0, "good"),
            (0.0, 0.5, "early"),
            (8.0, 9.0, "backward")
        ]
    );
    let told: Vec<_> = document
        .report
        .warnings
        .iter()
        .map(|w| w.message.as_str())
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    for (n, place) in [
        (0, "line 1"),
        (1, "line 3"),
        (2, "line 4"),
        (3, "line 5"),
        (4, "line 6"),
    ] {
        assert!(told[n].starts_with(place), "{}", told[n]);
    }
}

#[test]
fn tiers_can_stand_before_labels() {
    let all = document(vec![
        annotation("A|B", 0.0, 1.0, "x|y"),
        annotation("C", 0.5, 2.0, "z"),
    ]);
    let prefixed = WriteOptions {
        tier_prefix: true,
        ..WriteOptions::default()
    };
    let (text, lost) = written(&all, "audacity", &prefixed);
    assert_eq!(
        text,
        "0.000000\t1.000000\tA/B|x|y\n0.500000\t2.000000\tC|z\n"
    );
    assert_eq!(lost, Vec::<String>::new());
    let options = ReadOptions {
        tier_prefix: true,
        ..ReadOptions::default()
    };
    let again = read(text.as_bytes(), None, &options).unwrap();
    assert_eq!(tier_names(&again), ["A/B", "C"]);
    assert_eq!(again.annotations[0].label, "x|y");
    let only = WriteOptions {
        tiers: vec!["C".to_owned()],
        ..WriteOptions::default()
    };
    assert_eq!(
        written(&all, "audacity", &only).0,
        "0.500000\t2.000000\tz\n"
    );
    let nobody = WriteOptions {
        tiers: vec!["nobody".to_owned()],
        ..WriteOptions::default()
    };
    assert_eq!(
        write(&all, "audacity", &nobody).unwrap_err().code(),
        "bad-parameter"
    );
}

#[test]
fn spaces_as_in_old_audacity_and_lab_files() {
    let old = read_as("audacity", "1.5 2.5 two words\n");
    assert_eq!(spans(&old), [(1.5, 2.5, "two words")]);
    assert_eq!(codes(&old.report.guessed), ["spaces"]);
    let chords = sniffed("0.000 2.612 N\n2.612 11.459 E:maj7 #\n", "beatles.lab");
    assert_eq!(
        (chords.report.format.as_str(), spans(&chords)[1]),
        ("lab", (2.612, 11.459, "E:maj7 #"))
    );
    let htk = sniffed("0 1200000 sil -123.5\n1200000 2500000 ah -77\n", "x.lab");
    assert_eq!(spans(&htk), [(0.0, 0.12, "sil"), (0.12, 0.25, "ah")]);
    assert_eq!(htk.annotations[0].value, Some(-123.5));
    assert_eq!(codes(&htk.report.guessed), ["unit"]);
}
