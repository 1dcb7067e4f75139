//! What each stage of chapter 9's mutex must do.

use super::super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::Probe,
    counters, hint, thread,
};
use super::{Mutex, MutexGuard};
use grader::{OnDrop, Shared, Unshowable, impls};
use std::cell::Cell;
use std::fmt::{self, Write};
use std::mem;

#[path = "waiters.rs"]
mod waiters;

pub use waiters::{five_waiters, last_user_frees};

pub fn mutex_is_sync_where_send() {
    assert!(
        impls!(Mutex<u8>: Sync),
        "a mutex around a `u8` is not `Sync`: no two threads could reach it"
    );
    assert!(
        impls!(Mutex<Cell<u8>>: Sync),
        "a mutex around a `Cell<u8>` is not `Sync`. One thread at a time uses the cell: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(Mutex<*const u8>: Sync),
        "a mutex around a `*const u8`, which is not `Send`, is `Sync`. The mutex moves the data from thread to thread"
    );
    assert!(
        !impls!(Mutex<std::sync::MutexGuard<'static, u8>>: Sync),
        "a mutex around std's `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The mutex moves the data from thread \
         to thread: another one could drop the guard"
    );
    assert!(impls!(Mutex<Cell<u8>>: Send), "a mutex around data that is `Send` is not `Send`");
    assert!(
        !impls!(Mutex<*const u8>: Send),
        "a mutex around a `*const u8`, which is not `Send`, is `Send`: the data goes along with it"
    );
}

pub fn guard_is_sync_where_data_is() {
    assert!(
        impls!(MutexGuard<'static, u8>: Sync),
        "a guard of a `u8` is not `Sync`, but sharing it would only share the `u8`"
    );
    assert!(
        !impls!(MutexGuard<'static, Cell<u8>>: Sync),
        "a guard of a `Cell<u8>` is `Sync`: two threads could share the guard, and write to the cell at once through `deref`"
    );
    assert!(
        !impls!(MutexGuard<'static, *const u8>: Sync),
        "a guard of a `*const u8`, which is not `Sync`, is `Sync`"
    );
}

pub fn guard_is_not_send() {
    assert!(
        !impls!(MutexGuard<'static, *const u8>: Send),
        "a guard of a `*const u8`, which is not `Send`, is `Send`: whoever gets the guard can move the data out of it"
    );
    assert!(
        !impls!(MutexGuard<'static, u8>: Send),
        "a guard is `Send`. This mutex promises, as std's does, that it is unlocked by the thread that has locked it"
    );
}

pub fn uses_sync() {
    clients::sees_atomics(|| {
        let mutex = Mutex::new(());
        drop(mutex.lock());
    });
}

pub fn gives_the_data() {
    sync::model(|| {
        let mutex = Mutex::new(Probe::new(1));
        let mut guard = mutex.lock();
        assert_eq!(guard.get(), 1, "`deref` does not give what `new` was given");
        guard.add(1);
        assert_eq!(guard.get(), 2, "`deref` does not see what was written through `deref_mut`");
        drop(guard);
        *mutex.lock() = Probe::new(7);
        assert_eq!(mutex.lock().get(), 7, "the change of the last holder is lost");
        // Moving a guard is not dropping it, and each guard unlocks once.
        let moved = Some(mutex.lock());
        drop(moved);
        assert_eq!(mutex.lock().get(), 7, "the change of the last holder is lost");
    });
}

/// Counts how often it is dropped.
struct Counted<'a>(&'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

pub fn drops_once() {
    sync::model(|| {
        let (first, second) = (Cell::new(0), Cell::new(0));
        let mutex = Mutex::new(Counted(&first));
        drop(mutex.lock());
        drop(mutex.try_lock());
        assert_eq!(first.get(), 0, "the data was dropped while it was in the mutex");
        *mutex.lock() = Counted(&second);
        assert_eq!(first.get(), 1, "drops of data that was replaced");
        drop(mutex);
        assert_eq!((first.get(), second.get()), (1, 1), "drops of (replaced data, the last data)");

        let third = Cell::new(0);
        let taken = Mutex::new(Counted(&third)).into_inner();
        assert_eq!(third.get(), 0, "`into_inner` has dropped the data that it gives away");
        drop(taken);
        assert_eq!(third.get(), 1, "drops of data that `into_inner` gave away");
    });
    // What is forgotten may be in memory that the lock needs.
    sync::Model::new().may_leak().check(|| {
        let drops = Cell::new(0);
        let mutex = Mutex::new(Counted(&drops));
        mem::forget(mutex.lock());
        drop(mutex);
        assert_eq!(drops.get(), 1, "drops of the data of a mutex whose guard was forgotten");
    });
}

pub fn panic_unlocks() {
    sync::model(|| {
        let mutex = Mutex::new(Probe::new(0));
        sync::expect_panic(|| {
            let mut guard = mutex.lock();
            guard.add(1);
            panic!("on purpose, with the lock held");
        });
        let guard = mutex.try_lock();
        assert!(guard.is_some(), "a holder has panicked, but the lock is still held");
        assert_eq!(guard.unwrap().get(), 1, "the data is not as the holder that panicked left it");
    });
    // A destructor is a user like any other, though its thread unwinds.
    sync::model(|| {
        let mutex = Mutex::new(Probe::new(0));
        while_unwinding(|| mutex.lock().add(1));
        let guard = mutex.try_lock();
        assert!(
            guard.is_some(),
            "a destructor has locked and unlocked while its thread unwound, but the lock is still held"
        );
        drop(guard);
        let mut tried = false;
        while_unwinding(|| tried = mutex.try_lock().is_some());
        assert!(
            tried,
            "a destructor has called `try_lock` while its thread unwound, but got `None`: nobody holds the lock"
        );
        assert!(
            mutex.try_lock().is_some(),
            "a destructor has called `try_lock` while its thread unwound, but the lock is still held"
        );
    });
}

/// Calls `f` in a destructor, while this thread unwinds.
fn while_unwinding(f: impl FnOnce()) {
    sync::expect_panic(|| {
        let _user = OnDrop::new(f);
        panic!("on purpose, with a value whose destructor locks");
    });
}

pub fn gives_the_data_to_its_owner() {
    sync::model(|| {
        let mut mutex = Mutex::new(Probe::new(1));
        mutex.get_mut().add(1);
        assert_eq!(
            mutex.lock().get(),
            2,
            "the holder does not see what was written through `get_mut`"
        );
        mutex.lock().add(1);
        assert_eq!(mutex.get_mut().get(), 3, "`get_mut` does not see what the last holder wrote");
        assert_eq!(
            mutex.into_inner().get(),
            3,
            "`into_inner` does not give what the last holder left"
        );
    });
    // A guard that was forgotten leaves the mutex locked, and what the mutex needs for that in memory. Its owner has the data all the
    // same.
    sync::Model::new().may_leak().check(|| {
        let mut mutex = Mutex::new(Probe::new(1));
        mem::forget(mutex.lock());
        mutex.get_mut().add(1);
        assert_eq!(
            mutex.into_inner().get(),
            2,
            "`into_inner` does not give what was written through `get_mut`"
        );
        // Nor is there anybody to wait for when it is dropped.
        let mutex = Mutex::new(Probe::new(1));
        mem::forget(mutex.lock());
        drop(mutex);
    });
}

pub fn debug_does_not_wait() {
    sync::model(|| {
        let mutex = Mutex::new(417);
        let shown = format!("{mutex:?}");
        assert!(
            shown.contains("417"),
            "the lock is free, but `{{:?}}` does not show the data: {shown}"
        );
        let guard = mutex.try_lock();
        assert!(guard.is_some(), "`{{:?}}` has left the lock held");
        // If this waits, it waits for ever.
        let shown = format!("{mutex:?}");
        assert!(
            shown.contains("<locked>") && !shown.contains("417"),
            "the lock is held, but `{{:?}}` does not say `<locked>`: {shown}"
        );
        assert!(
            mutex.try_lock().is_none(),
            "`{{:?}}` has unlocked a lock that somebody else holds"
        );
    });
    let ways: [(fn() -> fmt::Result, _); 2] =
        [(|| Err(fmt::Error), "returned an error"), (|| sync::panic_quietly(()), "panicked")];
    for (shows, what) in ways {
        sync::model(move || {
            let mutex = Mutex::new(Unshowable(shows));
            drop(sync::catch_panic(|| {
                let _ = write!(String::new(), "{mutex:?}");
                sync::panic_quietly(());
            }));
            assert!(
                mutex.try_lock().is_some(),
                "`Debug` of the data has {what}, and `{{:?}}` of the mutex has left the lock held",
            );
        });
    }
}

/// More than a byte counts.
const MANY: u32 = 257;

pub fn try_lock_takes_a_free_lock() {
    sync::model(|| {
        let mutex = Mutex::new(0);
        let guard = mutex.try_lock();
        assert!(guard.is_some(), "`try_lock` of a lock that nobody ever held returns `None`");
        assert!(
            mutex.try_lock().is_none(),
            "`try_lock` returns a guard while there is another one"
        );
        assert!(
            mutex.try_lock().is_none(),
            "a `try_lock` that returned `None` has unlocked the lock"
        );
        drop(guard);
        let guard = mutex.try_lock();
        assert!(
            guard.is_some(),
            "`try_lock` returns `None` although the only guard has been dropped"
        );
        drop(guard);
        drop(mutex.lock());
        assert!(
            mutex.try_lock().is_some(),
            "`try_lock` returns `None` after the guard of `lock` was dropped"
        );
    });
    // An attempt that is counted in a byte has gone round.
    sync::model(|| {
        let mutex = Mutex::new(());
        let guard = mutex.lock();
        for number in 1..=MANY {
            assert!(
                mutex.try_lock().is_none(),
                "call {number} of `try_lock` of a held lock returns a second guard"
            );
        }
        drop(guard);
        assert!(
            mutex.try_lock().is_some(),
            "`try_lock` returns `None` after {MANY} calls that failed: the guard has been dropped"
        );
    });
    // However often an exchange fails for no reason.
    sync::Model::new().faults(8).check(|| {
        assert!(
            Mutex::new(0).try_lock().is_some(),
            "`try_lock` of a lock that nobody ever held returns `None`: it gives up when an exchange has failed for no reason"
        );
    });
}

pub fn two_mutexes() {
    sync::model(|| {
        let (left, right) = (Mutex::new(1), Mutex::new(2));
        // They differ in how often they were locked.
        drop(right.lock());
        let mut first = left.lock();
        let second = right.lock();
        assert_eq!((*first, *second), (1, 2), "the data of one mutex came out of another");
        *first = 5;
        drop(first);
        assert_eq!(*left.lock(), 5, "the change of the last holder is lost");
        assert_eq!(*second, 2, "a change of one mutex's data changed another's");
    });
    // One thread waits for the first while another one has it, and takes and frees the second.
    sync::Model::new().faults(0).check(|| {
        let (left, right) = (Shared::new(Mutex::new(Probe::new(0))), Mutex::new(()));
        let guard = left.lock();
        let theirs = left.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        drop(right.lock());
        drop(guard);
        other.join().unwrap();
        assert_eq!(left.lock().get(), 1, "an increment was lost");
    });
}

/// Steps that a holder takes while the other thread waits.
const STEPS: u32 = 3;

/// How often a wait may return for no reason where a thread that gives up is looked for.
const PATIENCE: usize = 8;

/// How often one may where a thread that sleeps no more is looked for.
const VERY_OFTEN: usize = 300;

pub fn waits_for_the_holder() {
    sync::model(wait_for_holder);
    wait_for_one_who_stays();
}

fn wait_for_holder() {
    let shared = Shared::new((Mutex::new(()), AtomicU32::new(0)));
    let (mutex, taken) = &*shared;
    let guard = mutex.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (mutex, taken) = &*theirs;
        let _guard = mutex.lock();
        // Relaxed: a read-modify-write never misses another, and nothing else is handed over.
        let ended = taken.fetch_add(0, Relaxed) == STEPS;
        assert!(ended, "`lock` returned while another thread had a guard");
    });
    for _ in 0..STEPS {
        // Relaxed: as above.
        taken.fetch_add(1, Relaxed);
        hint::spin_loop();
    }
    drop(guard);
    other.join().unwrap();
}

/// Enters and leaves what one thread at a time may be in. The mutex is to keep the others out, not these operations, and
/// they order nothing: only who has a guard when is looked at, not what is handed over.
fn hold(mutex: &Mutex<()>, inside: &AtomicBool) {
    let _guard = mutex.lock();
    // Relaxed: a read-modify-write never reads an old value.
    assert!(!inside.swap(true, Relaxed), "two threads have a guard of the same mutex at once");
    // Relaxed: as above.
    assert!(inside.swap(false, Relaxed), "two threads had a guard of the same mutex at once");
}

/// Another thread holds the lock once, and this one so many times.
fn hold_beside_another(times: u32) {
    let shared = Shared::new((Mutex::new(()), AtomicBool::new(false)));
    let (mutex, inside) = &*shared;
    let theirs = shared.clone();
    let other = thread::spawn(move || hold(&theirs.0, &theirs.1));
    for _ in 0..times {
        hold(mutex, inside);
    }
    other.join().unwrap();
}

pub fn two_threads() {
    sync::model(|| hold_beside_another(1));
}

pub fn unlocks_once() {
    sync::model(|| hold_beside_another(2));
}

pub fn hand_over() {
    sync::model(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let theirs = mutex.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        mutex.lock().add(1);
        other.join().unwrap();
        assert_eq!(mutex.lock().get(), 2, "an increment was lost");
    });
    // Data of one byte is handed over like any other.
    sync::model(|| {
        let mutex = Shared::new(Mutex::new(0_u8));
        let theirs = mutex.clone();
        let other = thread::spawn(move || *theirs.lock() += 1);
        *mutex.lock() += 1;
        other.join().unwrap();
        assert_eq!(*mutex.lock(), 2, "an increment was lost");
    });
}

/// Two threads come while the lock is held, and may both sleep when it is freed. That one of the three has the lock first is
/// all that is left out: they do the same.
pub fn two_sleepers() {
    // What returns for no reason is tried with two threads; here it would make the model twenty times as large.
    sync::Model::new().faults(0).check(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let guard = mutex.lock();
        let others =
            [mutex.clone(), mutex.clone()].map(|mutex| thread::spawn(move || mutex.lock().add(1)));
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(mutex.lock().get(), 2, "an increment was lost");
    });
    // The one that is woken finds the lock taken again, and sleeps once more. The search begins with the execution in which both sleep, and
    // goes on with those that differ from it as late as can be.
    sync::Model::new().faults(0).main_last().executions(4_000).check(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let guard = mutex.lock();
        let others =
            [mutex.clone(), mutex.clone()].map(|mutex| thread::spawn(move || mutex.lock().add(1)));
        drop(guard);
        mutex.lock().add(1);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(mutex.lock().get(), 3, "an increment was lost");
    });
}

pub fn lock_beside_try_lock() {
    sync::model(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let theirs = mutex.clone();
        let other = thread::spawn(move || match theirs.try_lock() {
            Some(mut data) => {
                data.add(1);
                1
            }
            None => 0,
        });
        mutex.lock().add(1);
        let tried = other.join().unwrap();
        assert_eq!(mutex.lock().get(), 1 + tried, "an increment was lost");
    });
}

