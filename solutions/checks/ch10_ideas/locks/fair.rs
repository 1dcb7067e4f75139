//! First come, first served.

use super::super::sync::{
    self,
    atomic::{AtomicBool, Ordering::Relaxed},
    counters, thread,
};
use super::Mutex;
use grader::Shared;

/// The main thread holds the lock while another one waits for it, gives it back, and wants it again at once. Once the other
/// has given a hint in its loop, it has come first.
pub fn waiter_goes_first() {
    sync::model(|| {
        let shared = Shared::new((Mutex::new(()), AtomicBool::new(false)));
        let (mutex, served) = &*shared;
        let guard = mutex.lock();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let _guard = theirs.0.lock();
            // Relaxed: a read-modify-write never misses another.
            theirs.1.fetch_or(true, Relaxed);
        });
        let seen = counters();
        let waits = seen.hints + seen.waits > 0;
        drop(guard);
        let guard = mutex.lock();
        if waits {
            // Relaxed: as above.
            let served = served.fetch_or(false, Relaxed);
            assert!(served, "a thread that came later got the lock before one that waited");
        }
        drop(guard);
        other.join().unwrap();
    });
}
