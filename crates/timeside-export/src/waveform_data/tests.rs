use super::*;

/// The bytes of the documentation's header, with two pixels of two channels.
const DAT_V2: [u8; 32] = [
    2, 0, 0, 0, 1, 0, 0, 0, 0x44, 0xac, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, //
    0x80, 0x7f, 0xf0, 0x10, 0xff, 0x01, 0, 0,
];

fn two_channels() -> WaveformData {
    WaveformData {
        sample_rate: 44_100,
        samples_per_pixel: 256,
        bits: Bits::Eight,
        channels: 2,
        values: vec![-128, 127, -16, 16, -1, 1, 0, 0],
    }
}

#[test]
fn both_forms_and_versions_are_read_and_written() {
    let data = two_channels();
    assert_eq!(WaveformData::read(&DAT_V2).unwrap(), data);
    assert_eq!(data.to_binary(), DAT_V2);
    assert_eq!(WaveformData::read(&data.to_json()).unwrap(), data);
    let mono = WaveformData {
        bits: Bits::Sixteen,
        channels: 1,
        values: vec![-32_768, 32_767, -5, 300],
        ..data
    };
    let bytes = mono.to_binary();
    assert_eq!((bytes[0], bytes.len()), (1, 20 + 8));
    assert_eq!(WaveformData::read(&bytes).unwrap(), mono);
    assert_eq!(WaveformData::read(&mono.to_json()).unwrap(), mono);
    let v1 = br#" {"sample_rate":44100,"samples_per_pixel":256,"bits":16,"length":2,"data":[-32768,32767,-5,300]}"#;
    assert_eq!(WaveformData::read(v1).unwrap(), mono);
}

#[test]
fn what_is_cut_gives_whole_pixels_and_what_is_wrong_is_said() {
    let cut = WaveformData::read(&DAT_V2[..31]).unwrap();
    assert_eq!(cut.values, [-128, 127, -16, 16]);
    for (bytes, word) in [
        (&DAT_V2[..10], "cut off"),
        (&[7; 32], "version"),
        (b"{\"data\":[]}", "sample_rate"),
        (&DAT_V2[..24], "no waveform"),
        (b"", "cut off"),
    ] {
        let error = WaveformData::read(bytes).unwrap_err();
        assert_eq!(error.code(), "bad-parameter");
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(two_channels().check(3, 44_100).is_err());
    assert!(two_channels().check(2, 48_000).is_err());
    assert!(two_channels().check(2, 44_100).is_ok());
}

#[test]
fn a_peak_is_that_of_the_pixels_it_overlaps() {
    let data = two_channels();
    let peak = data.peak(0, 255..257).unwrap();
    assert_eq!((peak.min, peak.max), (-1.0, 127.0 / 128.0));
    let peak = data.peak(0, 256..300).unwrap();
    assert_eq!((peak.min, peak.max), (-1.0 / 128.0, 1.0 / 128.0));
    assert_eq!(data.peak(1, 512..600), None);
    assert_eq!(Bits::Eight.code(1.0), 127);
    assert_eq!(Bits::Sixteen.code(-2.0), -32_768);
}
