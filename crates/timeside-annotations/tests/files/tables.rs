use super::*;
use timeside_core::annotation::TierKind;

#[test]
fn headers_of_many_programs() {
    for text in [
        "start,end,label\n1,2.5,x\n",
        "Onset;Duration;Transcript\n1,0;1,5;x\n",
        "sep=|\r\nBEGIN|STOP|class\r\n1|2.5|x\r\n",
        "\u{feff}tmin\ttmax\ttext\n1\t2.5\tx\n",
        "\"Begin Time (s)\",\"End Time (s)\",Annotation\n1,2.5,x\n",
        "Begin.Time..s.,End.Time..s.,Species\n1,2.5,x\n",
        "onset_ms,offset [ms],name\n1000,2500,x\n",
        "time,duration,value\n0:01,0:00:01.5,x\n",
        "# made by hand\n#start,end,label\n1,2.5,x\n",
    ] {
        let document = sniffed(text, "table.csv");
        assert_eq!(spans(&document), [(1.0, 2.5, "x")], "{text}");
        assert!(document.report.warnings.is_empty(), "{text}");
    }
}

#[test]
fn samples_need_a_rate() {
    let text = "start (samples),end (samples),label\n8000,16000,x\n";
    assert!(refused(None, text).contains("sample rate"));
    let options = ReadOptions {
        sample_rate: Some(8000.0),
        ..ReadOptions::default()
    };
    let document = read(text.as_bytes(), None, &options).unwrap();
    assert_eq!(spans(&document), [(1.0, 2.0, "x")]);
}

#[test]
fn tables_of_sonic_visualiser() {
    let guessed = |text: &str| {
        let document = read_as("csv", text);
        (
            document.annotations[0].clone(),
            document.tiers[0].kind,
            document.report.guessed[0].message.clone(),
        )
    };
    let (instant, kind, _) = guessed("0.011604167\n1.5\n");
    assert_eq!((instant.start, kind), (0.011604167, TierKind::Points));
    let (value, ..) = guessed("0.5,440\n1,220\n");
    assert_eq!((value.value, value.end), (Some(440.0), 0.5));
    let (labelled, ..) = guessed("0.5,first\n1,second\n");
    assert_eq!(labelled.label, "first");
    let (region, ..) = guessed("0.5,440,0.25,A\n1,220,0.5,B\n");
    assert_eq!(
        (region.end, region.value, region.label.as_str()),
        (0.75, Some(440.0), "A")
    );
    let (note, kind, words) = guessed("0.5,60,0.25,0.8,C4\n1,62,0.5,0.9,D4\n");
    assert_eq!(
        (note.end, note.value, note.label.as_str(), kind),
        (0.75, Some(60.0), "C4", TierKind::Notes)
    );
    assert_eq!(note.attributes["level"], "0.8");
    assert!(words.contains("notes"), "{words}");
    let (boxed, kind, _) = guessed("0.5,1,1000,2000,bird\n1,2,500,800,frog\n");
    assert_eq!(
        (boxed.end, boxed.low, boxed.high, kind),
        (1.0, Some(1000.0), Some(2000.0), TierKind::Boxes)
    );
    let (duration, ..) = guessed("1,0.5,a\n2,1,b\n3,0.25,c\n");
    assert_eq!((duration.start, duration.end), (1.0, 1.5));
}

#[test]
fn our_own_table_with_everything() {
    let mut one = annotation("t", 1.0, 2.5, "=SUM(A1) \"x\"\nline");
    one.low = Some(100.0);
    one.high = Some(2000.5);
    one.confidence = Some(0.5);
    one.author = Some("me".to_owned());
    one.attributes = [("channel", "2"), ("k", "v,w")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    let all = document(vec![one]);
    let (text, lost) = written(&all, "csv", &WriteOptions::default());
    assert_eq!(
        text,
        "tier,start,end,duration,label,low_freq,high_freq,channel,value,confidence,author,id,attributes\n\
         t,1,2.5,1.5,\"=SUM(A1) \"\"x\"\"\nline\",100,2000.5,2,,0.5,me,a1,\"{\"\"k\"\":\"\"v,w\"\"}\"\n"
    );
    assert_eq!(lost, Vec::<String>::new());
    let european = WriteOptions {
        decimal_comma: true,
        guard_formulas: true,
        byte_order_mark: true,
        ..WriteOptions::default()
    };
    let (text, lost) = written(&all, "csv", &european);
    assert!(text.starts_with("\u{feff}tier;start"), "{text}");
    assert!(text.contains("t;1;2,5;1,5;\"'=SUM(A1)"), "{text}");
    assert_eq!(lost, ["formulas-guarded"]);
    assert_eq!(read_as("csv", &text).annotations[0].high, Some(2000.5));
}

#[test]
fn odd_rows_are_told() {
    let text = "start,end,label,mood\n1,2,a,glad,more\nnever,2,b\n3,nan,c\n4,,d\n\"5,6,e\n";
    let document = read_as("csv", text);
    let starts: Vec<_> = document
        .annotations
        .iter()
        .map(|a| (a.start, a.end))
        .collect();
    assert_eq!(starts, [(1.0, 2.0), (4.0, 4.0)]);
    let first = &document.annotations[0].attributes;
    assert_eq!(
        (first["mood"].as_str(), first["column 5"].as_str()),
        ("glad", "more")
    );
    let told = codes(&document.report.warnings);
    assert_eq!(
        told,
        ["unclosed-quote", "left-out", "left-out", "not-a-number"]
    );
    assert!(document.report.warnings[3].message.starts_with("line 4"));
}
