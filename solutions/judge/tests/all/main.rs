//! The judge, from outside.

#[cfg(unix)]
mod hostile;
mod inspect;
mod odd;
mod scratch;
#[cfg(unix)]
mod watch;
mod workspace;
