//! What the clients of locks find. A failure ends the process: so each wrong lock is tried in one of its own.

use clients::locks::{Data, Lock, Locks};
use rc11::atomic::{AtomicU8, Ordering::*};
use rc11::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::time::Duration;

/// A spin lock whose word is a byte. `COUNTS`: each attempt adds 1 to it. `POLLS`: nobody wakes who waits, and it looks again when some time is
/// over.
struct Byte<const COUNTS: bool, const POLLS: bool> {
    word: AtomicU8,
    data: UnsafeCell<Data>,
}

// SAFETY: only a guard leads to the data; whether there is one at a time is what is tested.
unsafe impl<const C: bool, const P: bool> Sync for Byte<C, P> {}

struct Guard<const C: bool, const P: bool>(&'static Byte<C, P>);

impl<const C: bool, const P: bool> Deref for Guard<C, P> {
    type Target = Data;

    fn deref(&self) -> &Data {
        // SAFETY: the guard is the only one, or the checker says that it is not.
        unsafe { &*self.0.data.get() }
    }
}

impl<const C: bool, const P: bool> DerefMut for Guard<C, P> {
    fn deref_mut(&mut self) -> &mut Data {
        // SAFETY: as above.
        unsafe { &mut *self.0.data.get() }
    }
}

impl<const C: bool, const P: bool> Drop for Guard<C, P> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `try_lock`.
        self.0.word.store(0, Release);
    }
}

impl<const COUNTS: bool, const POLLS: bool> Lock for Byte<COUNTS, POLLS> {
    type Guard = Guard<COUNTS, POLLS>;
    const NEW: &'static str = "let lock = Byte::new(0);";
    const HAS_TRY_LOCK: bool = true;
    const WAKES: bool = POLLS;

    fn new(data: Data) -> Self {
        Self { word: AtomicU8::new(0), data: UnsafeCell::new(data) }
    }

    fn lock(&'static self) -> Self::Guard {
        loop {
            // Acquire: pairs with the Release in `drop`.
            if self.word.compare_exchange(0, 1, Acquire, Relaxed).is_ok() {
                return Guard(self);
            }
            if POLLS {
                rc11::thread::park_timeout(Duration::from_millis(10));
            } else {
                rc11::hint::spin_loop();
            }
        }
    }

    fn try_lock(&'static self) -> Option<Self::Guard> {
        // Acquire: pairs with the Release in `drop`.
        let is_free = if COUNTS {
            self.word.fetch_add(1, Acquire) == 0
        } else {
            self.word.compare_exchange(0, 1, Acquire, Relaxed).is_ok()
        };
        is_free.then(|| Guard(self))
    }
}

const CHILD: &str = "CLIENTS_TEST_CHILD";

/// Runs this test once more, in a process of its own, where `L` is tried. Returns what is said, and whether all is well.
fn verdict<L: Lock>(test: &str) -> (bool, String) {
    if std::env::var_os(CHILD).is_some() {
        clients::check::<Locks<L>>();
        std::process::exit(0);
    }
    let program = std::env::current_exe().expect("a test has a file");
    let mut child = Command::new(program);
    child.args([test, "--exact", "--nocapture"]).env(CHILD, "1");
    let output = child.output().expect("a test can be started");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_lock_of_a_byte_passes() {
    let (passes, said) = verdict::<Byte<false, false>>("a_lock_of_a_byte_passes");
    assert!(passes, "{said}");
}

#[test]
fn a_lock_that_counts_attempts_in_a_byte_fails() {
    let (passes, said) =
        verdict::<Byte<true, false>>("a_lock_that_counts_attempts_in_a_byte_fails");
    assert!(!passes && said.contains("lock.try_lock()"), "{said}");
}

#[test]
fn a_lock_whose_waiters_are_woken_by_the_clock_alone_fails() {
    let (passes, said) =
        verdict::<Byte<false, true>>("a_lock_whose_waiters_are_woken_by_the_clock_alone_fails");
    assert!(!passes && said.contains("`lock.lock()` waits for ever"), "{said}");
}
