//! The judge, from outside.

#[cfg(unix)]
mod hostile;
mod odd;
mod scratch;
#[cfg(unix)]
mod watch;
mod workspace;