pub fn try_lock_of_a_lock_with_sleepers() {
    sync::model(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let guard = mutex.lock();
        let theirs = mutex.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        // The other thread may sleep by now. If this makes the mutex forget it, nobody wakes it.
        let second = mutex.try_lock().is_some();
        assert!(!second, "`try_lock` returns a guard while there is another one");
        drop(guard);
        other.join().unwrap();
        assert_eq!(mutex.lock().get(), 1, "an increment was lost");
    });
}

/// One thread has the lock while another one wants it. Returns what both together have done, but for the main thread's first
/// `lock`.
fn one_waits(mutex: &Shared<Mutex<()>>) -> sync::Counters {
    let guard = mutex.lock();
    let before = counters();
    let theirs = mutex.clone();
    let other = thread::spawn(move || drop(theirs.lock()));
    drop(guard);
    other.join().unwrap();
    let after = counters();
    sync::Counters {
        loads: after.loads - before.loads,
        hints: after.hints - before.hints,
        waits: after.waits - before.waits,
        wakes: after.wakes - before.wakes,
        ..after
    }
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err(format!(
        "`lock` does not sleep: thread {} is still running in a loop, though the lock is not going to be free, and would run \
         for ever. It should end up asleep in `futex::wait` (a thread that first looks a few hundred times is not followed that far)",
        turn.thread
    ))
}

