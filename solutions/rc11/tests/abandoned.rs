//! The memory of executions that are given up: it is given back, but for what somebody may still have.
//!
//! Says what it writes to, as instrumented code does.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

use rc11::alloc::Quarantine;
use rc11::atomic::{AtomicBool, Ordering::*};
use rc11::{Builder, hint, thread};
use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

#[global_allocator]
static ALLOCATOR: Quarantine = Quarantine;

unsafe extern "C" {
    safe fn __tsan_init();
    safe fn __tsan_write8(at: *const c_void);
}

/// One test at a time: each asks how much memory the process has.
static TURN: Mutex<()> = Mutex::new(());

/// What a thread owns while it waits.
type Owned = Box<[u64; 512]>;

fn owned() -> Owned {
    Box::new([7; 512])
}

/// Threads that wait for a lock, and own something meanwhile. Who finds it taken calls `taken`.
fn wait_for_a_lock(taken: impl Fn() + Sync) {
    let lock = AtomicBool::new(false);
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                let _owned = owned();
                while lock.swap(true, Acquire) {
                    taken();
                    hint::spin_loop();
                }
                lock.store(false, Release);
            });
        }
    });
}

/// Explores `program` until at least 10,000 executions were given up.
fn abandon_many(builder: &Builder, program: impl Fn() + Send + Sync + Clone + 'static) {
    __tsan_init();
    let mut abandoned = 0;
    while abandoned < 10_000 {
        let report = builder.check(program.clone()).unwrap();
        assert!(report.blocked > 0);
        abandoned += report.blocked + report.pruned;
    }
}

/// How many bytes the process has asked for and not given back.
fn in_use() -> usize {
    // SAFETY: it only counts.
    let counts = unsafe { libc::mallinfo2() };
    counts.uordblks + counts.hblkhd
}

#[test]
fn ten_thousand_executions_that_are_given_up_leave_nothing() {
    /// What may wait to be given back, and what the tables take.
    const LITTLE: usize = 8 << 20;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for threads in [1, 2] {
        let before = in_use();
        abandon_many(&Builder::new().threads(threads), || wait_for_a_lock(|| {}));
        let more = in_use().saturating_sub(before);
        println!("{threads} OS threads: {} KiB more", more >> 10);
        assert!(more < LITTLE, "{threads} OS threads: {more} bytes");
    }
}

/// A list that is not the program's own.
#[derive(Default)]
struct Outside(Mutex<Vec<Owned>>);

impl Outside {
    fn change(&self, f: impl FnOnce(&mut Vec<Owned>)) {
        let mut all = self.0.lock().unwrap();
        __tsan_write8(ptr::from_ref(&*all).cast());
        f(&mut all);
    }
}

#[test]
fn what_an_execution_puts_elsewhere_before_it_is_given_up_is_kept() {
    const MANY: usize = 20_000;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let outside = Arc::<Outside>::default();
    // The list's own memory is asked for out here.
    outside.0.lock().unwrap().reserve(MANY);
    let sink = outside.clone();
    abandon_many(&Builder::new(), move || {
        sink.change(|all| all.push(owned()));
        wait_for_a_lock(|| {});
        // An execution that comes to its end leaves nothing there.
        sink.change(|all| drop(all.pop()));
    });
    let all = outside.0.lock().unwrap();
    assert!((10_000..MANY).contains(&all.len()), "{}", all.len());
    assert!(all.iter().all(|owned| **owned == [7; 512]));
}

/// Nobody tells of what the standard library does here.
#[test]
fn what_a_static_has_is_kept() {
    static CACHE: OnceLock<Owned> = OnceLock::new();
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    abandon_many(&Builder::new(), || {
        wait_for_a_lock(|| assert_eq!(**CACHE.get_or_init(owned), [7; 512]));
    });
}
