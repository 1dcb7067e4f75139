//! What `ch10_ideas/condvar_requeue` must do.

use super::subject::{Condvar, Mutex, MutexGuard};
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, Ordering::Relaxed},
    cell::Probe,
    hint, thread,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::{Arc, atomic::AtomicUsize};

#[path = "clients/condvar_requeue.rs"]
mod small;

#[path = "../ch09_locks/mutex/waiters.rs"]
#[allow(dead_code, reason = "those who wait for the mutex have checks of their own here")]
mod waiters;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("mutex_is_sync_exactly_where_the_data_is_send", mutex_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", guard_is_sync_where_data_is),
    Check::fact("guard_stays_on_its_thread", guard_is_not_send),
    Check::fact("condvar_is_send_and_sync", condvar_is_send_and_sync),
    Check::counted("sleepers_are_told_by_the_atomics_of_sync", uses_sync),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", hand_over),
    Check::model("holder_that_panics_unlocks", panic_unlocks),
    Check::model("waiter_that_saw_the_old_data_is_notified", wakes_who_saw_the_old_data),
    Check::model("wait_lasts_until_a_notification", lasts),
    Check::counted("waiter_goes_to_sleep", waiter_sleeps),
    Check::model("notify_all_moves_all_to_the_mutex_and_wakes_none", moves_all),
    Check::counted("notify_all_moves_five_as_well", moves_five),
    Check::model("notify_one_moves_one", moves_one),
    Check::counted("notify_one_moves_who_has_waited_longest", moves_the_longest),
    Check::counted("notify_all_moves_nobody_who_comes_later", moves_nobody_late),
    Check::counted("mutex_serves_first_come_first_served", first_come_first_served),
    Check::counted("who_is_moved_stands_behind_those_who_came_before", moved_to_the_end),
    Check::model("each_has_the_mutex_when_it_returns", returns_locked),
    Check::model("waiters_of_two_mutexes_each_get_their_own", two_mutexes),
    Check::counted("waiters_of_two_mutexes_that_are_held_are_moved_to_their_own", two_held_mutexes),
    Check::model("last_user_may_free_the_mutex", waiters::last_user_frees),
    Check::counted(
        "every_small_program_does_what_such_a_condvar_does",
        clients::check::<small::Condvars>,
    ),
];

fn mutex_is_sync_where_send() {
    assert!(
        impls!(Mutex<Cell<u8>>: Sync) && impls!(Mutex<Cell<u8>>: Send),
        "a mutex around a `Cell<u8>` is not `Sync` or not `Send`. One thread at a time uses the cell: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(Mutex<*const u8>: Sync) && !impls!(Mutex<*const u8>: Send),
        "a mutex around a `*const u8`, which is not `Send`, is `Sync` or `Send`. The mutex moves the data from thread to thread"
    );
}

fn guard_is_sync_where_data_is() {
    assert!(
        impls!(MutexGuard<'static, u8>: Sync) && !impls!(MutexGuard<'static, Cell<u8>>: Sync),
        "a guard of a `u8` is not `Sync`, or one of a `Cell<u8>` is: whoever shares the guard shares the data"
    );
}

fn guard_is_not_send() {
    assert!(
        !impls!(MutexGuard<'static, u8>: Send),
        "a guard is `Send`. This mutex promises, as std's does, that it is unlocked by the thread that has locked it"
    );
}

fn condvar_is_send_and_sync() {
    assert!(
        impls!(Condvar: Send) && impls!(Condvar: Sync),
        "`Condvar` is not `Send` or not `Sync`: the thread that waits and the one that notifies could not both reach it"
    );
}

/// A number in a mutex, and a condition variable.
type Place = (Mutex<Probe>, Condvar);

fn place() -> Shared<Place> {
    Shared::new((Mutex::new(Probe::new(0)), Condvar::new()))
}

/// Waits until the number is 1 or more.
fn wait_for_one((mutex, condvar): &Place) -> MutexGuard<'_, Probe> {
    let mut guard = mutex.lock();
    while guard.get() == 0 {
        guard = condvar.wait(guard);
    }
    guard
}

