//! Threads that panic: what a join is told, and what a lock remembers.

mod told;

use rc11::atomic::AtomicBool;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release};
use rc11::sync::Mutex;
use rc11::{catch_panic, hint, model, panic_quietly, thread};
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

fn report_of(f: fn()) -> String {
    told::builder().check(f).unwrap_err().to_string()
}

#[test]
fn panic_of_a_thread_that_nobody_joins_fails_the_model() {
    let report = report_of(|| drop(thread::spawn(|| panic!("not on purpose"))));
    assert!(report.contains("not on purpose"), "{report}");
}

#[test]
fn panic_is_dealt_with_by_the_thread_that_joins() {
    model(|| {
        let other = thread::spawn(|| panic!("not on purpose"));
        assert_eq!(other.join().unwrap_err().downcast_ref(), Some(&"not on purpose"));
    });
}

#[test]
fn panic_is_dealt_with_by_the_thread_that_catches_it() {
    model(|| {
        assert!(catch_unwind(|| panic!("caught")).is_err());
        assert!(!thread::panicking());
        thread::spawn(|| assert!(catch_unwind(|| panic!("caught too")).is_err())).join().unwrap();
    });
}

#[test]
fn unwrapped_join_is_reported_as_the_panic_of_the_other_thread() {
    let report = report_of(|| {
        let other = thread::spawn(|| {
            thread::spawn(|| panic!("the cause")).join().expect("the child is fine");
        });
        other.join().unwrap();
    });
    assert!(report.contains("the cause") && !report.contains("is fine"), "{report}");
}

#[test]
fn panic_that_a_scope_passes_on_is_reported_as_that_of_its_thread() {
    let report = report_of(|| {
        thread::scope(|scope| {
            scope.spawn(|| panic!("the cause"));
        });
    });
    assert!(report.contains("the cause") && !report.contains("scoped"), "{report}");
}

#[test]
fn another_panic_after_a_join_tells_of_both() {
    let report = report_of(|| {
        let other = thread::spawn(|| panic!("the first"));
        assert!(other.join().is_ok(), "the second");
    });
    assert!(report.contains("the second\nIt had joined thread 1, which panicked at"), "{report}");
    assert!(report.contains("the first"), "{report}");
}

#[test]
fn payload_of_a_panic_that_is_passed_on_fails_the_model() {
    let report = report_of(|| {
        let other = thread::spawn(|| panic!("the cause"));
        resume_unwind(other.join().unwrap_err());
    });
    assert!(report.contains("the cause"), "{report}");
}

#[test]
fn who_waits_for_a_thread_that_has_panicked_is_not_what_is_reported() {
    let report = report_of(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let theirs = flag.clone();
        let _other = thread::spawn(move || {
            assert!(Arc::strong_count(&theirs) > 9, "the cause");
            theirs.store(true, Release);
        });
        while !flag.load(Acquire) {
            hint::spin_loop();
        }
    });
    assert!(report.contains("the cause"), "{report}");
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

/// What a test that is ignored otherwise prints, in a process of its own.
fn printed_by(test: &str) -> String {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", test, "--ignored", "--nocapture"];
    let output = std::process::Command::new(this).args(arguments).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn panic_of_a_destructor_while_another_unwinds_is_reported_before_the_process_ends() {
    let text = printed_by("panic_of_a_destructor_while_another_unwinds");
    assert!(text.contains("the first\n") && text.contains("that ends the process"), "{text}");
    assert!(text.contains("spawn(1)"), "the steps: {text}");
}

#[test]
#[ignore = "ends its process"]
fn panic_of_a_destructor_while_another_unwinds() {
    report_of(|| {
        thread::spawn(|| {
            let _bomb = Bomb;
            panic!("the first");
        });
    });
}

#[test]
fn failure_of_a_process_that_ends_is_handed_over() {
    let text = printed_by("panic_where_nothing_may_unwind");
    assert!(text.contains("handed over: the first"), "{text}");
}

#[test]
fn check_of_unsafe_code_that_ends_the_process_is_reported_before() {
    let text = printed_by("pointer_that_is_null");
    assert!(text.contains("non-null") && text.contains("load(Relaxed)"), "{text}");
}

#[test]
#[ignore = "ends its process"]
fn pointer_that_is_null() {
    report_of(|| {
        let pointer = rc11::atomic::AtomicPtr::new(std::ptr::null_mut::<u32>());
        // SAFETY: none: it is null.
        drop(unsafe { Box::from_raw(pointer.load(Relaxed)) });
    });
}

#[test]
#[ignore = "ends its process"]
fn panic_where_nothing_may_unwind() {
    extern "C" fn callback() {
        panic!("the first");
    }
    let builder =
        told::builder().on_failure(|failure| println!("handed over: {}", failure.message));
    drop(builder.check(|| callback()));
}

#[test]
fn panic_of_a_destructor_alone_is_a_panic() {
    model(|| assert!(catch_unwind(|| drop(Bomb)).is_err()));
}

#[test]
fn destructors_run_while_a_panic_unwinds() {
    model(|| {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let mut value = theirs.lock().unwrap();
            *value = 1;
            panic!("with the lock held");
        });
        if let Err(poison) = lock.lock() {
            assert_eq!(**poison.get_ref(), 1);
        }
        assert!(other.join().is_err());
        assert!(lock.is_poisoned());
    });
}

