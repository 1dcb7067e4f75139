//! What `ch08_os_primitives/pthread_mutex_pinned` must do: with the system's own mutexes, and with the checker's under their names.

use grader::Check;

/// Nothing can be checked where there are no pthreads.
#[cfg(not(unix))]
pub const CHECKS: &[Check] = &[];

#[cfg(unix)]
pub use unix::CHECKS;

#[cfg(unix)]
#[path = "clients/pthread_mutex_pinned.rs"]
mod small;

#[cfg(unix)]
mod unix {
    use super::super::subject::{Guard, Mutex};
    use super::super::sync;
    use grader::{Check, Shared, impls};
    use std::cell::Cell;
    use std::mem;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::ptr;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    /// In the order in which they are run.
    pub const CHECKS: &[Check] = &[
        Check::fact("mutex_is_sync_exactly_where_the_data_is_send", mutex_is_sync_where_send),
        Check::fact("guard_stays_in_the_thread_that_locked", guard_is_not_send),
        Check::fact("guard_is_sync_exactly_where_the_data_is", guard_is_sync_where_data_is),
        Check::fact("mutex_of_the_system_stays_where_it_is", stays),
        Check::fact("mutex_of_the_system_is_locked_while_a_guard_lives", guard_locks),
        Check::fact("two_mutexes_know_nothing_of_each_other", two_mutexes),
        Check::fact("try_lock_never_gives_a_second_guard", no_second_guard),
        Check::fact("relocking_never_gives_a_second_guard", no_guard_by_relocking),
        Check::fact("holder_that_panics_unlocks", panic_unlocks),
        Check::fact("data_is_dropped_once_and_with_the_mutex", drops_once),
        Check::fact("lock_waits_for_the_holder", waits_for_the_holder),
        Check::fact("four_threads_lose_no_increment", four_threads),
        Check::fact("mutex_that_is_dropped_locked_is_never_freed", dropped_locked),
        Check::counted(
            "every_small_program_does_what_a_mutex_does",
            clients::check::<super::small::Mutexes>,
        ),
        Check::counted("mutex_that_a_panic_drops_is_destroyed_and_freed", freed_by_a_panic),
    ];

    /// Over the checker, which finds memory that is left over.
    fn freed_by_a_panic() {
        sync::model(|| {
            drop(sync::catch_panic(|| {
                let mutex = Mutex::new(0);
                *mutex.lock() += 1;
                sync::panic_quietly(7_u32);
            }));
        });
    }

    fn mutex_is_sync_where_send() {
        assert!(impls!(Mutex<Cell<u8>>: Sync), "a mutex around data that is `Send` is not `Sync`");
        assert!(impls!(Mutex<Cell<u8>>: Send), "a mutex around data that is `Send` is not `Send`");
        assert!(
            !impls!(Mutex<*const u8>: Sync),
            "a mutex around data that is not `Send` is `Sync`"
        );
        assert!(
            !impls!(Mutex<*const u8>: Send),
            "a mutex around data that is not `Send` is `Send`"
        );
    }