fn waiter(place: &Shared<Place>) -> thread::JoinHandle<()> {
    let place = place.clone();
    thread::spawn(move || drop(wait_for_one(&place)))
}

fn uses_sync() {
    sync::model(|| {
        let place = place();
        let guard = place.0.lock();
        let theirs = place.clone();
        let before = sync::counters().stores;
        let other = thread::spawn(move || drop(theirs.0.lock()));
        let waits = place.0.waiting() == 1;
        drop(guard);
        other.join().unwrap();
        assert!(
            !waits || sync::counters().stores > before,
            "a thread slept and was told to go on, and the checker saw no store. Does the file use `std::sync::atomic` where it should say `sync::atomic`?"
        );
    });
}

fn hand_over() {
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || theirs.0.lock().add(1));
        place.0.lock().add(1);
        other.join().unwrap();
        assert_eq!(place.0.lock().get(), 2, "an increment was lost");
        assert_eq!(place.0.waiting(), 0, "threads that `waiting` counts when nobody waits");
    });
}

fn panic_unlocks() {
    sync::model(|| {
        let (mutex, _) = &*place();
        sync::expect_panic(|| {
            mutex.lock().add(1);
            let _guard = mutex.lock();
            panic!("on purpose, with the lock held");
        });
        assert_eq!(mutex.lock().get(), 1, "the data, after a holder has panicked");
    });
    // The mutex goes on to whoever is next.
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || theirs.0.lock().add(1));
        sync::expect_panic(|| {
            let _guard = place.0.lock();
            panic!("on purpose, with the lock held");
        });
        other.join().unwrap();
        assert_eq!(
            place.0.lock().get(),
            1,
            "the data, after a holder has panicked and another one has added 1"
        );
    });
}

fn wakes_who_saw_the_old_data() {
    sync::model(|| {
        let place = place();
        let other = waiter(&place);
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
    });
    sync::model(|| {
        let place = place();
        let other = waiter(&place);
        let mut guard = place.0.lock();
        guard.set(1);
        place.1.notify_all();
        drop(guard);
        other.join().unwrap();
    });
}

fn lasts() {
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || {
            let guard = theirs.1.wait(theirs.0.lock());
            assert_eq!(guard.get(), 1, "`wait` returned although nobody had notified the thread");
        });
        while place.1.waiting() == 0 {
            thread::yield_now();
        }
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
    });
}

/// Objects to the thread that waits, if it turns in a loop. The main thread may.
fn only_the_main_thread_turns(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`wait` keeps the processor busy: it turns in a loop until it is notified".into())
}

fn waiter_sleeps() {
    sync::Model::new().waits(only_the_main_thread_turns).check(|| {
        let never = AtomicBool::new(false);
        let place = place();
        // Nobody notifies it.
        let _other = waiter(&place);
        // Relaxed: nobody writes it.
        while !never.load(Relaxed) {
            hint::spin_loop();
        }
    });
}

/// Two threads wait, if they come in time, and the main thread notifies them with the mutex held.
fn notify_two(notify: fn(&Condvar), at_least: usize) {
    sync::Model::new().faults(0).check(move || {
        let place = place();
        let others = [waiter(&place), waiter(&place)];
        let (mutex, condvar) = &*place;
        let mut guard = mutex.lock();
        let (wait, queue) = (condvar.waiting(), mutex.waiting());
        if wait == 2 {
            notify(condvar);
            let moved = (condvar.waiting(), mutex.waiting());
            let expected = (wait - at_least, queue + at_least);
            assert_eq!(
                moved, expected,
                "threads that wait for (a notification, the mutex), after a `notify_one` with the mutex held, when two waited"
            );
        }
        guard.set(1);
        condvar.notify_all();
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!((condvar.waiting(), mutex.waiting()), (0, 0), "threads that `waiting` counts when nobody waits");
    });
}

fn moves_all() {
    notify_two(Condvar::notify_all, 2);
}

fn moves_one() {
    notify_two(Condvar::notify_one, 1);
}

