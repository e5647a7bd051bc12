//! Helpers of the whole-engine tests.
