//! A message that is handed over, and what goes wrong with it.

use crate::failure;
use rc11::atomic::{AtomicU32, Ordering};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};

pub const RACE: Option<FailureKind> = Some(FailureKind::Race);
pub const DEADLOCK: Option<FailureKind> = Some(FailureKind::Deadlock);

/// A thread that writes a message and raises a flag, and one that looks at the flag and reads the message if `ready` says that it may.
pub fn handed_over(
    send: impl Fn(&Watch, &AtomicU32) + Send + Sync + 'static,
    ready: impl Fn(&AtomicU32) -> bool + Send + Sync + 'static,
) -> Option<FailureKind> {
    failure(move || {
        let (message, flag) = (Watch::new(), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| send(&message, &flag));
            if ready(&flag) {
                message.read();
            }
        });
    })
}

/// Writes the message and then raises the flag.
pub fn written_and_raised(order: Ordering) -> impl Fn(&Watch, &AtomicU32) {
    move |message, flag| {
        message.write();
        flag.store(1, order);
    }
}