    fn guard_is_not_send() {
        assert!(
            !impls!(Guard<'static, u8>: Send),
            "a guard is `Send`: a thread other than the one that locked could unlock, which POSIX leaves undefined"
        );
    }

    fn guard_is_sync_where_data_is() {
        assert!(impls!(Guard<'static, u8>: Sync), "a guard of data that is `Sync` is not `Sync`");
        assert!(
            !impls!(Guard<'static, Cell<u8>>: Sync),
            "a guard of a `Cell<u8>` is `Sync`: two threads could use the cell at once"
        );
    }

    fn stays() {
        let mutex = Mutex::new(1);
        let at = mutex.raw();
        let moved = Box::new(mutex);
        assert!(moved.raw() == at, "the system's mutex has moved, together with the `Mutex`");
        let forgotten = moved.lock();
        mem::forget(forgotten);
        let back = *moved;
        assert!(back.raw() == at, "the system's mutex has moved, together with the `Mutex`");
        assert!(
            back.try_lock().is_none(),
            "the mutex was locked and then moved, but now it is free"
        );
    }

    /// Tries the system's mutex itself.
    fn is_free(mutex: &Shared<Mutex<i32>>) -> bool {
        // A thread that holds it asks another one: an errorcheck mutex would tell its owner something else.
        thread::scope(|scope| {
            let other = scope.spawn(|| {
                let raw = mutex.raw();
                // SAFETY: the mutex lives as long as the borrow.
                let free = unsafe { libc::pthread_mutex_trylock(raw) } == 0;
                if free {
                    // SAFETY: this thread has just locked it.
                    assert_eq!(unsafe { libc::pthread_mutex_unlock(raw) }, 0);
                }
                free
            });
            other.join().unwrap()
        })
    }

    fn guard_locks() {
        let mutex = Shared::new(Mutex::new(1));
        assert!(is_free(&mutex), "a new mutex is locked");
        for _ in 0..2 {
            let guard = mutex.lock();
            assert!(
                !is_free(&mutex),
                "`lock` has returned a guard, but the system's mutex is free"
            );
            drop(guard);
            assert!(
                is_free(&mutex),
                "the guard of `lock` was dropped, but the system's mutex is locked"
            );
            let guard = mutex.try_lock();
            assert!(guard.is_some(), "`try_lock` of a free mutex gives no guard");
            assert!(
                !is_free(&mutex),
                "`try_lock` has returned a guard, but the system's mutex is free"
            );
            drop(guard);
            assert!(
                is_free(&mutex),
                "the guard of `try_lock` was dropped, but the system's mutex is locked"
            );
        }
    }

    fn two_mutexes() {
        let (left, right) = (Mutex::new(1), Mutex::new(2));
        assert!(left.raw() != right.raw(), "two mutexes use the same mutex of the system");
        let left = left.lock();
        let right = right.try_lock();
        assert!(right.is_some(), "a mutex was locked, and another one is no longer free");
        assert_eq!((*left, *right.unwrap()), (1, 2), "the data");
    }

    fn no_second_guard() {
        let mutex = Shared::new(Mutex::new(()));
        let guard = mutex.lock();
        assert!(mutex.try_lock().is_none(), "`try_lock` gives the holder a second guard");
        let theirs = mutex.clone();
        let got = thread::spawn(move || theirs.try_lock().is_some()).join().unwrap();
        assert!(!got, "`try_lock` gives another thread a guard while there is one");
        drop(guard);
        assert!(mutex.try_lock().is_some(), "`try_lock` of a free mutex gives no guard");
    }

    /// How long to wait for what must not happen. Longer finds more, and never too much.
    const PATIENCE: Duration = Duration::from_millis(100);

    fn no_guard_by_relocking() {
        let (tell, told) = mpsc::channel();
        let mutex = Shared::new(Mutex::new(()));
        thread::spawn(move || {
            let _guard = mutex.lock();
            // Waits for ever, or panics. Whoever gets by has two guards.
            let second = catch_unwind(AssertUnwindSafe(|| mem::forget(mutex.lock())));
            if second.is_ok() {
                let _ = tell.send(());
            }
        });
        assert!(
            told.recv_timeout(PATIENCE).is_err(),
            "a thread that holds the mutex has locked it once more: two guards, two `&mut` to the data"
        );
    }

    fn panic_unlocks() {
        let mutex = Mutex::new(0);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let result = catch_unwind(AssertUnwindSafe(|| {
            *mutex.lock() = 1;
            let _guard = mutex.lock();
            panic!("on purpose, with the mutex held");
        }));
        std::panic::set_hook(before);
        assert!(result.is_err());
        let guard = mutex.try_lock();
        assert!(guard.is_some(), "the holder has panicked, but the mutex is still locked");
        assert_eq!(*guard.unwrap(), 1, "the data is not as the holder left it");
    }

    /// Counts how often it is dropped.
    struct Counted<'a>(&'a Cell<u32>);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    fn drops_once() {
        let drops = Cell::new(0);
        let mutex = Mutex::new(Counted(&drops));
        drop(mutex.lock());
        let mutex = Box::new(mutex);
        assert_eq!(drops.get(), 0, "drops of the data while it is in the mutex");
        drop(mutex);
        assert_eq!(drops.get(), 1, "drops of the data with the mutex");
        // The system's part stays then, and the data goes.
        let mutex = Mutex::new(Counted(&drops));
        mem::forget(mutex.lock());
        drop(mutex);
        assert_eq!(
            drops.get() - 1,
            1,
            "drops of the data with a mutex that a forgotten guard had left locked"
        );
    }

    fn waits_for_the_holder() {
        let shared = Shared::new((Mutex::new(()), AtomicBool::new(false)));
        let guard = shared.0.lock();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let _guard = theirs.0.lock();
            // Relaxed: the mutex orders it.
            theirs.1.load(Relaxed)
        });
        thread::sleep(PATIENCE);
        // Relaxed: as above.
        shared.1.store(true, Relaxed);
        drop(guard);
        assert!(other.join().unwrap(), "`lock` has returned while another thread had a guard");
    }

    /// Adds one, and gives the others every opportunity to come between.
    fn add_slowly(mutex: &Mutex<u32>) {
        let mut guard = mutex.lock();
        let before = *guard;
        thread::yield_now();
        *guard = before + 1;
    }

    fn four_threads() {
        const TIMES: u32 = 500;
        let mutex = Shared::new(Mutex::new(0));
        let threads = [(); 4].map(|()| {
            let mutex = mutex.clone();
            thread::spawn(move || (0..TIMES).for_each(|_| add_slowly(&mutex)))
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*mutex.lock(), 4 * TIMES, "the sum of all increments");
    }

    fn dropped_locked() {
        let mutex = Mutex::new(0);
        mem::forget(mutex.lock());
        let at = mutex.raw().addr();
        drop(mutex);
        // Would the allocator give the memory to somebody else?
        let others: Vec<_> = (0..256)
            .map(|_| Box::new(mem::MaybeUninit::<libc::pthread_mutex_t>::uninit()))
            .collect();
        let size = size_of::<libc::pthread_mutex_t>();
        let reused = others.iter().any(|other| ptr::from_ref(&**other).addr().abs_diff(at) < size);
        assert!(
            !reused,
            "the mutex was locked when it was dropped, and its memory is now used for something else. The system still knows the mutex"
        );
    }
}
