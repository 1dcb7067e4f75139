//! Locks as they are written: those that are right pass, those that are wrong fail, and how.

mod told;

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicPtr, AtomicU32, fence};
use rc11::cell::{Probe, UnsafeCell};
use rc11::{Builder, Failure, FailureKind, Report, futex, hint, thread};
use std::ptr;
use std::sync::Arc;

/// Something that keeps threads apart.
trait Lock: Default + Send + Sync + 'static {
    fn exclusive(&self, f: impl FnOnce());
}

struct Guarded<L> {
    lock: L,
    data: UnsafeCell<Probe>,
}

// SAFETY: the tests are about whether the lock keeps the threads apart.
unsafe impl<L: Sync> Sync for Guarded<L> {}

fn explore<L: Lock>(builder: &Builder, threads: u32) -> Result<Report, Box<Failure>> {
    let result = builder.check(move || {
        let shared = Arc::new(Guarded { lock: L::default(), data: UnsafeCell::new(Probe::new(0)) });
        let run = |shared: Arc<Guarded<L>>| {
            shared.lock.exclusive(|| {
                // SAFETY: what the tests are about; a wrong lock is found by the probe.
                unsafe { &mut *shared.data.get() }.add(1);
            });
        };
        let handles: Vec<_> = (1..threads)
            .map(|_| {
                let shared = shared.clone();
                thread::spawn(move || run(shared))
            })
            .collect();
        run(shared.clone());
        for handle in handles {
            handle.join().unwrap();
        }
        // SAFETY: all threads have ended.
        assert_eq!(unsafe { &*shared.data.get() }.get(), threads);
    });
    let name = std::any::type_name::<L>().rsplit("::").next().unwrap().to_owned();
    match &result {
        Ok(report) => println!("{name:>24} {threads} threads: {report}, {:.1?}", report.elapsed),
        Err(failure) => println!(
            "{name:>24} {threads} threads: {:?} after {}",
            failure.kind, failure.executions
        ),
    }
    result
}

fn passes<L: Lock>(threads: u32) {
    match explore::<L>(&told::builder().spurious_failures(1), threads) {
        Ok(report) => assert!(report.complete),
        Err(failure) => panic!("{failure}"),
    }
}

fn passes_within<L: Lock>(threads: u32) {
    match explore::<L>(&told::builder().spurious_failures(1), threads) {
        Ok(report) => assert!(report.bounded && !report.complete),
        Err(failure) => panic!("{failure}"),
    }
}

fn fails<L: Lock>(threads: u32, kind: FailureKind) {
    let failure = explore::<L>(&told::builder(), threads).expect_err("a wrong lock fails");
    assert_eq!(failure.kind, kind, "{failure}");
}

macro_rules! lock {
    ($name:ident($state:ty): |$lock:ident| $acquire:block, $release:block) => {
        #[derive(Default)]
        struct $name($state);

        impl Lock for $name {
            fn exclusive(&self, f: impl FnOnce()) {
                let $lock = &self.0;
                $acquire
                f();
                $release
            }
        }
    };
}

lock!(Swap(AtomicBool): |lock| {
    while lock.swap(true, Acquire) {
        hint::spin_loop();
    }
}, { lock.store(false, Release); });

lock!(SwapWithoutHint(AtomicBool): |lock| {
    while lock.swap(true, Acquire) {}
}, { lock.store(false, Release); });

lock!(SwapAcqRel(AtomicBool): |lock| {
    while lock.swap(true, AcqRel) {
        hint::spin_loop();
    }
}, { lock.store(false, Release); });

lock!(SwapSeqCst(AtomicBool): |lock| {
    while lock.swap(true, SeqCst) {
        hint::spin_loop();
    }
}, { lock.store(false, SeqCst); });

lock!(SwapRelaxed(AtomicBool): |lock| {
    while lock.swap(true, Relaxed) {
        hint::spin_loop();
    }
}, { lock.store(false, Release); });

lock!(SwapNeverReleased(AtomicBool): |lock| {
    while lock.swap(true, AcqRel) {
        hint::spin_loop();
    }
}, {});

lock!(Ttas(AtomicBool): |lock| {
    let mut limit = 1;
    loop {
        while lock.load(Relaxed) {
            for _ in 0..limit {
                hint::spin_loop();
            }
            limit = (limit * 2).min(64);
        }
        if !lock.swap(true, Acquire) {
            break;
        }
    }
}, { lock.store(false, Release); });

lock!(Cas(AtomicBool): |lock| {
    while lock.compare_exchange(false, true, Acquire, Relaxed).is_err() {
        hint::spin_loop();
    }
}, { lock.store(false, Release); });

