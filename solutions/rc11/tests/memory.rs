//! Memory that is used too early, too late or too often.

use rc11::atomic::{AtomicPtr, AtomicU32, Ordering::*, fence};
use rc11::track::Tracked;
use rc11::{Builder, FailureKind, thread};
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;

#[global_allocator]
static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;

fn failure(f: impl Fn() + Send + Sync + 'static) -> (FailureKind, String) {
    let failure = Builder::new().check(f).expect_err("the program is wrong");
    (failure.kind, failure.message)
}

#[test]
fn a_value_that_is_dropped_once_is_no_failure() {
    let report = Builder::new().check(|| {
        let value = Tracked::new(5);
        assert_eq!(*value, 5);
        thread::spawn(move || drop(value)).join().unwrap();
    });
    assert!(report.is_ok());
}

#[test]
fn a_value_that_is_never_dropped_is_a_leak() {
    let (kind, message) = failure(|| mem::forget(Tracked::new(5)));
    assert_eq!(kind, FailureKind::Leak);
    assert!(message.contains("1 tracked values"), "{message}");
}

#[test]
fn a_value_that_is_dropped_twice_is_found() {
    let (kind, message) = failure(|| {
        let mut value = ManuallyDrop::new(Tracked::new(5));
        for _ in 0..2 {
            // SAFETY: none, this is the fault.
            unsafe { ManuallyDrop::drop(&mut value) };
        }
    });
    assert_eq!(kind, FailureKind::Memory);
    assert!(message.contains("dropped twice"), "{message}");
}

#[test]
fn a_use_after_the_drop_is_found() {
    let (kind, message) = failure(|| {
        let mut value = ManuallyDrop::new(Tracked::new(5));
        // SAFETY: dropped once.
        unsafe { ManuallyDrop::drop(&mut value) };
        assert_eq!(**value, 5);
    });
    assert_eq!(kind, FailureKind::Memory);
    assert!(message.contains("that was dropped"), "{message}");
}

#[test]
fn memory_that_was_never_written_is_no_value() {
    let (kind, message) = failure(|| {
        let mut slot = MaybeUninit::<Tracked<u32>>::uninit();
        // SAFETY: the memory is there; that it then holds no value is the fault.
        unsafe { ptr::write_bytes(slot.as_mut_ptr(), 0x55, 1) };
        // SAFETY: none, this is the fault.
        drop(unsafe { slot.assume_init() });
    });
    assert_eq!(kind, FailureKind::Memory);
    assert!(message.contains("never written"), "{message}");
}

#[test]
fn an_atomic_in_freed_memory_is_found() {
    let (kind, message) = failure(|| {
        let atomic = Box::into_raw(Box::new(AtomicU32::new(0)));
        // SAFETY: it was just made by `Box`.
        drop(unsafe { Box::from_raw(atomic) });
        // SAFETY: none, this is the fault; the quarantine keeps the memory.
        unsafe { &*atomic }.load(Relaxed);
    });
    assert_eq!(kind, FailureKind::Memory);
    assert!(message.contains("use after free"), "{message}");
}

#[test]
fn memory_that_is_freed_after_its_last_use_is_no_failure() {
    let report = Builder::new().check(|| {
        let shared = std::sync::Arc::new(AtomicPtr::new(ptr::null_mut::<AtomicU32>()));
        let theirs = shared.clone();
        let owner = thread::spawn(move || {
            theirs.store(Box::into_raw(Box::new(AtomicU32::new(7))), Release);
        });
        owner.join().unwrap();
        let pointer = shared.load(Acquire);
        // SAFETY: the owner has made it, and given it away.
        let atomic = unsafe { Box::from_raw(pointer) };
        assert_eq!(atomic.load(Relaxed), 7);
    });
    assert!(report.is_ok());
}

/// Two threads count down, and the last one frees the counter.
fn count_down(last: fn(&AtomicU32) -> bool) -> Option<(FailureKind, String)> {
    let builder = Builder::new().watch_frees(true);
    let result = builder.check(move || {
        let counter = Box::into_raw(Box::new(AtomicU32::new(2))).expose_provenance();
        let leave = move || {
            let counter = ptr::with_exposed_provenance_mut::<AtomicU32>(counter);
            // SAFETY: the counter lives until it is 0.
            if last(unsafe { &*counter }) {
                // SAFETY: from `Box::into_raw`, and one thread counts to 0.
                drop(unsafe { Box::from_raw(counter) });
            }
        };
        let other = thread::spawn(leave);
        leave();
        other.join().unwrap();
    });
    result.err().map(|failure| (failure.kind, failure.message))
}

#[test]
fn every_access_happens_before_the_memory_is_freed() {
    let right: [fn(&AtomicU32) -> bool; 2] = [
        |counter| counter.fetch_sub(1, AcqRel) == 1,
        |counter| {
            let last = counter.fetch_sub(1, Release) == 1;
            if last {
                fence(Acquire);
            }
            last
        },
    ];
    for last in right {
        assert_eq!(count_down(last), None);
    }
    let wrong: [fn(&AtomicU32) -> bool; 4] = [
        |counter| counter.fetch_sub(1, Relaxed) == 1,
        |counter| counter.fetch_sub(1, Release) == 1,
        |counter| counter.fetch_sub(1, Acquire) == 1,
        // The fence publishes what was before it. The decrement comes after it, and accesses the memory too.
        |counter| {
            fence(Release);
            let last = counter.fetch_sub(1, Relaxed) == 1;
            fence(Acquire);
            last
        },
    ];
    for last in wrong {
        let (kind, message) = count_down(last).expect("the program is wrong");
        assert_eq!(kind, FailureKind::Race, "{message}");
    }
}

#[test]
fn memory_that_is_freed_twice_is_found() {
    let failure = Builder::new().watch_frees(true).check(|| {
        let atomic = Box::into_raw(Box::new(AtomicU32::new(0)));
        // SAFETY: it was just made.
        unsafe { &*atomic }.store(1, Relaxed);
        for _ in 0..2 {
            // SAFETY: none the second time, this is the fault; the quarantine keeps the memory.
            drop(unsafe { Box::from_raw(atomic) });
        }
        thread::yield_now();
    });
    let failure = failure.expect_err("the program is wrong");
    assert_eq!(failure.kind, FailureKind::Memory);
    assert!(failure.message.contains("second time"), "{}", failure.message);
}

#[test]
fn new_memory_is_neither_zero_nor_what_was_there_before() {
    let report = Builder::new().check(|| {
        let layout = std::alloc::Layout::new::<u64>();
        // SAFETY: the layout has a size, and the allocator of this test has written what is read.
        unsafe {
            // The compiler is not to know that it is new.
            let new = std::hint::black_box(std::alloc::alloc(layout));
            assert_eq!(new.cast::<u64>().read(), 0xa5a5_a5a5_a5a5_a5a5);
            std::alloc::dealloc(new, layout);
        }
    });
    assert!(report.is_ok());
}
