//! Futures.

use crate::sync::Notify;
use rc11::sync::{Mutex, PoisonError};
use rc11::track::Tracked;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// What wakes the thread that blocks on a future. Its references are not explored: nothing depends on who drops it.
struct Signal {
    notify: Notify,
    /// A waker that is never dropped is a leak.
    _tracked: Tracked<()>,
}

impl Wake for Signal {
    #[track_caller]
    fn wake(self: Arc<Self>) {
        self.notify.notify();
    }

    #[track_caller]
    fn wake_by_ref(self: &Arc<Self>) {
        self.notify.notify();
    }
}

/// Polls a future until it is ready, and sleeps until it is woken in between.
#[track_caller]
pub fn block_on<F: Future>(f: F) -> F::Output {
    let mut future = pin!(f);
    let signal = Arc::new(Signal { notify: Notify::new(), _tracked: Tracked::new(()) });
    let waker = Waker::from(signal.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        signal.notify.wait();
    }
}

/// A place for the waker of one task.
#[derive(Default)]
pub struct AtomicWaker(Mutex<Option<Waker>>);

impl AtomicWaker {
    /// Without a waker.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Puts a waker there. Whoever has called [`wake`](Self::wake) before has published what came before that.
    #[track_caller]
    pub fn register(&self, waker: Waker) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(waker);
        drop(before);
    }

    /// As `register`.
    #[track_caller]
    pub fn register_by_ref(&self, waker: &Waker) {
        self.register(waker.clone());
    }

    /// Takes the waker out and wakes it.
    #[track_caller]
    pub fn wake(&self) {
        if let Some(waker) = self.take_waker() {
            waker.wake();
        }
    }

    /// Takes the waker out.
    #[track_caller]
    pub fn take_waker(&self) -> Option<Waker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for AtomicWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AtomicWaker { .. }")
    }
}
