//! Containers of results as files, one file per format.