lock!(CasWeak(AtomicBool): |lock| {
    while lock.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() {
        hint::spin_loop();
    }
}, { lock.store(false, Release); });

lock!(LoadThenStore(AtomicBool): |lock| {
    while lock.load(Acquire) {
        hint::spin_loop();
    }
    lock.store(true, Relaxed);
}, { lock.store(false, Release); });

lock!(Fenced(AtomicBool): |lock| {
    while lock.swap(true, Relaxed) {
        hint::spin_loop();
    }
    fence(Acquire);
}, {
    fence(Release);
    lock.store(false, Relaxed);
});

lock!(Ticket((AtomicU32, AtomicU32)): |lock| {
    let ticket = lock.0.fetch_add(1, Relaxed);
    while lock.1.load(Acquire) != ticket {
        hint::spin_loop();
    }
}, {
    let now = lock.1.load(Relaxed);
    lock.1.store(now + 1, Release);
});

/// Mellor-Crummey and Scott's queue lock.
#[derive(Default)]
struct Mcs(AtomicPtr<Node>);

struct Node {
    next: AtomicPtr<Node>,
    waiting: AtomicBool,
}

impl Lock for Mcs {
    fn exclusive(&self, f: impl FnOnce()) {
        let node = Node { next: AtomicPtr::default(), waiting: AtomicBool::new(true) };
        let me = ptr::from_ref(&node).cast_mut();
        let before = self.0.swap(me, AcqRel);
        if !before.is_null() {
            // SAFETY: the owner of the node before waits in its release until this link is there.
            unsafe { &*before }.next.store(me, Release);
            while node.waiting.load(Acquire) {
                hint::spin_loop();
            }
        }
        f();
        if node.next.load(Acquire).is_null() {
            if self.0.compare_exchange(me, ptr::null_mut(), Release, Relaxed).is_ok() {
                return;
            }
            while node.next.load(Acquire).is_null() {
                hint::spin_loop();
            }
        }
        let next = node.next.load(Relaxed);
        // SAFETY: the owner of the next node waits until the store.
        unsafe { &*next }.waiting.store(false, Release);
    }
}

/// Three states: free, locked, locked and someone sleeps.
#[derive(Default)]
struct Mutex<const SPINS: u32>(AtomicU32);

impl<const SPINS: u32> Lock for Mutex<SPINS> {
    fn exclusive(&self, f: impl FnOnce()) {
        if self.0.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            let mut spins = 0;
            while self.0.load(Relaxed) == 1 && spins < SPINS {
                spins += 1;
                hint::spin_loop();
            }
            while self.0.swap(2, Acquire) != 0 {
                futex::wait(&self.0, 2);
            }
        }
        f();
        if self.0.swap(0, Release) == 2 {
            futex::wake_one(&self.0);
        }
    }
}

/// As `Mutex`, without the wake-up.
#[derive(Default)]
struct Sleepy(AtomicU32);

impl Lock for Sleepy {
    fn exclusive(&self, f: impl FnOnce()) {
        while self.0.swap(1, Acquire) != 0 {
            futex::wait(&self.0, 1);
        }
        f();
        self.0.store(0, Release);
    }
}

#[test]
fn spin_locks_keep_threads_apart() {
    for threads in [2, 3] {
        passes::<Swap>(threads);
        passes::<SwapWithoutHint>(threads);
        passes::<SwapAcqRel>(threads);
        passes::<SwapSeqCst>(threads);
        passes::<Cas>(threads);
        passes::<CasWeak>(threads);
        passes::<Fenced>(threads);
        passes::<Ticket>(threads);
        passes::<Mcs>(threads);
    }
    // It hints twice as often after each look, up to 64 times, so its first turns all differ.
    passes::<Ttas>(2);
    passes_within::<Ttas>(3);
}

#[test]
fn futex_mutexes_keep_threads_apart() {
    for threads in [2, 3] {
        passes::<Mutex<0>>(threads);
    }
    passes::<Mutex<1>>(2);
    // These give up after a hundred looks. With two threads each is explored; with three not, and that is said.
    passes::<Mutex<100>>(2);
    passes_within::<Mutex<100>>(3);
}

#[test]
fn wrong_spin_locks_are_rejected() {
    fails::<SwapRelaxed>(2, FailureKind::Race);
    fails::<LoadThenStore>(2, FailureKind::Race);
    fails::<SwapNeverReleased>(2, FailureKind::Livelock);
}

#[test]
fn a_lost_wake_up_is_a_deadlock() {
    fails::<Sleepy>(2, FailureKind::Deadlock);
}
