//! What `ch07_processor/asm_spin_lock` must do.

use super::subject::SpinLock;
use super::sync::{arch, cell::UnsafeCell};
use assembly::machine::{self, Architecture};
use assembly::text::Assembly;
use grader::{Check, Shared, impls, time_of_others};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

mod assembly {
    #[path = "../assembly/machine.rs"]
    pub mod machine;
    #[path = "../assembly/text.rs"]
    pub mod text;
}

/// In the order in which they are run. No model knows what these instructions do: some checks try the lock, with real threads,
/// and some read its text.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::fact("lock_is_taken_once_until_it_is_freed", one_at_a_time),
    Check::fact("attempt_that_fails_changes_nothing", failure_changes_nothing),
    Check::fact("neighbours_in_memory_are_left_alone", neighbours),
    Check::counted("lock_is_taken_and_freed_by_assembly", is_assembly),
    Check::counted("lock_is_taken_in_one_atomic_step", is_atomic),
    Check::counted("taking_is_an_acquire_and_freeing_a_release", is_ordered),
    Check::counted("compiler_knows_that_memory_changes", memory_is_named),
    Check::counted("compiler_knows_which_registers_and_flags_change", registers_are_named),
    Check::fact("lock_waits_until_the_holder_unlocks", waits),
    Check::fact("no_addition_is_lost_under_the_lock", stress),
];

fn is_shared_and_sent() {
    assert!(impls!(SpinLock: Sync), "the lock is not `Sync`: two threads could not both reach it");
    assert!(impls!(SpinLock: Send), "the lock is not `Send`");
}

fn one_at_a_time() {
    for lock in [SpinLock::new(), SpinLock::default()] {
        for _ in 0..3 {
            assert!(lock.try_lock(), "the lock is free, and `try_lock` does not take it");
            assert!(!lock.try_lock(), "the lock is held, and `try_lock` takes it");
            assert!(!lock.try_lock(), "the lock is held, and the second `try_lock` takes it");
            lock.unlock();
        }
        lock.lock();
        assert!(!lock.try_lock(), "`lock` has returned, and `try_lock` takes the lock");
        lock.unlock();
    }
}

fn failure_changes_nothing() {
    let lock = SpinLock::new();
    let look = || {
        // SAFETY: `lock` is alive, no other thread has it, and all its bytes are its state.
        unsafe { (&raw const lock).cast::<u32>().read_volatile() }
    };
    lock.lock();
    // Twice: the first failure may leave a mark, such as that somebody waits.
    lock.try_lock();
    let before = look();
    lock.try_lock();
    assert_eq!(
        look(),
        before,
        "the state after two attempts that fail, and after one.\n  A state that counts the attempts comes back to `FREE` after 2^32 of them, and \
         a thread that spins makes as many in a minute or two. The state"
    );
}

/// What stands around a lock.
const PAINT: u32 = 0xA5A5_A5A5;

fn neighbours() {
    #[repr(C)]
    struct Row(u32, SpinLock, u32);
    let row = Row(PAINT, SpinLock::new(), PAINT);
    // Through pointers: the compiler knows that nobody may change them.
    let look = |what: &str| {
        for (at, side) in [(&raw const row.0, "before"), (&raw const row.2, "behind")] {
            // SAFETY: `row` is alive.
            let found = unsafe { at.read_volatile() };
            assert_eq!(found, PAINT, "`{what}` writes to the four bytes {side} the lock");
        }
    };
    let lock = &row.1;
    assert!(
        lock.try_lock(),
        "the lock is free, and `try_lock` does not take it: does it look at its neighbours?"
    );
    look("try_lock");
    lock.unlock();
    look("unlock");
    lock.lock();
    look("lock");
    lock.unlock();
}

