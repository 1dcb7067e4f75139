//! What loom's names mean here. loom's own tests run in `ci/loom_suite`.

use loom::cell::{Cell, UnsafeCell};
use loom::future::{AtomicWaker, block_on};
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use loom::sync::{Arc, Mutex, Notify};
use loom::{alloc, thread};
use std::future::poll_fn;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::task::Poll;

/// The message with which a model fails.
fn failure_of(f: fn()) -> String {
    let payload = catch_unwind(|| loom::model(f)).expect_err("a failure");
    payload.downcast_ref::<String>().expect("a report").clone()
}

#[test]
fn value_of_an_arc_is_dropped_by_the_last_reference_after_all_others() {
    struct Last(UnsafeCell<u32>);
    impl Drop for Last {
        fn drop(&mut self) {
            // SAFETY: nobody else has a reference.
            self.0.with_mut(|value| unsafe { *value += 1 });
        }
    }
    // SAFETY: the references only read, and the last one is alone.
    unsafe impl Sync for Last {}
    loom::model(|| {
        let mine = Arc::new(Last(UnsafeCell::new(0)));
        let theirs = mine.clone();
        // SAFETY: nobody writes while there is a reference.
        let other = thread::spawn(move || theirs.0.with(|value| unsafe { *value }));
        // SAFETY: as above.
        mine.0.with(|value| unsafe { *value });
        drop(mine);
        other.join().unwrap();
    });
}

#[test]
fn arc_that_is_leaked_is_found() {
    assert!(failure_of(|| std::mem::forget(Arc::new(1))).contains("leak"));
}

#[test]
fn arc_is_unwrapped_by_one_thread_or_none() {
    loom::model(|| {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        let other = thread::spawn(move || Arc::try_unwrap(theirs).ok());
        let mine = Arc::try_unwrap(mine).ok();
        let theirs = other.join().unwrap();
        assert!(mine.is_none() || theirs.is_none());
    });
}

#[test]
fn arc_goes_through_a_pointer() {
    loom::model(|| {
        let arc: Arc<Box<str>> = Arc::new("text".into());
        let pointer = Arc::into_raw(arc.clone());
        assert_eq!(Arc::strong_count(&arc), 2);
        // SAFETY: the pointer stands for one reference.
        let mut back = unsafe { Arc::from_raw(pointer) };
        assert!(Arc::ptr_eq(&arc, &back) && Arc::get_mut(&mut back).is_none());
        drop(arc);
        assert!(Arc::get_mut(&mut back).is_some());
        let unsized_value: Arc<dyn std::fmt::Debug> = Arc::from_std(std::sync::Arc::new(1));
        assert_eq!(format!("{unsized_value:?}"), "1");
    });
}

#[test]
fn cell_may_not_be_used_while_it_is_written_to() {
    let report = failure_of(|| {
        let cell = UnsafeCell::new(0);
        let _writing = cell.get_mut();
        let _reading = cell.get();
    });
    assert!(report.contains("the cell is being written to"), "{report}");
}

#[test]
fn pointer_that_is_held_for_longer_than_the_lock_is_a_failure() {
    struct Guarded(Mutex<()>, UnsafeCell<u32>);
    // SAFETY: what the test is about.
    unsafe impl Sync for Guarded {}
    let report = failure_of(|| {
        let shared = Arc::new(Guarded(Mutex::new(()), UnsafeCell::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let held = theirs.0.lock().unwrap();
            // SAFETY: none: it is kept for longer than the lock.
            let value = theirs.1.get_mut();
            drop(held);
            let _held = theirs.0.lock().unwrap();
            drop(value);
        });
        let _held = shared.0.lock().unwrap();
        drop(shared.1.get());
        drop(_held);
        let _ = other.join();
    });
    assert!(report.contains("being written to") || report.contains("data race"), "{report}");
}

