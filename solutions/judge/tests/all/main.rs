//! The judge, from outside.

#[cfg(target_os = "linux")]
mod class;
mod drafts;
mod events;
#[cfg(unix)]
mod hostile;
mod inspect;
mod odd;
mod rounds;
mod scratch;
#[cfg(unix)]
mod watch;
mod workspace;
