//! The analyzers and effects of TimeSide, one file each.
