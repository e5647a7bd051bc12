//! The texts of ID3v2 frames, and the usual names of what they tell.

/// Decodes `bytes` by the frame's encoding byte (ID3v2.4, §4): Latin 1, UTF-16 with a mark, UTF-16BE, UTF-8.
pub(super) fn decode(encoding: u8, bytes: &[u8]) -> String {
    match encoding {
        1 | 2 => {
            let (big, bytes) = match bytes {
                [0xFF, 0xFE, rest @ ..] => (false, rest),
                [0xFE, 0xFF, rest @ ..] => (true, rest),
                rest => (encoding == 2, rest),
            };
            let (pairs, _) = bytes.as_chunks::<2>();
            let units = pairs.iter().map(|pair| {
                if big {
                    u16::from_be_bytes(*pair)
                } else {
                    u16::from_le_bytes(*pair)
                }
            });
            char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        3 => String::from_utf8_lossy(bytes).into_owned(),
        _ => latin1(bytes),
    }
}

/// Latin 1, in which every byte is its own character.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Splits what an encoding's terminator ends from what follows.
pub(super) fn split_terminated(encoding: u8, bytes: &[u8]) -> (&[u8], &[u8]) {
    let (at, len) = if matches!(encoding, 1 | 2) {
        let (pairs, _) = bytes.as_chunks::<2>();
        (pairs.iter().position(|p| *p == [0, 0]).map(|i| 2 * i), 2)
    } else {
        (bytes.iter().position(|b| *b == 0), 1)
    };
    match at {
        Some(at) => (&bytes[..at], &bytes[at + len..]),
        None => (bytes, &[]),
    }
}

/// All strings of a text frame's body, joined; the encoding stands before.
pub(super) fn strings(body: &[u8]) -> String {
    let Some((encoding, mut rest)) = body.split_first() else {
        return String::new();
    };
    let mut all: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let (one, behind) = split_terminated(*encoding, rest);
        let one = decode(*encoding, one);
        if !one.is_empty() {
            all.push(one);
        }
        rest = behind;
    }
    all.join("; ")
}

/// The usual name of a frame; any other in lower case.
pub(super) fn common_name(id: &str) -> String {
    match id {
        "TIT2" | "TT2" => "title",
        "TPE1" | "TP1" => "artist",
        "TPE2" | "TP2" => "albumartist",
        "TALB" | "TAL" => "album",
        "TRCK" | "TRK" => "tracknumber",
        "TPOS" | "TPA" => "discnumber",
        "TDRC" | "TYER" | "TYE" => "date",
        "TCON" | "TCO" => "genre",
        "TCOM" | "TCM" => "composer",
        "TCOP" | "TCR" => "copyright",
        "TSSE" | "TSS" => "encoder",
        "TENC" | "TEN" => "encodedby",
        "TLAN" | "TLA" => "language",
        "TPUB" | "TPB" => "publisher",
        "TSRC" | "TRC" => "isrc",
        "TBPM" | "TBP" => "bpm",
        other => return other.to_ascii_lowercase(),
    }
    .into()
}

/// The genres of ID3v1, by number.
const GENRES: &str = "Blues,Classic Rock,Country,Dance,Disco,Funk,Grunge,Hip-Hop,Jazz,Metal,New Age,Oldies,Other,Pop,\
R&B,Rap,Reggae,Rock,Techno,Industrial,Alternative,Ska,Death Metal,Pranks,Soundtrack,Euro-Techno,Ambient,Trip-Hop,\
Vocal,Jazz+Funk,Fusion,Trance,Classical,Instrumental,Acid,House,Game,Sound Clip,Gospel,Noise,Alternative Rock,Bass,\
Soul,Punk,Space,Meditative,Instrumental Pop,Instrumental Rock,Ethnic,Gothic,Darkwave,Techno-Industrial,Electronic,\
Pop-Folk,Eurodance,Dream,Southern Rock,Comedy,Cult,Gangsta,Top 40,Christian Rap,Pop/Funk,Jungle,Native American,\
Cabaret,New Wave,Psychedelic,Rave,Showtunes,Trailer,Lo-Fi,Tribal,Acid Punk,Acid Jazz,Polka,Retro,Musical,\
Rock & Roll,Hard Rock";

/// The name of an ID3v1 genre.
pub(super) fn genre(number: u8) -> Option<&'static str> {
    GENRES.split(',').nth(number.into())
}