/// A thread that was woken, and found that another one had been quicker.
pub fn overtaken_waiter_sleeps() {
    sync::Model::new().faults(0).waits(only_the_main_thread).check(|| {
        let shared = Shared::new((Mutex::new(()), AtomicBool::new(false)));
        let (mutex, freed) = &*shared;
        let guard = mutex.lock();
        let theirs = shared.clone();
        let other = thread::spawn(move || drop(theirs.0.lock()));
        drop(guard);
        if let Some(guard) = mutex.try_lock() {
            // Never, as above.
            while !freed.load(Relaxed) {
                hint::spin_loop();
            }
            drop(guard);
        }
        other.join().unwrap();
    });
}

pub fn waiter_sleeps() {
    waiter_sleeps_behind(Mutex::lock);
    waiter_sleeps_behind(|mutex| mutex.try_lock().expect("the lock is free"));
}

fn waiter_sleeps_behind(take: fn(&Mutex<()>) -> MutexGuard<'_, ()>) {
    let program = move || {
        let shared = Shared::new((Mutex::new(()), AtomicBool::new(false)));
        let (mutex, freed) = &*shared;
        let guard = take(mutex);
        let theirs = shared.clone();
        let other = thread::spawn(move || drop(theirs.0.lock()));
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !freed.load(Relaxed) {
            hint::spin_loop();
        }
        drop(guard);
        other.join().unwrap();
    };
    // Nor does a thread sleep no more because its sleep has ended for no reason very often.
    let models = [sync::Model::new(), sync::Model::new().faults(0).restless(VERY_OFTEN)];
    for model in models {
        model.waits(only_the_main_thread).check(program);
    }
}