/// Threads 1 to 3 wait, one after the other. The mutex serves them in the order in which they were notified.
fn moves_the_longest() {
    sync::Model::new().faults(0).waits(|_| Ok(())).check(|| {
        let place = place();
        let (mutex, condvar) = &*place;
        let others = [1, 2, 3].map(|number| {
            let theirs = place.clone();
            let other =
                thread::spawn(move || serve(theirs.1.wait(theirs.0.lock()), number));
            go_on_if(condvar.waiting() == number as usize);
            other
        });
        let guard = mutex.lock();
        for left in [2, 1, 0] {
            condvar.notify_one();
            assert_eq!(condvar.waiting(), left, "threads that wait for a notification, after one of {} was notified", left + 1);
        }
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(
            mutex.lock().get(),
            123,
            "thread 1 waited first, then 2, then 3, and `notify_one` was called three times: who was served, as digits"
        );
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

/// Who was served, as digits: each holder adds its own.
fn serve(mut guard: MutexGuard<'_, Probe>, number: u32) {
    let served = guard.get();
    guard.set(10 * served + number);
}

/// The most that was said of how many wait, in all executions of a model.
#[derive(Clone, Default)]
struct Most(Arc<AtomicUsize>);

impl Most {
    /// Goes on in those executions only in which so many threads wait now.
    fn go_on_if(&self, waiting: usize, number: usize) {
        // Relaxed, as below: executions come one after the other.
        self.0.fetch_max(waiting, Relaxed);
        go_on_if(waiting == number);
    }

    fn is(&self, number: usize) {
        let most = self.0.load(Relaxed);
        assert_eq!(
            most, number,
            "the most that `waiting` says, in all executions of {number} threads that wait"
        );
    }
}

fn first_come_first_served() {
    let most = Most::default();
    let said = most.clone();
    sync::Model::new().faults(0).waits(|_| Ok(())).check(move || {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let guard = mutex.lock();
        let others = [1, 2, 3, 4, 5].map(|number| {
            let theirs = mutex.clone();
            let other = thread::spawn(move || serve(theirs.lock(), number));
            said.go_on_if(mutex.waiting(), number as usize);
            other
        });
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(
            mutex.lock().get(),
            12345,
            "thread 1 came first, then 2, and so on: who was served, as digits"
        );
    });
    most.is(5);
}

fn moved_to_the_end() {
    sync::Model::new().faults(0).waits(|_| Ok(())).check(|| {
        let place = place();
        let (mutex, condvar) = &*place;
        let theirs = place.clone();
        let waits = thread::spawn(move || serve(theirs.1.wait(theirs.0.lock()), 1));
        go_on_if(condvar.waiting() == 1);
        let guard = mutex.lock();
        let lock = [2, 3].map(|number| {
            let theirs = place.clone();
            let other = thread::spawn(move || serve(theirs.0.lock(), number));
            go_on_if(mutex.waiting() + 1 == number as usize);
            other
        });
        condvar.notify_one();
        drop(guard);
        waits.join().unwrap();
        for other in lock {
            other.join().unwrap();
        }
        assert_eq!(
            mutex.lock().get(),
            231,
            "threads 2 and 3 stood in the mutex's queue when thread 1 was notified: who was served, as digits"
        );
    });
}

fn moves_five() {
    let most = Most::default();
    let said = most.clone();
    sync::Model::new().faults(0).waits(|_| Ok(())).check(move || {
        let place = place();
        let (mutex, condvar) = &*place;
        for number in 1..=5 {
            waiter(&place);
            said.go_on_if(condvar.waiting(), number);
        }
        let mut guard = mutex.lock();
        guard.set(1);
        condvar.notify_all();
        assert_eq!(
            (condvar.waiting(), mutex.waiting()),
            (0, 5),
            "threads that wait for (a notification, the mutex), after `notify_all` with the mutex held, when five waited"
        );
        // Nobody gets the mutex: other checks look at that, and here it would make the model large.
        go_on_if(false);
    });
    most.is(5);
}

/// Two threads wait. While one thread notifies all, the main thread notifies one, and both come back. Then thread 2 waits once more, and
/// what the first notifications have left over must not move it.
fn moves_nobody_late() {
    sync::Model::new().faults(0).waits(|_| Ok(())).check(|| {
        let shared = Shared::new((place(), AtomicBool::new(false)));
        let ((mutex, condvar), came_back) = (&*shared.0, &shared.1);
        let theirs = shared.0.clone();
        let first = thread::spawn(move || drop(theirs.1.wait(theirs.0.lock())));
        go_on_if(condvar.waiting() == 1);
        let theirs = shared.clone();
        let second = thread::spawn(move || {
            let ((mutex, condvar), came_back) = (&*theirs.0, &theirs.1);
            drop(condvar.wait(mutex.lock()));
            // Relaxed: it orders nothing.
            while !came_back.load(Relaxed) {
                hint::spin_loop();
            }
            let guard = condvar.wait(mutex.lock());
            assert_eq!(
                guard.get(),
                1,
                "threads 1 and 2 waited, one thread called `notify_all` and another one `notify_one`, and both waits returned. Then \
                 thread 2 waited again, and that `wait` returned too, though nobody had called since"
            );
        });
        go_on_if(condvar.waiting() == 2);
        let theirs = shared.0.clone();
        let all = thread::spawn(move || theirs.1.notify_all());
        condvar.notify_one();
        first.join().unwrap();
        // Relaxed: as above.
        came_back.store(true, Relaxed);
        all.join().unwrap();
        go_on_if(condvar.waiting() == 1);
        mutex.lock().set(1);
        condvar.notify_one();
        second.join().unwrap();
    });
}

fn returns_locked() {
    sync::Model::new().faults(0).check(|| {
        let place = place();
        let others = [(); 2].map(|()| {
            let place = place.clone();
            thread::spawn(move || wait_for_one(&place).add(1))
        });
        place.0.lock().set(1);
        place.1.notify_all();
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(place.0.lock().get(), 3, "an increment was lost");
    });
}

fn two_mutexes() {
    sync::Model::new().faults(0).check(|| {
        let mutexes = [(); 2].map(|()| Mutex::new(Probe::new(0)));
        let shared = Shared::new((mutexes, Condvar::default()));
        let [first, second] = [0, 1].map(|which| {
            let shared = shared.clone();
            thread::spawn(move || {
                let mut guard = shared.0[which].lock();
                while guard.get() == 0 {
                    guard = shared.1.wait(guard);
                }
            })
        });
        let (mutexes, condvar) = &*shared;
        mutexes[1].lock().set(1);
        let mut guard = mutexes[0].lock();
        guard.set(1);
        condvar.notify_all();
        // This one must not wait for the mutex of the other.
        second.join().unwrap();
        drop(guard);
        first.join().unwrap();
    });
}

/// Thread 1 waits with the first mutex, then thread 2 with the second one. Where the mutex is held, the thread goes into its queue.
fn two_held_mutexes() {
    let check = |both: bool, notify: fn(&Condvar), moved: (usize, [usize; 2])| {
        sync::Model::new().faults(0).waits(|_| Ok(())).check(move || {
            let mutexes = [(); 2].map(|()| Mutex::new(()));
            let shared = Shared::new((mutexes, Condvar::new()));
            let (mutexes, condvar) = &*shared;
            for which in [0, 1] {
                let theirs = shared.clone();
                thread::spawn(move || drop(theirs.1.wait(theirs.0[which].lock())));
                go_on_if(condvar.waiting() == which + 1);
            }
            let _first = mutexes[0].lock();
            let _second = both.then(|| mutexes[1].lock());
            notify(condvar);
            let now = (condvar.waiting(), [0, 1].map(|which| mutexes[which].waiting()));
            assert_eq!(
                now, moved,
                "threads that wait for (a notification, [the first mutex, the second one]), after thread 1 waited with the first, then \
                 thread 2 with the second, and {} was notified while {} held",
                if moved.0 == 0 { "all" } else { "one" },
                if both { "both mutexes were" } else { "the first mutex was" }
            );
            go_on_if(false);
        });
    };
    check(true, Condvar::notify_all, (0, [1, 1]));
    // Who has waited longest is notified, whether or not its mutex is free.
    check(false, Condvar::notify_one, (1, [1, 0]));
}
