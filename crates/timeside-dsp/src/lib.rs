//! Mathematics of sound: slices in, slices out; knows nobody.
//!
//! | module | holds |
//! |---|---|
//! | [`window`] | window functions |
//! | [`framing`] | a stream of samples cut into overlapping frames |
//! | [`analytic`] | the envelope of a frame |
//! | [`autocorrelation`] | how like itself a frame is, in double precision |
//! | [`bank`] | filters over the bins of a spectrum |
//! | [`constant_q`] | frequency analysis with bins a constant part of an octave wide |
//! | [`dct`] | the cosine transform of cepstra |
//! | [`decimate`] | a lower sample rate by a whole factor |
//! | [`elementary`] | logarithm, cosine and angle that vectorise |
//! | [`fft`] | the windowed real FFT of a frame |
//! | [`fft64`] | the same in double precision |
//! | [`kweighting`] | the filters of ITU-R BS.1770 at any rate |
//! | [`order`] | sorting and a small map, of little code |
//! | [`peaks`] | the peak pyramid of a waveform |
//! | [`polar`] | magnitudes and phases of bins |
//! | [`resample`] | sample-rate conversion |
//! | [`scale`] | frequency scales |
//! | [`spectra`] | a coarse spectrogram at any length |
//! | [`true_peak`] | the peak between samples |
//! | [`viterbi`] | the likeliest path through states, found on the way |

pub mod analytic;
pub mod autocorrelation;
pub mod bank;
pub mod constant_q;
pub mod dct;
pub mod decimate;
pub mod elementary;
pub mod fft;
pub mod fft64;
pub mod framing;
pub mod kweighting;
pub mod order;
pub mod peaks;
pub mod polar;
pub mod resample;
pub mod scale;
pub mod spectra;
pub mod true_peak;
pub mod viterbi;
pub mod window;

pub use decimate::Decimator;
pub use fft::RealFft;
pub use fft64::RealFft64;
pub use framing::{Framer, Framing};
pub use rustfft::num_complex::Complex32;
pub use window::Window;
