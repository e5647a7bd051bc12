//! Bytes to blocks of samples: containers, codecs, exact seeking, ranged sources.
