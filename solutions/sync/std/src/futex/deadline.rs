//! An absolute end for systems that count the time of a wait from each call.

use std::time::{Duration, Instant};

/// The moment at which a wait is over.
#[derive(Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// The end of a wait that begins now. No time, or more than the clock can count, is no end.
    pub fn after(timeout: Option<Duration>) -> Self {
        Self(timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    /// What is left; zero if the moment has come, `None` if it never comes.
    pub fn left(self) -> Option<Duration> {
        self.0.map(|end| end.saturating_duration_since(Instant::now()))
    }
}
