//! The judge, from outside.

mod events;
#[cfg(unix)]
mod hostile;
mod inspect;
mod odd;
mod scratch;
#[cfg(unix)]
mod watch;
mod workspace;
