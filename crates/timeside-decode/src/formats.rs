//! The formats that can be read: one table for the code, the error messages and the documentation.

/// A format: what it is called, how it is recognised by people, and what is exact about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The container's word in [`MediaInfo`](timeside_core::MediaInfo).
    pub container: &'static str,
    /// The codecs that are read in it, by their words in `MediaInfo`.
    pub codecs: &'static [&'static str],
    /// Usual file extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// Its MIME type, and that of files which hold nothing but audio.
    pub mime_type: &'static str,
    /// What is read, and how exactly.
    pub notes: &'static str,
}

/// All formats that this build reads.
///
/// | container | codecs | extensions |
/// |---|---|---|
/// | wav | PCM 8 to 32 bit, float 32 and 64 bit, A-law, µ-law, ADPCM (Microsoft, IMA), MPEG layers II and III | wav, wave, bwf, rf64, w64 |
/// | aiff | PCM 8 to 32 bit, float 32 and 64 bit, A-law, µ-law, IMA 4:1 | aiff, aif, aifc |
/// | caf | PCM 8 to 32 bit, float 32 and 64 bit, A-law, µ-law, IMA 4:1, ALAC, AAC-LC | caf |
/// | au | PCM 8 to 32 bit, float 32 and 64 bit, A-law, µ-law | au, snd |
/// | flac | FLAC | flac |
/// | mp3 | MPEG layer III | mp3 |
/// | mp2 | MPEG layer II | mp2, mpa |
/// | mp1 | MPEG layer I | mp1 |
/// | adts | AAC (feature `he-aac`: also HE-AAC v1 and v2, surround) | aac, adts |
/// | mp4 | AAC as in ADTS, and AAC-LD, MP3, FLAC, Opus | m4a, mp4, m4b, m4r, mov |
/// | matroska, webm | AAC as in ADTS, MP3, FLAC, ALAC, Vorbis, Opus | mkv, mka, mk3d; webm, weba |
/// | ogg | Vorbis, Opus (feature `opus`), FLAC | ogg, oga, opus |
pub const FORMATS: &[Format] = &[
    Format {
        container: "wav",
        codecs: &[
            "pcm_u8",
            "pcm_s16le",
            "pcm_s24le",
            "pcm_s32le",
            "pcm_f32le",
            "pcm_f64le",
            "pcm_alaw",
            "pcm_mulaw",
            "adpcm_ms",
            "adpcm_ima_wav",
            "mp3",
            "mp2",
        ],
        extensions: &["wav", "wave", "bwf", "rf64", "w64"],
        mime_type: "audio/x-wav",
        notes: "RIFF, RIFX, RF64, BW64 and Wave64, up to 256 channels; integers are scaled by 2^(bits - 1). ADPCM is trimmed by the fact chunk. Seeks to the sample.",
    },
    Format {
        container: "aiff",
        codecs: &[
            "pcm_s8",
            "pcm_s16be",
            "pcm_s24be",
            "pcm_s32be",
            "pcm_f32be",
            "pcm_f64be",
            "pcm_s16le",
            "pcm_alaw",
            "pcm_mulaw",
            "adpcm_ima_qt",
        ],
        extensions: &["aiff", "aif", "aifc"],
        mime_type: "audio/aiff",
        notes: "AIFF and AIFF-C, as WAV. Blocks of IMA 4:1 are decoded each by its own preamble: at most 127/32768 from a decoder that carries the lower bits over.",
    },
    Format {
        container: "caf",
        codecs: &[
            "pcm_s16le",
            "pcm_s24le",
            "pcm_s32le",
            "pcm_f32le",
            "pcm_f64le",
            "pcm_alaw",
            "pcm_mulaw",
            "adpcm_ima_qt",
            "alac",
            "aac",
        ],
        extensions: &["caf"],
        mime_type: "audio/x-caf",
        notes: "PCM in either order of bytes. Trimmed by the packet table's priming and remainder frames.",
    },
    Format {
        container: "au",
        codecs: &[
            "pcm_mulaw",
            "pcm_alaw",
            "pcm_s8",
            "pcm_s16be",
            "pcm_s24be",
            "pcm_s32be",
            "pcm_f32be",
            "pcm_f64be",
        ],
        extensions: &["au", "snd"],
        mime_type: "audio/basic",
        notes: "Sun's and NeXT's, of known and unknown length.",
    },
    Format {
        container: "flac",
        codecs: &["flac"],
        extensions: &["flac"],
        mime_type: "audio/flac",
        notes: "Lossless, bit for bit. Seeks to the sample by the numbers in its frames; a seek table is a hint. A damaged frame is silence.",
    },
    Format {
        container: "mp3",
        codecs: &["mp3"],
        extensions: &["mp3"],
        mime_type: "audio/mpeg",
        notes: "MPEG-1, 2 and 2.5. Delay and padding are trimmed by the Xing/LAME tag, iTunSMPB or VBRI (delay only). Samples beyond ±1 are kept. Places are exact: by arithmetic at one bit rate; at a varying one the headers before a place are counted once. Frames of other channels are mixed to those of the first; at another rate the sound ends, with the warning format-changed.",
    },
    Format {
        container: "mp2",
        codecs: &["mp2"],
        extensions: &["mp2", "mpa"],
        mime_type: "audio/mpeg",
        notes: "MPEG-1, 2 and 2.5. The format has no word for the encoder's delay, so all is kept.",
    },
    Format {
        container: "mp1",
        codecs: &["mp1"],
        extensions: &["mp1"],
        mime_type: "audio/mpeg",
        notes: "MPEG-1, 2 and 2.5. The format has no word for the encoder's delay, so all is kept.",
    },
    Format {
        container: "adts",
        codecs: &["aac"],
        extensions: &["aac", "adts"],
        mime_type: "audio/aac",
        notes: "AAC-LC, Main and LTP, HE-AAC v1 and v2 at the full rate, up to 7.1 in the order of WAV. The format has no word for the encoder's delay, so all is kept.",
    },
    Format {
        container: "mp4",
        codecs: if cfg!(feature = "opus") {
            &["aac", "mp3", "flac", "opus"]
        } else {
            &["aac", "mp3", "flac"]
        },
        extensions: &["m4a", "mp4", "m4b", "m4r", "mov"],
        mime_type: "audio/mp4",
        notes: "AAC as in ADTS, and AAC-LD. Trimmed by the edit list or iTunSMPB. Fragmented files are not read.",
    },
    Format {
        container: "matroska",
        codecs: if cfg!(feature = "opus") {
            &["aac", "mp3", "flac", "alac", "vorbis", "opus"]
        } else {
            &["aac", "mp3", "flac", "alac", "vorbis"]
        },
        extensions: &["mkv", "mka", "mk3d"],
        mime_type: "audio/matroska",
        notes: "Any audio track. Frames are counted by the packets; time stamps, mostly milliseconds, are the check.",
    },
    Format {
        container: "webm",
        codecs: if cfg!(feature = "opus") {
            &["vorbis", "opus"]
        } else {
            &["vorbis"]
        },
        extensions: &["webm", "weba"],
        mime_type: "audio/webm",
        notes: "As Matroska. Live recordings without cues are counted from their beginning.",
    },
    Format {
        container: "ogg",
        codecs: if cfg!(feature = "opus") {
            &["vorbis", "opus", "flac"]
        } else {
            &["vorbis", "flac"]
        },
        extensions: &["ogg", "oga", "opus"],
        mime_type: "audio/ogg",
        notes: "Chained streams are one line of time; a link of another rate or other channels is converted to the first. Trimmed by pre-skip and granule positions. Opus is decoded at 48 kHz. Surround in the order of WAV.",
    },
];

/// The row of a container.
pub fn by_container(container: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.container == container)
}

/// What can be read, for error messages: `WAV, FLAC, …`.
pub(crate) fn readable() -> String {
    FORMATS
        .iter()
        .map(|f| format!("{} ({})", f.container, f.codecs.join(", ")))
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_extension_stands_twice() {
        let mut extensions: Vec<_> = FORMATS.iter().flat_map(|f| f.extensions).collect();
        let all = extensions.len();
        extensions.sort();
        extensions.dedup();
        assert_eq!(extensions.len(), all);
        assert!(readable().contains("flac"));
    }
}
