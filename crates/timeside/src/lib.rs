//! TimeSide: decode, analyse and document any recording.
