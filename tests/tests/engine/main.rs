//! The whole engine, natively: from the bytes of a file to documented results.

mod pipe;
mod reference;
mod samples;
mod upstream;
