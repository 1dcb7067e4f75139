//! Waiting without shouting.
