//! A lock and nothing else.