/// The assembly that takes a lock, in two ways, and that frees it.
fn assembly() -> [(&'static str, Vec<Assembly>); 3] {
    let lock = SpinLock::new();
    let parse = |texts: Vec<&str>| texts.into_iter().map(Assembly::parse).collect::<Vec<_>>();
    let try_lock = parse(arch::noted(|| {
        lock.try_lock();
    }));
    let unlock = parse(arch::noted(|| lock.unlock()));
    let by_lock = parse(arch::noted(|| lock.lock()));
    [("try_lock", try_lock), ("lock", by_lock), ("unlock", unlock)]
}

fn is_assembly() {
    for (function, calls) in assembly() {
        assert!(
            !calls.is_empty() || Architecture::HERE.is_none(),
            "`{function}` runs no `asm!` that the grader has seen. Does the file use `std::arch::asm` where it should say \
             `sync::arch::asm`?"
        );
    }
}

fn is_atomic() {
    let Some(here) = Architecture::HERE else { return };
    let [try_lock, lock, _] = assembly();
    for (function, calls) in [try_lock, lock] {
        assert!(
            calls.iter().any(|call| machine::exchanges(here, call)),
            "`{function}` has no instruction that reads memory and writes it in one step.\n  \
             Between a load and a store another core may do the same"
        );
        let plain = calls.iter().find_map(|call| machine::plain_store(here, call));
        assert!(
            plain.is_none(),
            "`{function}` writes memory with `{}`, too, which is not a part of the atomic step.\n  \
             What another core has stored since is lost. The atomic instruction is all that a lock is taken with",
            plain.unwrap_or_default()
        );
    }
}

fn is_ordered() {
    let Some(here) = Architecture::HERE else { return };
    let [try_lock, lock, unlock] = assembly();
    for (function, calls) in [try_lock, lock] {
        assert!(
            calls.iter().any(|call| machine::acquires(here, call)),
            "`{function}` has no acquire: what comes after it may be done before the lock is taken"
        );
    }
    assert!(
        unlock.1.iter().any(|call| machine::releases(here, call)),
        "`unlock` has no instruction that stores and is a release: what comes before it may be done after the lock is free"
    );
}

fn memory_is_named() {
    let Some(here) = Architecture::HERE else { return };
    for (function, calls) in assembly() {
        // What only reads may say so: a look before the attempt, for example.
        for call in calls.iter().filter(|call| machine::writes(here, call)) {
            let hidden = call.option(&["nomem", "readonly", "pure"]);
            assert!(
                hidden.is_none(),
                "`{function}` promises the compiler `{}`.\n  It does write memory; and for all that the compiler knows, what stands before and \
                 behind the lock may be moved across it",
                hidden.unwrap_or_default()
            );
        }
    }
}

fn registers_are_named() {
    let Some(here) = Architecture::HERE else { return };
    for (function, calls) in assembly() {
        for call in calls {
            if let Some(name) = machine::changed_input(&call) {
                panic!(
                    "`{function}`: an instruction writes to `{{{name}}}`, which is declared `in`: the compiler believes that it still has the \
                     old value"
                );
            }
            assert!(
                !machine::hides_eax(&call),
                "`{function}`: `cmpxchg` writes to `eax` when it fails, and the compiler is not told: `inout(\"eax\")`, or an `out`"
            );
            let flags = machine::changes_flags(here, &call)
                .filter(|_| call.option(&["preserves_flags"]).is_some());
            if let Some(mnemonic) = flags {
                panic!("`{function}` promises `preserves_flags`, and `{mnemonic}` changes them");
            }
        }
    }
}

/// For so long the other thread runs while the lock is held. This is its own processor time, so a busy machine takes nothing away: a
/// `lock` that gives up before has returned when it is over.
const ITS_CHANCE: Duration = Duration::from_millis(100);

/// A `lock` that sleeps while it waits uses next to no processor time. After so many naps of a millisecond, it has had its chance.
const NAPS: usize = 10_000;

fn waits() {
    let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    let (lock, steps) = &*shared;
    lock.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (lock, steps) = &*theirs;
        steps.store(1, SeqCst);
        lock.lock();
        steps.store(2, SeqCst);
        lock.unlock();
    });
    while steps.load(SeqCst) == 0 {
        thread::yield_now();
    }
    let start = time_of_others();
    for _ in 0..NAPS {
        thread::sleep(Duration::from_millis(1));
        assert_ne!(steps.load(SeqCst), 2, "`lock` has returned, and another thread holds the lock");
        if time_of_others().saturating_sub(start) > ITS_CHANCE {
            break;
        }
    }
    lock.unlock();
    other.join().expect("the other thread does not panic");
    assert_eq!(
        steps.load(SeqCst),
        2,
        "`unlock` was called, and the thread that waited has not got the lock"
    );
}

const THREADS: u64 = 2;
const ROUNDS: u64 = 5_000;

/// After so many rounds a thread lets others run, with the lock held. Each time may cost a slice of time, on a machine that has much
/// to do.
const TURN: u64 = 50;

/// Whoever has waited has the lock, and not only seen that it was free.
fn waiter_takes_it() {
    let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    let (lock, steps) = &*shared;
    lock.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (lock, steps) = &*theirs;
        steps.store(1, SeqCst);
        lock.lock();
        steps.store(2, SeqCst);
        while steps.load(SeqCst) == 2 {
            thread::yield_now();
        }
        lock.unlock();
    });
    while steps.load(SeqCst) == 0 {
        thread::yield_now();
    }
    // It waits by now.
    let start = time_of_others();
    for _ in 0..NAPS {
        if time_of_others().saturating_sub(start) > ITS_CHANCE {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    lock.unlock();
    while steps.load(SeqCst) == 1 {
        thread::yield_now();
    }
    let is_free = lock.try_lock();
    steps.store(3, SeqCst);
    other.join().expect("the other thread does not panic");
    assert!(
        !is_free,
        "a thread has waited for the lock and `lock` has returned there, and another thread can take it"
    );
}

fn stress() {
    waiter_takes_it();
    let shared = Shared::new((SpinLock::new(), UnsafeCell::new(0_u64)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                for round in 0..ROUNDS {
                    shared.0.lock();
                    // SAFETY: what is under test: whoever holds the lock is alone.
                    let sum = unsafe { *shared.1.get() };
                    if round % TURN == 0 {
                        thread::yield_now();
                    }
                    // SAFETY: as above.
                    unsafe { *shared.1.get() = sum + 1 };
                    shared.0.unlock();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("the thread does not panic");
    }
    // SAFETY: all threads have ended.
    let sum = unsafe { *shared.1.get() };
    assert_eq!(
        sum,
        THREADS * ROUNDS,
        "the sum of {THREADS} threads that add 1 {ROUNDS} times each, the lock held"
    );
}
