//! Words that are ready to be said where nothing may be allocated and nothing waited for.

use crate::Message;
use crate::child::line;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::PoisonError;

/// A message of this process, written out.
#[derive(Debug)]
pub struct LastWords {
    text: Vec<u8>,
    pipe: RawFd,
    process: libc::pid_t,
}

impl LastWords {
    /// Writes `message` out. `None` if there is no judge.
    pub fn of(message: &Message) -> Option<Self> {
        let line = line()?;
        let process = libc::pid_t::try_from(std::process::id()).ok()?;
        let pipe = line.pipe.lock().unwrap_or_else(PoisonError::into_inner).as_raw_fd();
        Some(Self { text: line.of(message).into_bytes(), pipe, process })
    }

    /// Says it. May be called in a signal handler; what another thread is just saying may be broken by it.
    pub fn say(&self) {
        // SAFETY: both calls may be made in a signal handler; the pointer is to text of this length. The pipe is never closed by us, and
        // if code under test has closed it, this is an error or goes to what it has opened instead.
        unsafe {
            // Another process, split from this one, must not speak for it.
            if libc::getpid() == self.process {
                libc::write(self.pipe, self.text.as_ptr().cast(), self.text.len());
            }
        }
    }
}
