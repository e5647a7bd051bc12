use super::*;
use timeside_core::annotation::{TierKind, TierRule};

/// As Praat writes it.
const LONG: &str = r#"File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 2.3 
tiers? <exists> 
size = 2 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "words" 
        xmin = 0 
        xmax = 2.3 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 1.1 
            text = "he said ""hi"" \ae" 
        intervals [2]:
            xmin = 1.1 
            xmax = 1.5 
            text = "" 
        intervals [3]:
            xmin = 1.5 
            xmax = 2.3 
            text = "two
lines" 
    item [2]:
        class = "TextTier" 
        name = "tones" 
        xmin = 0 
        xmax = 2.3 
        points: size = 1 
        points [1]:
            number = 0.25 
            mark = "H*" 
"#;

const SHORT: &str = "File type = \"ooTextFile\"\r\nObject class = \"TextGrid\"\r\n\r\n0\r\n2.3\r\n<exists>\r\n1\r\n\"IntervalTier\"\r\n\"Wörter\"\r\n0\r\n2.3\r\n2\r\n0\r\n1.1\r\n\"ʃ\"\r\n1.1\r\n2.3\r\n\"\"\r\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

#[test]
fn long_and_short_in_every_encoding() {
    let long = sniffed(LONG, "a.TextGrid");
    assert_eq!(
        spans(&long),
        [
            (0.0, 1.1, "he said \"hi\" \\ae"),
            (1.5, 2.3, "two\nlines"),
            (0.25, 0.25, "H*")
        ]
    );
    assert_eq!(tier_names(&long), ["words", "tones"]);
    let kinds: Vec<_> = long.tiers.iter().map(|t| (t.kind, t.rule)).collect();
    assert_eq!(
        kinds,
        [
            (TierKind::Spans, Some(TierRule::NoOverlap)),
            (TierKind::Points, None)
        ]
    );
    assert!(long.report.warnings.is_empty());
    for bytes in [
        utf16(SHORT, u16::to_le_bytes),
        utf16(SHORT, u16::to_be_bytes),
        SHORT.into(),
    ] {
        let short = sniffed(&bytes, "");
        assert_eq!(spans(&short), [(0.0, 1.1, "ʃ")]);
        assert_eq!(tier_names(&short), ["Wörter"]);
    }
    let latin1: Vec<u8> = LONG.replace("hi", "é").chars().map(|c| c as u8).collect();
    let old = read_as("textgrid", latin1);
    assert!(old.annotations[0].label.contains('é'));
    assert_eq!(codes(&old.report.guessed), ["encoding"]);
    let kept = ReadOptions {
        keep_empty: true,
        ..ReadOptions::default()
    };
    assert_eq!(
        read(LONG.as_bytes(), None, &kept)
            .unwrap()
            .annotations
            .len(),
        4
    );
}

#[test]
fn what_is_written_is_the_file_praat_writes() {
    let document = read_as("textgrid", LONG);
    let (text, lost) = written(&document, "textgrid", &WriteOptions::default());
    assert_eq!(text, LONG);
    assert_eq!(lost, Vec::<String>::new());
    let short = WriteOptions {
        short: true,
        ..WriteOptions::default()
    };
    let (text, _) = written(&read_as("textgrid", SHORT), "textgrid", &short);
    // The last gap belonged to the file, not to a document without an end.
    assert_eq!(
        text,
        SHORT
            .replace("\r\n", "\n")
            .replace("2.3", "1.1")
            .replace("1.1\n2\n0\n1.1", "1.1\n1\n0\n1.1")
            .replace("1.1\n1.1\n\"\"\n", "")
    );
}

#[test]
fn overlaps_points_and_gaps_find_a_place() {
    let all = document(vec![
        annotation("t", 0.5, 2.0, "long"),
        annotation("t", 1.0, 1.5, "inner"),
        annotation("t", 1.25, 1.25, "point"),
        annotation("t", 2.0 + 1e-12, 3.0, "next"),
        annotation("t", 3.5, 3.6, ""),
        annotation("p", 1.0, 1.0, "x"),
        annotation("p", 1.0, 1.0, "y"),
    ]);
    let options = WriteOptions {
        duration: Some(4.0),
        ..WriteOptions::default()
    };
    let (text, lost) = written(&all, "textgrid", &options);
    assert_eq!(
        lost,
        [
            "overlaps-moved",
            "empty-labels",
            "points-moved",
            "overlaps-moved"
        ]
    );
    let again = read_as("textgrid", &text);
    assert_eq!(tier_names(&again), ["t", "t_2", "t_points", "p", "p_2"]);
    assert_eq!(
        spans(&again),
        [
            (0.5, 2.0, "long"),
            (2.0, 3.0, "next"),
            (1.0, 1.5, "inner"),
            (1.25, 1.25, "point"),
            (1.0, 1.0, "x"),
            (1.0, 1.0, "y"),
        ]
    );
    // A partition: each boundary is the next begin, bit for bit, from 0 to the end.
    let first: Vec<f64> = text
        .lines()
        .skip(14)
        .take_while(|l| !l.contains("item"))
        .filter_map(|l| {
            l.trim()
                .strip_prefix("xm")?
                .split(" = ")
                .nth(1)?
                .trim()
                .parse()
                .ok()
        })
        .collect();
    assert_eq!(
        first,
        [0.0, 0.5, 0.5, 2.0, 2.0, 3.0, 3.0, 3.5, 3.5, 3.6, 3.6, 4.0]
    );
}

#[test]
fn other_files_of_praat_are_refused_in_words() {
    assert!(refused(None, b"ooBinaryFile\x08TextGrid\0\0").contains("save it as a text file"));
    assert!(
        refused(
            None,
            "\"Praat chronological TextGrid text file\"\n0 1 ! Time domain.\n"
        )
        .contains("chronological")
    );
    let pitch = LONG.replace("\"TextGrid\"", "\"PitchTier\"");
    assert!(refused(None, pitch).contains("PitchTier"));
    assert!(refused(Some("textgrid"), "hello").contains("ooTextFile"));
    assert!(
        refused(
            Some("textgrid"),
            LONG.replace("xmax = 2.3 \ntiers", "tiers")
        )
        .contains("xmax")
    );
}

#[test]
fn a_cut_file_keeps_what_is_whole() {
    for end in 0..LONG.len() {
        let Ok(document) = read(
            &LONG.as_bytes()[..end],
            Some("textgrid"),
            &ReadOptions::default(),
        ) else {
            assert!(end < LONG.find("item []").unwrap(), "{end}");
            continue;
        };
        assert!(document.annotations.len() <= 3);
        let is_whole = document.annotations.len() == 3;
        assert_eq!(
            codes(&document.report.warnings) == ["truncated"],
            !is_whole,
            "{end}"
        );
    }
}
