//! The JSON of TimeSide 1: a list of results, arrays tagged with their type.
//!
//! ```json
//! [{"id_metadata": {"id": "level.max", …},
//!   "data_object": {"value": {"numpyArray": [0.0], "dtype": "float32"}, "y_value": {"numpyArray": [], "dtype": "float64"}},
//!   "audio_metadata": {"uri": …, "start": 0.0, "duration": 9.4, …},
//!   "parameters": {}, "data_mode": "value", "time_mode": "global"}]
//! ```
//! Two-dimensional arrays are lists of rows; label numbers are strings, since they are keys; NaN and
//! infinities are `null`. Two properties are new, and written only when they say something: `key`, where a
//! result stands under another key than its id, and `first_row`, where its first rows were not kept.

mod arrays;
mod maps;
mod read;
mod tagged;
mod write;

pub use read::{MAX_BYTES, read};
pub use write::{to_value, write};

#[cfg(test)]
mod tests;
