//! One exercise for each thing that can go wrong, with a check that meets it.

use super::sync;
use grader::{Check, Shared};
use std::sync::{Arc, Barrier};
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::{hint, thread};

/// Exercises by name, with their checks.
pub const ALL: &[(&str, &[Check])] = &[
    ("sound", &[Check::model("counts", sound), Check::fact("is_a_fact", || {})]),
    ("not_begun", &[Check::model("is_not_reached", || unreachable!())]),
    ("comes_to_a_todo", &[Check::model("comes_to_a_todo", comes_to_a_todo)]),
    ("locks_in_either_order", &[Check::model("two_locks", locks_in_either_order)]),
    ("sleeps_for_ever", &[Check::model("returns", sleeps_for_ever)]),
    ("loops_for_ever", &[Check::model("returns", || sync::model(loops_for_ever))]),
    ("calls_itself_for_ever", &[Check::model("returns", calls_itself_in_a_model)]),
    ("calls_itself_with_real_threads", &[Check::fact("returns", calls_itself)]),
    ("reads_through_null", &[Check::model("reads", || sync::model(reads_through_null))]),
    ("aborts", &[Check::model("returns", || sync::model(|| std::process::abort()))]),
    ("aborts_as_it_must", &[Check::fact("aborts", aborts_as_it_must)]),
    ("does_not_abort", &[Check::fact("aborts", does_not_abort)]),
    ("panics_instead_of_aborting", &[Check::fact("aborts", panics_instead_of_aborting)]),
    ("overflows_instead_of_aborting", &[Check::fact("aborts", overflows_instead_of_aborting)]),
    ("leaks", &[Check::model("drops_the_data", || sync::model(leaks))]),
    ("panics", &[Check::model("returns", || sync::model(|| panic!("not today")))]),
    ("panics_on_another_thread", &[Check::model("returns", panics_on_another_thread)]),
    ("panics_while_it_unwinds", &[Check::model("returns", || sync::model(panics_twice))]),
    ("panics_while_it_unwinds_for_real", &[Check::fact("returns", panics_twice)]),
    ("waits_for_ever_with_real_threads", &[Check::fact("returns", waits_for_ever)]),
    ("exits_with_success", &[Check::model("returns", || sync::model(|| std::process::exit(0)))]),
    ("exits_with_success_in_a_fact", &[Check::fact("returns", || std::process::exit(0))]),
    ("prints_for_ever", &[Check::fact("returns", prints_for_ever)]),
    ("prints_for_ever_and_panics", &[Check::fact("returns", prints_much_and_panics)]),
    ("prints_much_and_is_sound", &[Check::model("returns", prints_much)]),
    ("sound_after_all_that", &[Check::model("counts", sound)]),
];

fn aborts_as_it_must() {
    grader::expect_abort(|| std::process::abort(), "it should have aborted")
}

fn does_not_abort() {
    grader::expect_abort(|| (), "it should have aborted")
}

fn panics_instead_of_aborting() {
    grader::expect_abort(|| panic!("not this"), "it should have aborted")
}

fn overflows_instead_of_aborting() {
    grader::expect_abort(calls_itself, "it should have aborted")
}

struct Lock(AtomicBool);

impl Lock {
    fn new() -> Shared<Self> {
        Shared::new(Self(AtomicBool::new(false)))
    }

    fn lock(&self) -> Guard<'_> {
        // Acquire: pairs with the Release in the guard's `drop`.
        while self.0.swap(true, Acquire) {
            hint::spin_loop();
        }
        Guard(self)
    }
}

struct Guard<'a>(&'a Lock);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`.
        self.0.0.store(false, Release);
    }
}

fn sound() {
    sync::model(|| {
        let lock = Lock::new();
        let theirs = lock.clone();
        let other = thread::spawn(move || drop(theirs.lock()));
        drop(lock.lock());
        other.join().unwrap();
    });
}

fn comes_to_a_todo() {
    sync::model(unfinished);
}

/// What `todo!()` does, in words that are not a `todo!()`: this crate has nothing left to do.
fn unfinished() {
    panic!("not yet implemented")
}

fn locks_in_either_order() {
    sync::model(|| {
        let (a, b) = (Lock::new(), Lock::new());
        let (their_a, their_b) = (a.clone(), b.clone());
        let other = thread::spawn(move || {
            let _b = their_b.lock();
            let _a = their_a.lock();
        });
        let first = a.lock();
        drop((b.lock(), first));
        other.join().unwrap();
    });
}

fn sleeps_for_ever() {
    sync::model(|| {
        let other = thread::spawn(thread::park);
        other.join().unwrap();
    });
}

#[expect(clippy::empty_loop, reason = "it is what is tried")]
fn loops_for_ever() {
    loop {}
}

fn calls_itself_in_a_model() {
    sync::model(calls_itself);
}

fn calls_itself() {
    fn depth(below: u64) -> u64 {
        std::hint::black_box(if std::hint::black_box(true) { depth(below + 1) + 1 } else { below })
    }
    depth(0);
}

fn reads_through_null() {
    let null = std::hint::black_box(std::ptr::null::<u8>());
    // SAFETY: none: it is what is tried.
    unsafe { null.read_volatile() };
}

fn leaks() {
    let token = Arc::new(());
    std::mem::forget(token.clone());
    assert_eq!(Arc::strong_count(&token), 1, "the data was never dropped");
}

fn panics_on_another_thread() {
    sync::model(|| {
        let lock = Lock::new();
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let _guard = theirs.lock();
            panic!("not on this thread");
        });
        drop(lock.lock());
        let _ = other.join();
    });
}

struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("in drop")
    }
}

fn panics_twice() {
    let _last = PanicsInDrop;
    panic!("the first of two")
}

/// Two threads, two locks; each has one before it asks for the other.
fn waits_for_ever() {
    let (a, b) = (Lock::new(), Lock::new());
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        for (first, second) in [(&a, &b), (&b, &a)] {
            scope.spawn(|| {
                let _first = first.lock();
                barrier.wait();
                let _second = second.lock();
            });
        }
    });
}

fn prints_for_ever() {
    loop {
        println!("still here, and here, and here");
        eprintln!("and here");
    }
}

fn prints_much_and_panics() {
    for _ in 0..100_000 {
        eprintln!("still here");
    }
    panic!("and out");
}

/// The last thing it prints ends no line.
fn prints_much() {
    sync::model(|| print!("{}", "still here ".repeat(100_000)));
}