#[test]
fn cells_of_two_threads_race() {
    struct Shared(Cell<u32>);
    // SAFETY: none: they race.
    unsafe impl Sync for Shared {}
    let report = failure_of(|| {
        let shared = Arc::new(Shared(Cell::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.set(1));
        shared.0.get();
        other.join().unwrap();
    });
    assert!(report.contains("data race"), "{report}");
}

loom::lazy_static! {
    static ref COUNT: AtomicUsize = AtomicUsize::new(5);
    static ref SHARED: Arc<AtomicUsize> = Arc::new(AtomicUsize::new(0));
}

loom::thread_local! {
    static MINE: std::cell::Cell<u32> = std::cell::Cell::new(1);
}

#[test]
fn statics_and_locals_are_as_new_in_each_execution() {
    loom::model(|| {
        let other = thread::spawn(|| {
            MINE.with(|mine| mine.set(2));
            COUNT.fetch_add(1, SeqCst) + SHARED.fetch_add(1, SeqCst)
        });
        let sum = COUNT.fetch_add(1, SeqCst) + SHARED.fetch_add(1, SeqCst);
        assert_eq!(sum + other.join().unwrap(), 12);
        MINE.with(|mine| assert_eq!(mine.replace(9), 1));
    });
}

#[test]
fn threads_take_what_is_not_send() {
    loom::model(|| {
        let shared = Rc::new(AtomicUsize::new(0));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.fetch_add(1, Relaxed);
            theirs
        });
        assert_eq!(other.join().unwrap().load(Relaxed), 1);
    });
}

#[test]
fn signal_publishes_what_came_before() {
    loom::model(|| {
        let shared = Arc::new((Notify::new(), AtomicUsize::new(0)));
        let theirs = shared.clone();
        thread::spawn(move || {
            theirs.1.store(1, Relaxed);
            theirs.0.notify();
        });
        shared.0.wait();
        assert_eq!(shared.1.load(Relaxed), 1);
    });
}

#[test]
fn signal_that_never_comes_is_a_deadlock() {
    assert!(failure_of(|| Notify::new().wait()).contains("deadlock"));
}

/// A task that waits for a flag. Without `looks_again`, it does not look once more when its waker is in place.
fn task(looks_again: bool) {
    let shared = Arc::new((AtomicWaker::new(), AtomicUsize::new(0)));
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        theirs.1.store(1, Release);
        theirs.0.wake();
    });
    block_on(poll_fn(|context| {
        let is_set = || shared.1.load(Acquire) == 1;
        if !is_set() {
            shared.0.register_by_ref(context.waker());
            if !looks_again || !is_set() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }));
    // The waker may still be in its place, and would be leaked.
    drop(shared.0.take_waker());
    other.join().unwrap();
}

#[test]
fn task_that_looks_again_is_woken() {
    loom::model(|| task(true));
}

#[test]
fn task_that_does_not_look_again_may_sleep_for_ever() {
    assert!(failure_of(|| task(false)).contains("deadlock"));
}

#[test]
fn memory_that_is_not_given_back_is_found() {
    fn allocate() -> (*mut u8, alloc::Layout) {
        let layout = alloc::Layout::new::<u64>();
        // SAFETY: the layout is not empty.
        (unsafe { alloc::alloc(layout) }, layout)
    }
    loom::model(|| {
        let (block, layout) = allocate();
        // SAFETY: it was just allocated.
        unsafe { alloc::dealloc(block, layout) };
    });
    assert!(failure_of(|| assert!(!allocate().0.is_null())).contains("leak"));
    assert!(failure_of(|| std::mem::forget(alloc::Track::new(1))).contains("leak"));
}

#[test]
fn limits_end_a_search_without_a_failure() {
    let mut builder = loom::model::Builder::new();
    builder.max_permutations = Some(1);
    builder.check(|| {
        let word = Arc::new(AtomicUsize::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || theirs.store(1, Relaxed));
        assert_eq!(word.load(Relaxed), 0, "not in the first execution");
        other.join().unwrap();
    });
}