/// Calls of the system that `f` makes, alone.
fn calls(f: impl FnOnce()) -> usize {
    let before = counters();
    f();
    let after = counters();
    after.waits + after.wakes - before.waits - before.wakes
}

pub fn uncontended_makes_no_call() {
    sync::model(|| {
        let mutex = Mutex::new(());
        let made = calls(|| drop(mutex.lock()));
        assert_eq!(made, 0, "system calls of a `lock` and an unlock that nobody waits for");
        let made = calls(|| drop(mutex.try_lock()));
        assert_eq!(made, 0, "system calls of a `try_lock` and an unlock that nobody waits for");
        sync::expect_panic(|| {
            let _guard = mutex.lock();
            panic!("on purpose, with the lock held");
        });
        let made = calls(|| drop(mutex.lock()));
        assert_eq!(
            made, 0,
            "system calls of a `lock` and an unlock that nobody waits for, after a holder has panicked for whom nobody waited either"
        );
    });
}

pub fn failed_try_lock_is_no_waiter() {
    sync::model(|| {
        let mutex = Mutex::new(());
        let guard = mutex.lock();
        let made = calls(|| {
            drop(mutex.try_lock());
            drop(guard);
        });
        assert_eq!(
            made, 0,
            "system calls of an unlock after a `try_lock` has failed. A thread that has given up does not wait"
        );
    });
}

