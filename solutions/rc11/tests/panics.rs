//! Threads that panic: what a join is told, and what a lock remembers.

use rc11::sync::Mutex;
use rc11::{Builder, catch_panic, model, panic_quietly, thread};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

#[test]
fn join_returns_the_payload_of_a_quiet_panic() {
    model(|| {
        let other = thread::spawn(|| panic_quietly(7_u32));
        let payload: Box<dyn std::any::Any + Send> = other.join().unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&7_u32));
    });
}

#[test]
fn other_panic_of_a_thread_fails_the_model() {
    let failure = Builder::new().check(|| {
        drop(thread::spawn(|| panic!("not on purpose")).join());
    });
    assert!(failure.unwrap_err().to_string().contains("not on purpose"));
}

#[test]
fn scope_passes_a_panic_on_that_nobody_has_joined() {
    model(|| {
        let payload = catch_panic(|| {
            thread::scope(|scope| {
                scope.spawn(|| panic_quietly(7_u32));
            });
        });
        assert_eq!(payload.downcast_ref(), Some(&"a scoped thread panicked"));
    });
}

#[test]
fn scope_returns_if_a_panic_was_joined() {
    model(|| {
        thread::scope(|scope| {
            let other = scope.spawn(|| panic_quietly(7_u32));
            assert!(other.join().is_err());
        });
    });
}

#[test]
fn payload_can_be_passed_on_from_thread_to_thread() {
    model(|| {
        let other = thread::spawn(|| {
            let third = thread::spawn(|| panic_quietly(7_u32));
            resume_unwind(third.join().unwrap_err());
        });
        assert!(other.join().unwrap_err().is::<u32>());
    });
}

#[test]
fn next_holder_is_told_of_a_panic_and_of_a_repair() {
    model(|| {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let mut value = theirs.lock().unwrap();
            *value = 1;
            panic_quietly(());
        });
        match lock.lock() {
            Ok(value) => assert_eq!(*value, 0),
            Err(error) => {
                assert_eq!(**error.get_ref(), 1);
                lock.clear_poison();
                drop(error);
                assert!(lock.lock().is_ok());
            }
        }
        assert!(other.join().is_err());
    });
}

#[test]
fn poison_stays_until_it_is_cleared() {
    model(|| {
        let mut lock = Mutex::new(0);
        drop(catch_panic(|| {
            let _held = lock.lock();
            panic_quietly(());
        }));
        for _ in 0..2 {
            assert!(lock.lock().is_err());
            assert!(lock.is_poisoned());
        }
        assert!(lock.try_lock().is_err());
        assert!(lock.get_mut().is_err());
        lock.clear_poison();
        assert!(!lock.is_poisoned());
        assert!(lock.into_inner().is_ok());
    });
}

#[test]
fn destructor_that_locks_during_a_panic_does_not_poison() {
    struct Late<'a>(&'a Mutex<u32>);

    impl Drop for Late<'_> {
        fn drop(&mut self) {
            *self.0.lock().unwrap() += 1;
        }
    }

    model(|| {
        let lock = Mutex::new(0);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let _late = Late(&lock);
            panic_quietly(());
        }));
        assert!(caught.is_err());
        assert_eq!(*lock.lock().unwrap(), 1);
    });
}

#[test]
fn try_lock_fails_only_while_another_holds_the_mutex() {
    model(|| {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.lock().unwrap() += 1);
        if let Ok(mut value) = lock.try_lock() {
            *value += 1;
        }
        other.join().unwrap();
        assert!(lock.try_lock().is_ok());
    });
}
