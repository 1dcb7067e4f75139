//! What every platform's wait promises. Each sentence is held against the system's own and against the table of queues.
//!
//! Nothing here is decided by who is fast. A time is only ever bounded from below, and a test that waits for what must
//! happen waits as long as it takes.

#[cfg(unix)]
mod signals;
mod timed;
mod wake_ups;

use std::thread::{self, JoinHandle};
use std::time::Duration;
use sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use sync::futex;

/// One way to wait and to wake.
#[derive(Clone, Copy)]
struct Futex {
    name: &'static str,
    wait: fn(&AtomicU32, u32),
    wait_timeout: fn(&AtomicU32, u32, Duration) -> bool,
    wake_one: fn(&AtomicU32),
    wake_all: fn(&AtomicU32),
}

const BOTH: [Futex; 2] = [
    Futex {
        name: "the system",
        wait: futex::wait,
        wait_timeout: futex::wait_timeout,
        wake_one: futex::wake_one,
        wake_all: futex::wake_all,
    },
    Futex {
        name: "the table of queues",
        wait: futex::parking::wait,
        wait_timeout: futex::parking::wait_timeout,
        wake_one: futex::parking::wake_one,
        wake_all: futex::parking::wake_all,
    },
];

/// Long enough for a thread to fall asleep on most days. Where it is not, a test sees less, and fails no more.
const A_WHILE: Duration = Duration::from_millis(30);

/// A thread that waits once on `word` while it is 0, having said so in `about_to`.
fn waits_once(
    futex: Futex,
    word: &'static AtomicU32,
    about_to: &'static AtomicUsize,
) -> JoinHandle<()> {
    thread::spawn(move || {
        // Relaxed: only counted.
        about_to.fetch_add(1, Relaxed);
        (futex.wait)(word, 0);
    })
}

/// Returns once `count` has become `n`, and a while after.
fn until(count: &AtomicUsize, n: usize) {
    // Relaxed: only counted.
    while count.load(Relaxed) < n {
        thread::yield_now();
    }
    thread::sleep(A_WHILE);
}

fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
