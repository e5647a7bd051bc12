//! Where a codec's channels stand in WAV's order: front left and right, front centre, LFE, back, side.

/// For each channel in WAV's order, its place in Vorbis's (Vorbis I, §4.3.9), which Opus has too in mapping family 1
/// (RFC 7845, §5.1.1.2). Empty where the two agree, or where Vorbis names no places.
pub(crate) fn of_vorbis(channels: usize) -> &'static [usize] {
    match channels {
        3 => &[0, 2, 1],
        5 => &[0, 2, 1, 3, 4],
        6 => &[0, 2, 1, 5, 3, 4],
        7 => &[0, 2, 1, 6, 5, 3, 4],
        8 => &[0, 2, 1, 7, 5, 6, 3, 4],
        _ => &[],
    }
}