/// Threads meet again and again. The search begins with the execution in which the other one sleeps each time, and few more are worth
/// their time.
const MEETINGS: usize = 6;

pub fn contention_ends() {
    sync::model(|| {
        let mutex = Mutex::new(());
        let mutex = Shared::new(mutex);
        let theirs = mutex.clone();
        let other = thread::spawn(move || drop(theirs.lock()));
        drop(mutex.lock());
        other.join().unwrap();
        let made = calls(|| drop(mutex.lock()));
        assert_eq!(
            made, 0,
            "system calls of a `lock` and an unlock after all others have gone. The mutex still believes that somebody waits"
        );
    });
    sync::Model::new().faults(0).main_last().executions(100).check(|| {
        let mutex = Shared::new(Mutex::new(()));
        for meeting in 1..=MEETINGS {
            one_waits(&mutex);
            let made = calls(|| drop(mutex.lock()));
            assert_eq!(
                made, 0,
                "system calls of a `lock` and an unlock after a thread has waited {meeting} times and has gone. The mutex still \
                 believes that somebody waits"
            );
        }
    });
}

/// What is wrong with a waiter that sleeps at once.
const AT_ONCE: &str = "`lock` goes to sleep at once. It should look again for a moment, with `hint::spin_loop()` between two looks";

