//! When the holder panics.
