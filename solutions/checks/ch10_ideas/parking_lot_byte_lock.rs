//! What `ch10_ideas/parking_lot_byte_lock` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync::{
        self,
        atomic::{AtomicBool, Ordering::Relaxed},
        cell::Probe,
        hint, thread,
    },
};
use grader::{Check, OnDrop, Shared};
use std::sync::{Arc, atomic::AtomicUsize};

#[path = "clients/parking_lot_byte_lock.rs"]
mod small;

#[path = "../ch09_locks/mutex/contract.rs"]
#[allow(dead_code, reason = "the last stage of chapter 9 uses all of it")]
mod contract;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("mutex_is_sync_exactly_where_the_data_is_send", contract::mutex_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", contract::guard_is_sync_where_data_is),
    Check::fact("guard_stays_on_its_thread", contract::guard_is_not_send),
    Check::fact("mutex_takes_one_byte", takes_one_byte),
    Check::fact("mutexes_side_by_side_are_two", side_by_side),
    Check::model("guard_gives_the_data_and_unlocks_when_dropped", contract::gives_the_data),
    Check::model("get_mut_and_into_inner_give_the_data", contract::gives_the_data_to_its_owner),
    Check::model("debug_shows_the_data_and_never_waits", contract::debug_does_not_wait),
    Check::model("try_lock_takes_a_free_lock_and_no_other", contract::try_lock_takes_a_free_lock),
    Check::model("holder_that_panics_unlocks", contract::panic_unlocks),
    Check::model("guard_that_unlocks_fairly_unlocks_once", fair_unlocks_once),
    Check::model("lock_waits_until_the_guard_is_dropped", contract::waits_for_the_holder),
    Check::model("two_threads_never_have_a_guard_at_once", contract::two_threads),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", contract::hand_over),
    Check::model("what_a_holder_did_happens_before_it_hands_over", fair_hand_over),
    Check::model("what_a_holder_did_happens_before_others_overtake", overtaking_sees),
    Check::model("two_sleepers_are_woken_one_after_the_other", contract::two_sleepers),
    Check::model("last_user_may_free_the_mutex", contract::last_user_frees),
    Check::counted("waiter_goes_to_sleep", contract::waiter_sleeps),
    Check::counted("waiter_that_is_overtaken_sleeps_again", contract::overtaken_waiter_sleeps),
    Check::model("fair_unlock_leaves_the_lock_to_nobody_else", nobody_overtakes),
    Check::counted("fair_unlock_hands_over_to_who_came_first", first_come_first_served),
    Check::counted("try_lock_takes_a_free_lock_that_others_wait_for", try_lock_beside_sleepers),
    Check::counted("guard_that_is_dropped_lets_others_overtake", others_overtake),
    Check::counted("each_thread_that_waits_is_counted_where_it_waits", counts_waiters),
    Check::model("one_mutex_does_not_wake_who_waits_for_another", two_mutexes),
    Check::counted("entries_of_the_table_are_freed", frees_entries),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::AsItIs>),
    Check::counted(
        "every_small_program_does_what_a_fair_lock_does",
        clients::check::<small::FairLocks>,
    ),
];

fn takes_one_byte() {
    assert_eq!(size_of::<Mutex<()>>(), 1, "bytes that a mutex around nothing takes");
    assert_eq!(size_of::<Mutex<u8>>(), 2, "bytes that a mutex around a `u8` takes");
}

/// In the model a byte has more room.
fn side_by_side() {
    let mutexes = Shared::new([(); 8].map(|()| Mutex::new(())));
    let guard = mutexes[0].lock();
    let theirs = mutexes.clone();
    let other = std::thread::spawn(move || drop(theirs[0].lock()));
    // It is sure to wait soon. If that is not seen, other checks look at why.
    let tries = (0..2_000).take_while(|_| mutexes[0].waiting() == 0);
    tries.for_each(|_| std::thread::sleep(std::time::Duration::from_millis(1)));
    let others: usize = mutexes.iter().skip(1).map(Mutex::waiting).sum();
    drop(guard);
    other.join().unwrap();
    assert_eq!(
        others, 0,
        "who waits for a mutex is counted by others, whose bytes are beside its own"
    );
}

