//! Which channel is which speaker, and what it counts (BS.1770-4, table 4 and annex 3).

/// A channel of 60° to 120° to the side, less than 30° high.
const SIDE: f64 = 1.41;
/// Low-frequency effects are not measured.
const LFE: f64 = 0.0;

/// The names of the parameter `layout`.
pub(super) const NAMES: [&str; 14] = [
    "auto",
    "equal",
    "mono",
    "dual_mono",
    "stereo",
    "2.1",
    "3.0",
    "4.0",
    "quad",
    "5.0",
    "5.1",
    "5.1_film",
    "6.1",
    "7.1",
];

/// The weight of each channel; `None` if a layout of this name has another number of them. The order is that of
/// WAVE files except for `5.1_film`: L C R Ls Rs LFE.
pub(super) fn weights(layout: &str, channels: usize) -> Option<Vec<f64>> {
    let named: &[f64] = match layout {
        "equal" => return Some(vec![1.0; channels]),
        "mono" => &[1.0],
        // One channel that is heard from two speakers.
        "dual_mono" => &[2.0],
        "stereo" => &[1.0; 2],
        "2.1" => &[1.0, 1.0, LFE],
        "3.0" => &[1.0; 3],
        // L R C and one at the back.
        "4.0" => &[1.0; 4],
        "quad" => &[1.0, 1.0, SIDE, SIDE],
        "5.0" => &[1.0, 1.0, 1.0, SIDE, SIDE],
        "5.1" => &[1.0, 1.0, 1.0, LFE, SIDE, SIDE],
        "5.1_film" => &[1.0, 1.0, 1.0, SIDE, SIDE, LFE],
        // One at the back, then the sides.
        "6.1" => &[1.0, 1.0, 1.0, LFE, 1.0, SIDE, SIDE],
        // Two at the back (135°), then the sides (90°).
        "7.1" => &[1.0, 1.0, 1.0, LFE, 1.0, 1.0, SIDE, SIDE],
        _ => {
            let name = match channels {
                4 => "quad",
                5 => "5.0",
                6 => "5.1",
                7 => "6.1",
                8 => "7.1",
                _ => "equal",
            };
            return weights(name, channels);
        }
    };
    (named.len() == channels).then(|| named.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_channels_has_weights_and_every_name_a_number() {
        for channels in 1..=20 {
            assert_eq!(weights("auto", channels).map(|w| w.len()), Some(channels));
        }
        for name in NAMES {
            assert!(
                (1..=8).any(|channels| weights(name, channels).is_some()),
                "{name}"
            );
        }
        assert_eq!(weights("auto", 6), weights("5.1", 6));
        assert_eq!(weights("5.1", 2), None);
    }
}
