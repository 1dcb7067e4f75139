//! What `ch03_memory_ordering/three_myths` must do.

use super::subject;
use super::sync::{
    self,
    atomic::{
        AtomicU32,
        Ordering::{self, Relaxed, SeqCst},
    },
    judge::{self, Asked},
    thread,
};
use grader::Check;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// In the order in which they are run. What can happen is seen by the checker; a machine may never show it.
pub const CHECKS: &[Check] = &[
    Check::counted("call_that_is_alone_adds_one", adds_one),
    Check::counted("additions_are_sequentially_consistent", additions_are_seq_cst),
    Check::counted("addition_can_be_lost", addition_is_lost),
    Check::counted("signal_is_seen_once_it_is_given", signal_arrives),
    Check::counted("signal_can_overtake_a_sequentially_consistent_store", signal_overtakes),
    Check::counted("looks_are_relaxed", looks_are_relaxed),
    Check::counted("number_that_goes_up_never_goes_down", never_goes_down),
    Check::counted("number_that_goes_down_is_noticed", goes_down),
];

/// What the executions of `run` give.
fn outcomes<T: Ord + Clone + Send + 'static>(run: fn() -> T) -> BTreeSet<T> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = seen.clone();
    // What is found is kept outside of the model, which knows nothing of it.
    sync::Model::new().may_leak().check(move || {
        let outcome = run();
        sink.lock().expect("nobody panics with this lock").insert(outcome);
    });
    seen.lock().expect("nobody panics with this lock").clone()
}

/// Two threads at one number; what they give, and what the number is at the end.
fn meet<A>(mine: fn(&AtomicU32) -> A, theirs: fn(&AtomicU32)) -> (A, u32) {
    let number = Arc::new(AtomicU32::new(0));
    let other = number.clone();
    let other = thread::spawn(move || theirs(&other));
    let mine = mine(&number);
    other.join().unwrap();
    // Relaxed: the other thread has ended.
    (mine, number.load(Relaxed))
}

fn all_are(asked: &[Asked], ordering: Ordering, why: &str) {
    assert!(
        !asked.is_empty(),
        "the checker saw no atomic operation. Does the file use `std::sync::atomic` where it should say `sync::atomic`?"
    );
    for asked in asked {
        assert!(asked.order == ordering, "{asked}: {why}");
    }
}

fn adds_one() {
    sync::model(|| {
        let counter = AtomicU32::new(0);
        for calls in 1..=3 {
            subject::add_one(&counter);
            // Relaxed: there is one thread.
            let counted = counter.load(Relaxed);
            assert_eq!(counted, calls, "after {calls} calls, one after the other");
        }
    });
}

fn additions_are_seq_cst() {
    let asked = judge::orderings(|| subject::add_one(&AtomicU32::new(0)));
    all_are(
        &asked,
        SeqCst,
        "the myth is about SeqCst, and somebody who believes it would say that this ordering is the fault",
    );
}

fn addition_is_lost() {
    let totals = outcomes(|| meet(subject::add_one, subject::add_one).1);
    assert!(
        totals.contains(&1),
        "two threads add one each, and the sum is always {totals:?}: no addition can be lost, so nothing is refuted. SeqCst \
         orders operations; it does not make one out of two. Which two would you need?"
    );
}

fn signal_arrives() {
    sync::model(|| {
        let flag = AtomicU32::new(0);
        assert!(
            !subject::is_signalled(&flag),
            "nobody has given a signal, but `is_signalled` says that somebody has"
        );
        subject::signal(&flag);
        assert!(
            subject::is_signalled(&flag),
            "this thread has given the signal, but does not see it"
        );
        assert!(
            subject::is_signalled(&flag),
            "the signal was given, and was seen; when `is_signalled` looks again, it is gone"
        );
    });
}

/// A SeqCst store and then the signal, and the signal and then a SeqCst load: what the load gives, if there was a signal.
fn overtake() -> Option<u32> {
    let shared = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
    let theirs = shared.clone();
    let receiver = thread::spawn(move || {
        let (number, flag) = &*theirs;
        // SeqCst: as the myth has it.
        subject::is_signalled(flag).then(|| number.load(SeqCst))
    });
    let (number, flag) = &*shared;
    // SeqCst: as the myth has it.
    number.store(1, SeqCst);
    subject::signal(flag);
    receiver.join().unwrap()
}

fn signal_overtakes() {
    let seen = outcomes(overtake);
    assert!(
        seen.contains(&Some(1)),
        "while the other thread runs, the signal is never seen at all, so it says nothing about the store"
    );
    assert!(
        seen.contains(&Some(0)),
        "whoever sees the signal always sees the SeqCst store before it. That is not the merit of SeqCst: your `signal` \
         publishes, and your `is_signalled` learns. Take that away from one of them, and see what SeqCst alone gives"
    );
}

fn looks_are_relaxed() {
    let asked = judge::orderings(|| {
        subject::has_gone_down(&AtomicU32::new(0));
    });
    all_are(&asked, Relaxed, "the myth is about relaxed operations");
}

fn counts_up(number: &AtomicU32) {
    // Relaxed: as the myth has it.
    number.store(1, Relaxed);
    number.store(2, Relaxed);
}

fn counts_down(number: &AtomicU32) {
    // Relaxed: as above.
    number.store(2, Relaxed);
    number.store(1, Relaxed);
}

fn falls(number: &AtomicU32) {
    // Relaxed: as above.
    number.store(9, Relaxed);
    number.store(0, Relaxed);
}

fn never_goes_down() {
    sync::model(|| {
        let (gone_down, _) = meet(subject::has_gone_down, counts_up);
        assert!(
            !gone_down,
            "the number goes 0, 1, 2, and never down, but `has_gone_down` says that it did. Which of the two looks came first?"
        );
    });
}

fn goes_down() {
    let seen = outcomes(|| meet(subject::has_gone_down, counts_down).0);
    assert!(
        seen.contains(&true),
        "the number goes 0, 2, 1, and in no execution does `has_gone_down` notice. What it never says refutes nothing"
    );
    let seen = outcomes(|| meet(subject::has_gone_down, falls).0);
    assert!(
        seen.contains(&true),
        "the number goes from 0 to 9 and back to 0, and in no execution does `has_gone_down` notice. A large step down is one, too"
    );
}