fn fair_unlocks_once() {
    sync::model(|| {
        let mutex = Mutex::new(Probe::new(1));
        MutexGuard::unlock_fair(mutex.lock());
        let guard = mutex.try_lock();
        assert!(
            guard.is_some(),
            "`unlock_fair` was called and nobody waits, but the lock is still held"
        );
        assert!(
            mutex.try_lock().is_none(),
            "`try_lock` returns a guard while there is another one"
        );
        assert_eq!(guard.unwrap().get(), 1, "the data, after `unlock_fair`");
        unlock_while_unwinding(mutex.lock());
        assert!(
            mutex.try_lock().is_some(),
            "a destructor has called `unlock_fair` while its thread unwound, and nobody waits, but the lock is still held"
        );
    });
    sync::model(|| {
        let mutex = Shared::new((Mutex::new(()), AtomicBool::new(false)));
        let theirs = mutex.clone();
        let other = thread::spawn(move || hold_fairly(&theirs.0, &theirs.1));
        hold_fairly(&mutex.0, &mutex.1);
        drop(mutex.0.try_lock());
        other.join().unwrap();
    });
}

/// Enters and leaves what one thread at a time may be in.
fn hold_fairly(mutex: &Mutex<()>, inside: &AtomicBool) {
    let guard = mutex.lock();
    // Relaxed, both: a read-modify-write never reads an old value, and the mutex is to keep the others out, not these.
    assert!(!inside.swap(true, Relaxed), "two threads have a guard of the same mutex at once");
    assert!(inside.swap(false, Relaxed), "two threads had a guard of the same mutex at once");
    MutexGuard::unlock_fair(guard);
}

fn fair_hand_over() {
    sync::model(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let theirs = mutex.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        let mut guard = mutex.lock();
        guard.add(1);
        MutexGuard::unlock_fair(guard);
        other.join().unwrap();
        assert_eq!(mutex.lock().get(), 2, "an increment was lost");
    });
}

fn overtaking_sees() {
    sync::Model::new().faults(0).check(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let mut guard = mutex.lock();
        let theirs = mutex.clone();
        let waits = thread::spawn(move || drop(theirs.lock()));
        let theirs = mutex.clone();
        let tries = thread::spawn(move || {
            if let Some(guard) = theirs.try_lock() {
                assert_eq!(guard.get(), 1, "what another holder wrote, before it unlocked");
            }
        });
        guard.set(1);
        drop(guard);
        waits.join().unwrap();
        tries.join().unwrap();
    });
}

