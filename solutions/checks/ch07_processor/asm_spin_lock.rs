//! What `ch07_processor/asm_spin_lock` must do.

use super::{subject, sync};
use grader::{Check, impls};
use subject::SpinLock;

#[path = "assembly/changes.rs"]
mod changes;
#[path = "assembly/line.rs"]
mod line;
#[path = "assembly/machine.rs"]
mod machine;
#[path = "assembly/operands.rs"]
mod operands;
#[path = "assembly/registers.rs"]
mod registers;
#[path = "assembly/rules.rs"]
mod rules;
#[path = "assembly/text.rs"]
mod text;
#[path = "assembly/threads.rs"]
mod threads;

/// In the order in which they are run. No model knows what these instructions do: some checks try the lock, with real threads,
/// and some read its text.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::counted("compiler_knows_which_registers_and_flags_change", rules::registers_are_named),
    Check::fact("lock_is_taken_once_until_it_is_freed", one_at_a_time),
    Check::fact("attempt_that_fails_changes_nothing", failure_changes_nothing),
    Check::fact("neighbours_in_memory_are_left_alone", neighbours),
    Check::counted("lock_is_taken_and_freed_by_assembly", rules::is_assembly),
    Check::counted("lock_is_taken_in_one_atomic_step", rules::is_atomic),
    Check::counted("taking_is_an_acquire_and_freeing_a_release", rules::is_ordered),
    Check::counted("compiler_knows_that_memory_changes", rules::memory_is_named),
    Check::fact("lock_waits_until_the_holder_unlocks", threads::waits),
    Check::fact("no_addition_is_lost_under_the_lock", threads::stress),
];

fn is_shared_and_sent() {
    assert!(impls!(SpinLock: Sync), "the lock is not `Sync`: two threads could not both reach it");
    assert!(impls!(SpinLock: Send), "the lock is not `Send`");
}

fn one_at_a_time() {
    for lock in [SpinLock::new(), SpinLock::default()] {
        for _ in 0..3 {
            assert!(lock.try_lock(), "the lock is free, but `try_lock` does not take it");
            assert!(!lock.try_lock(), "the lock is held, but `try_lock` takes it");
            assert!(!lock.try_lock(), "the lock is held, but the second `try_lock` takes it");
            lock.unlock();
        }
        lock.lock();
        assert!(!lock.try_lock(), "`lock` has returned, but `try_lock` takes the lock");
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
        "the lock is free, but `try_lock` does not take it: does it look at its neighbours?"
    );
    look("try_lock");
    lock.unlock();
    look("unlock");
    lock.lock();
    look("lock");
    lock.unlock();
}
