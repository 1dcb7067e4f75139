//! The system's mutexes over the checker: what POSIX promises, and what it leaves undefined.
#![cfg(all(unix, not(feature = "loom")))]

use libc::{PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE};
use rc11::{Builder, FailureKind};
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use sync::cell::Probe;
use sync::pthread::*;
use sync::thread;

/// Memory for a mutex, and data.
struct Shared {
    mutex: UnsafeCell<MaybeUninit<libc::pthread_mutex_t>>,
    data: UnsafeCell<Probe>,
}

// SAFETY: the tests are about what keeps the threads apart.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Arc<Self> {
        let mutex = UnsafeCell::new(MaybeUninit::zeroed());
        Arc::new(Self { mutex, data: UnsafeCell::new(Probe::new(0)) })
    }

    fn of_type(kind: i32) -> Arc<Self> {
        let shared = Self::new();
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: initialised in place, and used as POSIX wants it.
        unsafe {
            pthread_mutexattr_init(attributes.as_mut_ptr());
            pthread_mutexattr_settype(attributes.as_mut_ptr(), kind);
            pthread_mutex_init(shared.raw(), attributes.as_ptr());
            pthread_mutexattr_destroy(attributes.as_mut_ptr());
        }
        shared
    }

    fn raw(&self) -> *mut libc::pthread_mutex_t {
        self.mutex.get().cast()
    }

    fn add(&self) {
        // SAFETY: whether the mutex keeps the threads apart is what is tested.
        unsafe {
            assert_eq!(pthread_mutex_lock(self.raw()), 0);
            (*self.data.get()).add(1);
            assert_eq!(pthread_mutex_unlock(self.raw()), 0);
        }
    }
}

/// Fails in a model, with these words.
fn assert_fails(words: &str, f: impl Fn() + Send + Sync + 'static) {
    let failure = Builder::new().check(f).expect_err("the program is wrong");
    assert!(failure.message.contains(words), "{}", failure.message);
}

#[test]
fn mutex_keeps_two_threads_apart() {
    let report = Builder::new().check(|| {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.add());
        shared.add();
        other.join().unwrap();
        // SAFETY: nobody uses it any longer.
        assert_eq!(unsafe { pthread_mutex_destroy(shared.raw()) }, 0);
    });
    assert!(report.is_ok_and(|report| report.complete));
}

#[test]
fn holder_of_a_normal_mutex_waits_for_itself() {
    let result = Builder::new().check(|| {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        // SAFETY: POSIX says that this is a deadlock.
        unsafe { [pthread_mutex_lock(shared.raw()), pthread_mutex_lock(shared.raw())] };
    });
    assert_eq!(result.expect_err("it never ends").kind, FailureKind::Deadlock);
}

#[test]
fn types_answer_as_posix_says() {
    let report = Builder::new().check(|| {
        let checks = Shared::of_type(PTHREAD_MUTEX_ERRORCHECK);
        let counts = Shared::of_type(PTHREAD_MUTEX_RECURSIVE);
        // SAFETY: both types say what comes of each of these calls.
        unsafe {
            assert_eq!(pthread_mutex_lock(checks.raw()), 0);
            assert_eq!(pthread_mutex_lock(checks.raw()), libc::EDEADLK);
            assert_eq!(pthread_mutex_trylock(checks.raw()), libc::EBUSY);
            assert_eq!(pthread_mutex_unlock(checks.raw()), 0);
            assert_eq!(pthread_mutex_unlock(checks.raw()), libc::EPERM);
            assert_eq!(pthread_mutex_lock(counts.raw()), 0);
            assert_eq!(pthread_mutex_trylock(counts.raw()), 0);
            assert_eq!(pthread_mutex_unlock(counts.raw()), 0);
            assert_eq!(pthread_mutex_unlock(counts.raw()), 0);
            assert_eq!(pthread_mutex_destroy(counts.raw()), 0);
        }
    });
    assert!(report.is_ok());
}

#[test]
fn mutex_that_nobody_initialised_is_found() {
    // SAFETY: none, this is the fault. So below.
    assert_fails("never initialised", || unsafe {
        pthread_mutex_lock(Shared::new().raw());
    });
}

#[test]
fn initialiser_is_as_good_as_a_call() {
    let report = Builder::new().check(|| {
        let mutex = UnsafeCell::new(PTHREAD_MUTEX_INITIALIZER);
        // SAFETY: initialised by its value.
        unsafe { [pthread_mutex_lock(mutex.get()), pthread_mutex_unlock(mutex.get())] };
    });
    assert!(report.is_ok());
}

#[test]
fn mutex_that_was_moved_is_found() {
    assert_fails("has been moved", || {
        let (here, there) = (Shared::of_type(PTHREAD_MUTEX_NORMAL), Shared::new());
        // SAFETY: none.
        unsafe {
            ptr::copy_nonoverlapping(here.raw(), there.raw(), 1);
            pthread_mutex_lock(there.raw());
        }
    });
}

#[test]
fn mutex_that_is_destroyed_is_found() {
    let destroy = |shared: &Shared| {
        // SAFETY: none, if it is locked or destroyed.
        unsafe { pthread_mutex_destroy(shared.raw()) };
    };
    assert_fails("that was destroyed", move || {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        destroy(&shared);
        destroy(&shared);
    });
    assert_fails("that is locked, by thread 0", move || {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        // SAFETY: initialised.
        unsafe { pthread_mutex_lock(shared.raw()) };
        destroy(&shared);
    });
}

#[test]
fn unlock_by_somebody_else_is_found() {
    assert_fails("is not locked", || {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        // SAFETY: none.
        unsafe { pthread_mutex_unlock(shared.raw()) };
    });
    assert_fails("thread 0 has locked", || {
        let shared = Shared::of_type(PTHREAD_MUTEX_NORMAL);
        // SAFETY: initialised.
        unsafe { pthread_mutex_lock(shared.raw()) };
        // SAFETY: none.
        thread::spawn(move || unsafe { pthread_mutex_unlock(shared.raw()) }).join().unwrap();
    });
}
