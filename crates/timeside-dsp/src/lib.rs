//! Mathematics of sound: slices in, slices out; knows nobody.
//!
//! | module | holds |
//! |---|---|
//! | [`window`] | window functions |
//! | [`framing`] | a stream of samples cut into overlapping frames |
//! | [`fft`] | the windowed real FFT of a frame |

pub mod fft;
pub mod framing;
pub mod window;

pub use fft::RealFft;
pub use framing::{Framer, Framing};
pub use rustfft::num_complex::Complex32;
pub use window::Window;
