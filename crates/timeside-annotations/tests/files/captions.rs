use super::*;
use timeside_core::annotation::TierKind;

const VTT: &str = "\u{feff}WEBVTT - a title\r
X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\r
\r
STYLE\r
::cue { color: lime }\r
\r
NOTE\r
not shown\r
\r
intro\r
00:01.000 --> 00:02.500 align:start line:0\r
<v.loud Ann>Hi &amp; <i>welcome</i> a < b\r
second line\r
\r
101:00:00.250 --> 101:00:01.000\r
word <00:00:05.500>by <00:00:06.000>word\r
\r
garbage\r
without times\r
\r
00:03.000 --> oops\r
lost\r
\r
00:04.000 --> 00:05.000\r
<v A>One\r
<v B>Two\r
00:06.000 --> 00:06.001\r
point";

#[test]
fn webvtt_from_the_wild() {
    let document = sniffed(VTT, "talk.en.vtt");
    assert_eq!(
        spans(&document),
        [
            (1.0, 2.5, "Hi & welcome a < b\nsecond line"),
            (363_600.25, 363_601.0, "word by word"),
            (4.0, 5.0, "One"),
            (4.0, 5.0, "Two"),
            (6.0, 6.0, "point"),
        ]
    );
    let first = &document.annotations[0];
    assert_eq!(
        (first.id.as_str(), first.attributes["speaker"].as_str()),
        ("intro", "Ann")
    );
    assert_eq!(first.attributes["vtt-settings"], "align:start line:0");
    assert_eq!(document.annotations[1].attributes["vtt-times"], "5@5.5 8@6");
    assert_eq!(document.annotations[3].attributes["speaker"], "B");
    assert_eq!(
        (document.tiers[0].name.as_str(), document.tiers[0].kind),
        ("talk", TierKind::Text)
    );
    assert_eq!(codes(&document.report.warnings), ["left-out", "left-out"]);
    assert_eq!(
        codes(&document.report.guessed),
        ["timestamp-map", "voices", "points"]
    );
    assert_eq!(
        codes(&document.report.lost),
        ["styles", "comments", "markup"]
    );
}

#[test]
fn webvtt_as_it_is_written() {
    let mut speech = annotation("t", 1.0, 2.0, "a --> b & <c>\n\nend");
    speech.id = "NOTE".to_owned();
    speech
        .attributes
        .insert("speaker".to_owned(), "X".to_owned());
    speech.attributes.insert("other".to_owned(), "x".to_owned());
    let all = document(vec![annotation("t", 3.0, 3.0, ""), speech]);
    let (text, lost) = written(&all, "vtt", &WriteOptions::default());
    assert_eq!(
        text,
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v X>a --&gt; b &amp; &lt;c&gt;\n \nend\n\na1\n00:00:03.000 --> 00:00:03.001\n\n"
    );
    assert_eq!(lost, ["tiers", "attributes", "points-widened"]);
    let metadata = WriteOptions {
        metadata: true,
        ..WriteOptions::default()
    };
    let (text, lost) = written(&all, "webvtt", &metadata);
    assert_eq!(lost, ["points-widened"]);
    let again = sniffed(text, "");
    assert_eq!(again.annotations[0].label, "a --> b & <c>\n\nend");
    assert_eq!(again.annotations[0].attributes["other"], "x");
    assert_eq!(tier_names(&again), ["t"]);
}

#[test]
fn chapters_are_spans() {
    let document = sniffed(
        "WEBVTT\nKind: chapters\n\n00:00.000 --> 00:10.000\nIntro\n",
        "",
    );
    assert_eq!(document.tiers[0].kind, TierKind::Spans);
}

const SRT: &str = "Downloaded from somewhere\n\n1\n00:00:01,000 --> 00:00:02.500  X1:10 X2:20 Y1:5 Y2:8\n{\\an8}<i>First</i> <3\n\nafter a blank line\n\n2\n0:00:03 --> 0:00:04,5\n1984\n\n2\n100:00:00,000 --> 100:00:01,000\nALAN: late\n00:00:09,000 --> 00:00:08,000\nno number\n\n\n";

#[test]
fn srt_from_the_wild() {
    let document = sniffed(SRT.replace('\n', "\r\n"), "film.srt");
    assert_eq!(
        spans(&document),
        [
            (1.0, 2.5, "First <3\n\nafter a blank line"),
            (3.0, 4.5, "1984"),
            (360_000.0, 360_001.0, "ALAN: late"),
            (8.0, 9.0, "no number"),
        ]
    );
    assert_eq!(document.annotations[0].attributes["srt-alignment"], "8");
    assert_eq!(
        document.annotations[0].attributes["srt-position"],
        "X1:10 X2:20 Y1:5 Y2:8"
    );
    assert_eq!(
        codes(&document.report.warnings),
        ["left-out", "end-before-start"]
    );
    assert_eq!(codes(&document.report.lost), ["markup"]);
    let (text, lost) = written(&document, "srt", &WriteOptions::default());
    assert!(text.starts_with("1\r\n00:00:01,000 --> 00:00:02,500  X1:10 X2:20 Y1:5 Y2:8\r\n{\\an8}First <3\r\n \r\nafter a blank line\r\n\r\n2\r\n"), "{text}");
    assert_eq!(lost, ["tiers"]);
    let legacy = read_as("srt", b"1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9\n");
    assert_eq!(legacy.annotations[0].label, "café");
}
