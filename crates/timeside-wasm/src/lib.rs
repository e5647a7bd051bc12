//! The engine in a Web Worker: converts and forwards, nothing else.
