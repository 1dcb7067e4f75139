//! Memory that one thread gives back while another may still be about to use it.

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicPtr, AtomicU32};
use rc11::cell::Probe;
use rc11::{Builder, Failure, FailureKind, Report, futex, hint, thread};
use std::sync::{Arc, Mutex};

/// Two threads use a lock that has its own memory; whoever is the last frees it. `after` is what a thread does with the lock
/// that it has just left.
fn last_user_frees(after: fn(&AtomicU32)) -> Result<Report, Box<Failure>> {
    Builder::new().check(move || {
        let shared =
            Box::into_raw(Box::new((AtomicU32::new(0), Probe::new(2)))).expose_provenance();
        let leave = move || {
            let shared = std::ptr::with_exposed_provenance_mut::<(AtomicU32, Probe)>(shared);
            // SAFETY: only the last user frees; what it may not do before that is what the tests are about.
            let (lock, users) = unsafe { &mut *shared };
            while lock.swap(1, Acquire) == 1 {
                hint::spin_loop();
            }
            users.set(users.get() - 1);
            let is_last = users.get() == 0;
            lock.store(0, Release);
            after(lock);
            if is_last {
                // SAFETY: from `into_raw`, and there is one last user.
                rc11::free(unsafe { Box::from_raw(shared) });
            }
        };
        let other = thread::spawn(leave);
        leave();
        other.join().unwrap();
    })
}

#[test]
fn a_lock_that_is_left_alone_after_the_unlock_may_be_freed() {
    last_user_frees(|_| {}).unwrap();
}

#[test]
fn a_wake_up_needs_only_the_address() {
    last_user_frees(futex::wake_one).unwrap();
}

#[test]
fn a_load_after_the_unlock_is_found() {
    let failure = last_user_frees(|lock| assert!(lock.load(SeqCst) <= 1)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Race);
    assert!(failure.steps.iter().any(|step| step.op == "free"), "{failure}");
}

#[test]
fn a_load_by_the_thread_that_has_freed_is_found() {
    let failure = Builder::new()
        .check(|| {
            let shared = Box::into_raw(Box::new(AtomicU32::new(0)));
            // SAFETY: from `into_raw`, and freed once.
            rc11::free(unsafe { Box::from_raw(shared) });
            // SAFETY: none: this is what is to be found. The checker keeps the memory.
            unsafe { (*shared).load(SeqCst) };
        })
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Memory);
    assert!(failure.message.contains("use after free"), "{failure}");
}

/// What the handles of a reference count share.
struct Shared {
    handles: AtomicU32,
    value: Probe,
}

fn shared(value: u32) -> *mut Shared {
    Box::into_raw(Box::new(Shared { handles: AtomicU32::new(1), value: Probe::new(value) }))
}

/// Gives a handle back.
fn release(shared: *mut Shared) {
    // SAFETY: the handle is there; what may be wrong is what the test is about.
    if unsafe { &(*shared).handles }.fetch_sub(1, AcqRel) == 1 {
        // SAFETY: from `into_raw`, and this was the last handle.
        rc11::free(unsafe { Box::from_raw(shared) });
    }
}

/// A cell with a handle, which one thread replaces while another takes one of its own: it loads the pointer, and raises the count in a second
/// step. Such a cell is in miri#5323, where 7 of 2,000 random seeds failed. The museum's first page has the numbers of this test.
#[test]
fn a_count_that_is_raised_after_the_load_comes_too_late_in_the_third_execution_of_four() {
    let program = || {
        let cell = AtomicPtr::new(shared(0));
        thread::scope(|scope| {
            scope.spawn(|| release(cell.swap(shared(1), AcqRel)));
            let mine = cell.load(Acquire);
            // SAFETY: none: this is what is to be found.
            unsafe { &(*mine).handles }.fetch_add(1, Relaxed);
            // SAFETY: the handle is counted.
            assert!(unsafe { &(*mine).value }.get() <= 1);
            release(mine);
        });
        release(cell.load(Relaxed));
    };
    let failed = Arc::new(Mutex::new(Vec::new()));
    let sink = failed.clone();
    let report = Builder::new().explore(program, move |execution| {
        sink.lock().unwrap().push(execution.failure.is_some());
    });
    assert!(report.complete);
    assert_eq!(*failed.lock().unwrap(), [false, false, true, false]);
}