pub fn looks_before_it_sleeps() {
    // First with an unlock: such an execution shows the calls that a second look would have saved.
    sync::model(|| {
        let done = one_waits(&Shared::new(Mutex::new(())));
        assert!(done.waits == 0 || done.hints > 0, "{AT_ONCE}");
    });
    // A waiter that comes later, to the same lock or another one, looks as well.
    for same in [true, false] {
        sync::Model::new().faults(0).executions(2_000).check(move || {
            let mutex = Shared::new(Mutex::new(()));
            one_waits(&mutex);
            let second = if same { mutex } else { Shared::new(Mutex::new(())) };
            let done = one_waits(&second);
            assert!(
                done.waits == 0 || done.hints > 0,
                "the first waiter looked before it slept, and the second one does not. {AT_ONCE}"
            );
        });
    }
    looks_first("`lock`", Mutex::lock);
    looks_first("`try_lock`", |mutex| mutex.try_lock().expect("the lock is free"));
}

/// The holder waits for the end of the waiter, which never gets the lock: what it has done, it has done before it went to sleep. It does
/// not wake for no reason either.
fn looks_first(by: &'static str, take: fn(&Mutex<()>) -> MutexGuard<'_, ()>) {
    let model = sync::Model::new().faults(0).on_stuck(move |stuck| {
        if stuck.counters.waits == 0 || stuck.counters.hints > 0 {
            return Ok(());
        }
        Err(format!("The holder came by {by}. {AT_ONCE}").into())
    });
    model.check(move || {
        let mutex = Shared::new(Mutex::new(()));
        let _guard = take(&mutex);
        let theirs = mutex.clone();
        thread::spawn(move || drop(theirs.lock())).join().unwrap();
    });
}

/// A waiter may give so many hints before it sleeps. Ten times what the contract says, for those who double their pauses.
const HINTS: usize = 1_000;

/// A waiter may look so often before it sleeps: as the contract says, and also before the first hint and after the last.
const LOOKS: usize = 102;

pub fn looks_are_bounded() {
    sync::model(|| {
        let done = one_waits(&Shared::new(Mutex::new(())));
        let most = HINTS * (done.waits + 1);
        assert!(
            done.hints <= most,
            "`lock` gives {} hints to wait and sleeps {} times: it spins too long before it sleeps",
            done.hints,
            done.waits
        );
        let most = LOOKS * (done.waits + 1);
        assert!(
            done.loads <= most,
            "`lock` looks {} times and sleeps {} times: it may look at most a hundred times before each sleep",
            done.loads,
            done.waits
        );
    });
}

pub fn takes_four_bytes() {
    let empty = size_of::<Mutex<()>>();
    assert!(
        empty <= 4,
        "a mutex around nothing takes {empty} bytes: its state should be one `AtomicU32`"
    );
    let word = size_of::<Mutex<u32>>();
    assert!(
        word <= 8,
        "a mutex around a `u32` takes {word} bytes: its state should be one `AtomicU32`"
    );
}

/// What a thread does that wakes again and again while the lock is never free. How the lock goes on when it is, others look at: here it
/// would make the model a hundred times as large.
fn wait_for_one_who_stays() {
    let model = sync::Model::new().faults(PATIENCE).waits(|_| Ok(())).on_stuck(|_| Ok(()));
    model.check(|| {
        let mutex = Shared::new(Mutex::new(()));
        let _guard = mutex.lock();
        let theirs = mutex.clone();
        let other = thread::spawn(move || {
            let _guard = theirs.lock();
            panic!("`lock` returned while another thread had a guard");
        });
        other.join().unwrap();
    });
}
