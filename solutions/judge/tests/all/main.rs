//! The judge, from outside.

#[cfg(unix)]
mod hostile;
mod scratch;
mod workspace;