#[test]
fn two_threads_that_unwind_at_one_time_are_told_apart() {
    struct Note(Arc<AtomicBool>);
    impl Drop for Note {
        fn drop(&mut self) {
            self.0.store(thread::panicking(), Release);
        }
    }
    model(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let start = |flag: Arc<AtomicBool>| {
            thread::spawn(move || {
                let _note = Note(flag);
                panic!("not on purpose");
            })
        };
        let others = [start(flag.clone()), start(flag.clone())];
        for other in others {
            assert!(other.join().is_err());
        }
        assert!(flag.load(Acquire));
    });
}

/// The second thread waits for ever, in the middle of unwinding, in executions that are blocked. Those after it panic too.
#[test]
fn executions_that_are_abandoned_while_a_thread_unwinds_do_no_harm() {
    struct Wait(Arc<AtomicBool>);
    impl Drop for Wait {
        fn drop(&mut self) {
            while !self.0.load(Acquire) {
                hint::spin_loop();
            }
        }
    }
    let explored = told::builder().check(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let theirs = flag.clone();
        let other = thread::spawn(move || {
            let _wait = Wait(theirs);
            panic!("not on purpose");
        });
        flag.store(true, Release);
        assert!(other.join().is_err());
        assert!(catch_unwind(|| panic!("on purpose")).is_err());
    });
    assert!(explored.unwrap().complete);
}

#[test]
fn hook_of_the_program_hides_only_the_place() {
    let text = printed_by("hook_of_the_program");
    assert!(text.contains("my message") && text.contains("load(Relaxed)"), "{text}");
}

/// In a process of its own: a hook is for all threads.
#[test]
#[ignore = "hook_of_the_program_hides_only_the_place runs it"]
fn hook_of_the_program() {
    println!(
        "{}",
        report_of(|| {
            std::panic::set_hook(Box::new(|_| {}));
            AtomicBool::new(false).load(Relaxed);
            panic!("my message");
        })
    );
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
fn overflow_is_not_the_panic_that_is_expected() {
    let report = report_of(|| {
        let less = |from: usize| from - 1;
        drop(catch_panic(|| less(std::hint::black_box(0))));
    });
    assert!(report.contains("attempt to subtract with overflow"), "{report}");
    assert!(report.contains("an optimised build does not panic by an overflow"), "{report}");
    // In every build.
    model(|| drop(catch_panic(|| 1 / std::hint::black_box(0))));
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

/// A `clear_poison` that finds no poison changes nothing. It is made all the same before the lock that comes after it.
#[test]
fn poison_that_is_cleared_without_the_lock_may_be_that_of_another_panic() {
    fn lock_and_clear(lock: &Mutex<()>) {
        drop(lock.lock());
        lock.clear_poison();
    }

    fn lock_and_panic(lock: &Mutex<()>) {
        drop(catch_panic(|| {
            let _held = lock.lock();
            panic_quietly(());
        }));
    }

    let failure = told::builder().check(|| {
        let lock = Arc::new(Mutex::new(()));
        lock_and_panic(&lock);
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            lock_and_clear(&theirs);
            lock_and_panic(&theirs);
        });
        lock_and_clear(&lock);
        other.join().unwrap();
        assert!(lock.is_poisoned(), "the second panic is forgotten");
    });
    assert!(failure.unwrap_err().to_string().contains("the second panic is forgotten"));
}

#[test]
fn panic_in_std_is_told_with_the_line_of_the_program() {
    // `step_by` does not look at its caller, so the panic is one of a line of core.
    let report = report_of(|| drop((0..2).step_by(std::hint::black_box(0))));
    assert!(report.contains("step != 0"), "{report}");
    assert!(report.contains("panics.rs") && !report.contains("step_by.rs"), "{report}");
}

/// Waiting for ever is excused, a panic beside it is not: nobody will ever deal with it.
#[test]
fn panic_beside_a_thread_that_may_wait_for_ever_is_told() {
    let program = |is_dealt_with: bool| {
        move || {
            let seen = Arc::new(AtomicBool::new(false));
            let theirs = seen.clone();
            let thread = thread::spawn(move || {
                theirs.store(true, Relaxed);
                panic!("beside it");
            });
            if is_dealt_with || !seen.load(Relaxed) {
                assert!(thread.join().is_err());
            }
            while seen.load(Relaxed) {
                hint::spin_loop();
            }
        }
    };
    let builder = || told::builder().on_wait(|_| Ok(()));
    let report = builder().check(program(false)).unwrap_err().to_string();
    assert!(report.contains("beside it"), "{report}");
    builder().check(program(true)).expect("the panic was dealt with before");
}