fn nobody_overtakes() {
    let unlocks: [(fn(MutexGuard<'_, bool>), _); 2] = [
        (|guard| MutexGuard::unlock_fair(guard), ""),
        (|guard| unlock_while_unwinding(guard), " in a destructor, in a panic,"),
    ];
    for (unlock, place) in unlocks {
        sync::Model::new().faults(0).check(move || {
            let mutex = Shared::new(Mutex::new(false));
            let guard = mutex.lock();
            let theirs = mutex.clone();
            let other = thread::spawn(move || *theirs.lock() = true);
            let waits = mutex.waiting() == 1;
            unlock(guard);
            let overtaken = mutex.try_lock().is_some_and(|served| !*served);
            assert!(
                !(waits && overtaken),
                "a thread waited, and after `unlock_fair`{place} another one got the lock before it"
            );
            other.join().unwrap();
            assert_eq!(mutex.waiting(), 0, "how many threads `waiting` counts when nobody waits");
        });
    }
}

/// Calls `unlock_fair` in a destructor, while this thread unwinds.
fn unlock_while_unwinding<T>(guard: MutexGuard<'_, T>) {
    sync::expect_panic(move || {
        let _user = OnDrop::new(move || MutexGuard::unlock_fair(guard));
        panic!("on purpose, with a value whose destructor unlocks");
    });
}

/// Goes on in those executions only in which it is so. In the others, the main thread waits for ever.
fn go_on_if(is_so: bool) {
    let goes_on = AtomicBool::new(is_so);
    // Relaxed: nobody writes it.
    while !goes_on.load(Relaxed) {
        hint::spin_loop();
    }
}

fn first_come_first_served() {
    sync::Model::new().faults(0).waits(|_| Ok(())).check(|| {
        // Who was served, as digits.
        let mutex = Shared::new(Mutex::new(0));
        let guard = mutex.lock();
        let others = [1, 2, 3, 4, 5].map(|number| {
            let theirs = mutex.clone();
            let other = thread::spawn(move || {
                let mut served = theirs.lock();
                *served = 10 * *served + number;
                MutexGuard::unlock_fair(served);
            });
            go_on_if(mutex.waiting() == number);
            other
        });
        MutexGuard::unlock_fair(guard);
        let overtaken = mutex.try_lock().is_some_and(|served| *served != 12345);
        assert!(
            !overtaken,
            "five threads waited, and after `unlock_fair` another one got the lock before them"
        );
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(
            *mutex.lock(),
            12345,
            "thread 1 waited first, then 2, and so on: who was served, as digits"
        );
    });
}

fn try_lock_beside_sleepers() {
    sync::Model::new().faults(0).executions(2_000).waits(|_| Ok(())).check(|| {
        let mutex = Shared::new(Mutex::new(0));
        let guard = mutex.lock();
        let others = [1, 2].map(|number| {
            let theirs = mutex.clone();
            let other = thread::spawn(move || *theirs.lock() += 1);
            go_on_if(mutex.waiting() == number);
            other
        });
        drop(guard);
        if mutex.try_lock().is_none() {
            assert_ne!(
                *mutex.lock(),
                0,
                "`try_lock` failed although nobody has had the lock since it was unlocked. A thread that waits for it does not make it held"
            );
        }
        for other in others {
            other.join().unwrap();
        }
    });
}

fn others_overtake() {
    (1..=3).for_each(overtake);
}

/// So many threads wait.
fn overtake(number: usize) {
    let times = Arc::new(AtomicUsize::new(0));
    let counted = times.clone();
    sync::Model::new().faults(0).executions(200).main_last().waits(|_| Ok(())).check(move || {
        let mutex = Shared::new(Mutex::new(false));
        let guard = mutex.lock();
        for waiting in 1..=number {
            let theirs = mutex.clone();
            thread::spawn(move || *theirs.lock() = true);
            go_on_if(mutex.waiting() == waiting);
        }
        drop(guard);
        let overtakes = mutex.try_lock().is_some_and(|served| !*served);
        // Relaxed, as below: executions come one after the other.
        counted.fetch_add(usize::from(overtakes), Relaxed);
        // Others are quicker in other executions.
        go_on_if(false);
    });
    assert!(
        times.load(Relaxed) > 0,
        "threads that wait: {number}. A guard is dropped, and in no execution does a `try_lock` get the lock before them. Only `unlock_fair` hands it over"
    );
}

fn counts_waiters() {
    const MANY: usize = 5;
    let most = Arc::new(AtomicUsize::new(0));
    let counted = most.clone();
    sync::Model::new().faults(0).waits(|_| Ok(())).check(move || {
        let mutexes = Shared::new([Apart(Mutex::new(())), Apart(Mutex::new(()))]);
        let [first, second] = &*mutexes;
        let _guard = first.0.lock();
        for number in 1..=MANY {
            let theirs = mutexes.clone();
            thread::spawn(move || drop(theirs[0].0.lock()));
            let waiting = first.0.waiting();
            // Relaxed, as below: executions come one after the other.
            counted.fetch_max(waiting, Relaxed);
            go_on_if(waiting == number);
        }
        assert_eq!(
            second.0.waiting(),
            0,
            "threads that another mutex counts, which wait for the first one"
        );
        go_on_if(false);
    });
    let most = most.load(Relaxed);
    assert_eq!(
        most, MANY,
        "the most that `waiting` says, in all executions of {MANY} threads that wait"
    );
}

/// In one bucket, if the table is as we have made it.
#[repr(align(64))]
struct Apart(Mutex<()>);

/// Both in one bucket, or side by side.
fn two_mutexes() {
    two_of(|| Apart(Mutex::new(())), |place| &place.0);
    two_of(|| Mutex::new(()), |mutex| mutex);
}

fn two_of<M: 'static>(new: fn() -> M, of: fn(&M) -> &Mutex<()>) {
    sync::Model::new().faults(0).check(move || {
        let mutexes = Shared::new([new(), new()]);
        let [first, second] = [0, 1].map(|place| of(&mutexes[place]).lock());
        let [waits_first, waits_second] = [0, 1].map(|place| {
            let theirs = mutexes.clone();
            thread::spawn(move || MutexGuard::unlock_fair(of(&theirs[place]).lock()))
        });
        drop(second);
        waits_second.join().unwrap();
        drop(first);
        waits_first.join().unwrap();
        for mutex in &*mutexes {
            assert!(
                of(mutex).try_lock().is_some(),
                "all have unlocked, and the lock is still held"
            );
        }
    });
}

/// The table is there until the process ends, and with it what it leads to. So each of its places is used more than once.
fn frees_entries() {
    waits_six_times(|guard| drop(guard));
    waits_six_times(|guard| MutexGuard::unlock_fair(guard));
}

fn waits_six_times(unlock: fn(MutexGuard<'_, ()>)) {
    sync::Model::new().faults(0).executions(20).main_last().waits(|_| Ok(())).check(move || {
        let mutex = Shared::new(Mutex::new(()));
        for _ in 0..6 {
            let guard = mutex.lock();
            let theirs = mutex.clone();
            let other = thread::spawn(move || drop(theirs.lock()));
            go_on_if(mutex.waiting() == 1);
            unlock(guard);
            other.join().unwrap();
        }
    });
}
