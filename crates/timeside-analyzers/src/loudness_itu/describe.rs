//! What `loudness_itu` says of itself.

use super::{ID, layout};
use timeside_core::{Info, Kind, Param, ResultInfo, TimeMode};

const DOC: &str = "\
**Measures.** How loud a programme is, as broadcasting and streaming services measure it: integrated over the whole (`gated_loudness`), over the last 400 ms (`momentary`) and 3 s (`short_term`), how far soft and loud passages lie apart (`range`), and the peak of the wave between its samples (`true_peak`).

**Formula.** Each channel passes K-weighting (a shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz, transformed for the medium's own rate); a window reads `l = −0.691 + 10·log₁₀ Σ_c G_c·mean(y_c²)` LUFS with G = 1, 1.41 for speakers at the side, 0 for low-frequency effects (`layout`). Integrated: blocks of 400 ms every 100 ms; the mean power of those above −70 LUFS and above the relative threshold, 10 LU below the mean of those above −70; a block that the end cuts is dropped. Range: the 95th less the 10th percentile of the 3 s windows every 100 ms above −70 LUFS and above 20 LU below their mean. True peak: the largest magnitude among the samples and `oversampling − 1` values between every two, by a sinc of 16 samples under a Kaiser window. Silence reads −100.691 LUFS and −138.474 dBTP. A full-scale sine of 997 Hz in one channel reads −3.01 LUFS.

**Source.** ITU-R BS.1770-4, annexes 1 to 3; EBU R 128, Tech 3341 and Tech 3342, whose minimum requirements that can be synthesised are our tests. TimeSide 1 filtered a block's row n where channel n was meant; `compat` gives its number.

**Good for.** Levelling programmes, checking delivery, finding passages that jump out. A tone of one second is measured as well as a film, but a range under a minute says little, and loudness of single instruments in a room is not what the weighting was made for.";

pub(super) fn info() -> Info {
    let global =
        |suffix, name, unit, doc| ResultInfo::value(suffix, name, unit, TimeMode::Global, doc);
    let framewise =
        |suffix, name, doc| ResultInfo::value(suffix, name, "LUFS", TimeMode::Framewise, doc);
    Info {
        id: ID,
        version: "1.0",
        name: "Loudness ITU (python)",
        kind: Kind::Analyzer,
        unit: "",
        family: "Loudness",
        description: "Measure of audio loudness using standard ITU-R BS.1770-3",
        doc: DOC,
        params: vec![
            Param::choice(
                "layout",
                "auto",
                &layout::NAMES,
                "Which channel is which speaker, in the order of WAVE files; auto goes by their number: 4 is quad, 5 is 5.0, 6 is 5.1, 7 is 6.1, 8 is 7.1; others count alike.",
            ),
            Param::number(
                "update",
                10.0,
                1.0,
                400.0,
                "Time from one momentary or short-term value to the next; EBU Tech 3341 needs 10 for exact maxima.",
            )
            .unit("ms"),
            Param::optional_integer(
                "oversampling",
                1,
                16,
                "Values per sample that the true peak looks at; 1 is the sample peak; null is 8 up to 50 kHz, 4 up to 100 kHz, else 2.",
            )
            .derived_default(8),
            Param::compat(
                "TimeSide 1's numbers of the gated loudness, its threshold and the blocks: its coefficients, and its reading of a block's row n where channel n was meant, so that only as many samples of a block are measured as there are channels.",
            ),
        ],
        results: vec![
            global(
                "gated_loudness",
                "Loudness ITU (python)Gated Loudness",
                "",
                "Integrated loudness in LUFS; shape (1,), float64.",
            ),
            global(
                "relative_threshold",
                "Loudness ITU (python)Relative Threshold",
                "",
                "The relative gate in LUFS; shape (1,), float64.",
            ),
            ResultInfo::value(
                "block_loudness",
                "Loudness ITU (python) Block Loudness",
                "",
                TimeMode::Framewise,
                "Loudness of each 400 ms block in LUFS; shape (blocks,), float64.",
            ),
            framewise(
                "momentary",
                "Momentary Loudness",
                "Loudness of the 400 ms from each row's time on; shape (windows,), float32.",
            ),
            framewise(
                "short_term",
                "Short-Term Loudness",
                "Loudness of the 3 s from each row's time on; shape (windows,), float32.",
            ),
            global(
                "max_momentary",
                "Maximum Momentary Loudness",
                "LUFS",
                "The largest momentary loudness; shape (1,), float64.",
            ),
            global(
                "max_short_term",
                "Maximum Short-Term Loudness",
                "LUFS",
                "The largest short-term loudness; shape (1,), float64.",
            ),
            global(
                "range",
                "Loudness Range",
                "LU",
                "Loudness range; 0 under 3 s; shape (1,), float64.",
            ),
            global(
                "true_peak",
                "True Peak",
                "dBTP",
                "The largest true peak of all channels; shape (1,), float64.",
            ),
            global(
                "channel_true_peaks",
                "True Peak per Channel",
                "dBTP",
                "The true peak of each channel; shape (channels,), float64.",
            ),
        ],
    }
}
