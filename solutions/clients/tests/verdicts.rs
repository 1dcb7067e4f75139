//! What the specification finds, and how it is told. A failure ends the process: so each wrong object is tried in one of its own.

use clients::{Clients, Next, Place, Scene, Spec};
use rc11::atomic::{AtomicU32, Ordering::Relaxed};
use std::marker::PhantomData;
use std::process::Command;

/// A counter, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Count(u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Op {
    Add,
    /// Waits while the counter is 0, and subtracts 1.
    Take,
}

impl Spec for Count {
    type Op = Op;
    type Ret = u32;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Add => Next::returns(self.0, Self(self.0 + 1)),
            Op::Take if self.0 == 0 => Next::waits(),
            Op::Take => Next::returns(self.0, Self(self.0 - 1)),
        }
    }
}

/// How a counter is made.
trait Counter: 'static {
    fn add(count: &AtomicU32) -> u32;
    fn take(count: &AtomicU32) -> u32 {
        loop {
            let now = count.load(Relaxed);
            if now > 0 && count.compare_exchange(now, now - 1, Relaxed, Relaxed).is_ok() {
                return now;
            }
            rc11::hint::spin_loop();
        }
    }
}

/// Right.
struct OneStep;

impl Counter for OneStep {
    fn add(count: &AtomicU32) -> u32 {
        count.fetch_add(1, Relaxed)
    }
}

/// Adds nothing while its thread panics.
struct Panics;

impl Counter for Panics {
    fn add(count: &AtomicU32) -> u32 {
        count.fetch_add(u32::from(!std::thread::panicking()), Relaxed)
    }
}

/// An addition gets lost.
struct TwoSteps;

impl Counter for TwoSteps {
    fn add(count: &AtomicU32) -> u32 {
        let now = count.load(Relaxed);
        count.store(now + 1, Relaxed);
        now
    }
}

/// Nobody may take the last one.
struct KeepsOne;

impl Counter for KeepsOne {
    fn add(count: &AtomicU32) -> u32 {
        count.fetch_add(1, Relaxed)
    }

    fn take(count: &AtomicU32) -> u32 {
        loop {
            let now = count.load(Relaxed);
            if now > 1 && count.compare_exchange(now, now - 1, Relaxed, Relaxed).is_ok() {
                return now;
            }
            rc11::hint::spin_loop();
        }
    }
}

/// Right until twenty others have come in between: then it returns what one of them has returned.
struct GivesUp;

impl Counter for GivesUp {
    fn add(count: &AtomicU32) -> u32 {
        let seen = count.load(Relaxed);
        match count.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
            Ok(now) => now,
            Err(now) if now >= seen + 20 => seen,
            Err(_) => count.fetch_add(1, Relaxed),
        }
    }
}

/// Right, unless a weak exchange fails twice in a row for no reason.
struct TriesTwice;

impl Counter for TriesTwice {
    fn add(count: &AtomicU32) -> u32 {
        for _ in 0..2 {
            let now = count.load(Relaxed);
            if count.compare_exchange_weak(now, now + 1, Relaxed, Relaxed).is_ok() {
                return now;
            }
        }
        // There was always another thread.
        0
    }
}

struct Uses<C>(PhantomData<C>);

impl<C: Counter> Clients for Uses<C> {
    type Spec = Count;
    type Hand = Place<AtomicU32>;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        vec![Scene {
            text: "let counter = Counter::new();",
            spec: Count(0),
            kits: vec![(); 3],
            hands: || Place::hands(AtomicU32::new(0), 2),
            finally: Vec::new(),
        }]
    }

    fn next((): &(), _: u32) -> Vec<(Op, ())> {
        vec![(Op::Add, ()), (Op::Take, ())]
    }

    fn perform(count: &mut Self::Hand, op: &Op) -> Option<u32> {
        Some(match op {
            Op::Add => C::add(count),
            Op::Take => C::take(count),
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Add => "counter.add()",
            Op::Take => "counter.take()",
        }
        .into()
    }
}

const CHILD: &str = "CLIENTS_TEST_CHILD";

/// Runs this test once more, in a process of its own, where `C` is tried. Returns what is said, and whether all is well.
fn verdict<C: Counter>(test: &str) -> (bool, String) {
    if std::env::var_os(CHILD).is_some() {
        clients::check::<Uses<C>>();
        std::process::exit(0);
    }
    let program = std::env::current_exe().expect("a test has a file");
    let mut child = Command::new(program);
    child.args([test, "--exact", "--nocapture"]).env(CHILD, "1");
    let output = child.output().expect("a test can be started");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn an_object_that_does_what_it_is_to_do_passes() {
    let (passes, said) = verdict::<OneStep>("an_object_that_does_what_it_is_to_do_passes");
    assert!(passes, "{said}");
}

#[test]
fn a_result_that_no_order_explains_fails_with_the_smallest_program() {
    let (passes, said) =
        verdict::<TwoSteps>("a_result_that_no_order_explains_fails_with_the_smallest_program");
    assert!(!passes, "{said}");
    let program =
        "let counter = Counter::new();\n    thread 1: counter.add()\n    thread 2: counter.add()\n";
    assert!(said.contains(program), "{said}");
    assert!(said.contains("`counter.add()` returns `0`, but must return `1`"), "{said}");
}

#[test]
fn an_object_that_is_wrong_only_if_others_make_many_calls_meanwhile_fails() {
    let (passes, said) = verdict::<GivesUp>(
        "an_object_that_is_wrong_only_if_others_make_many_calls_meanwhile_fails",
    );
    assert!(!passes, "{said}");
    assert!(said.contains("and so on, 34 calls"), "{said}");
}

#[test]
fn a_call_that_sleeps_though_it_could_go_on_fails() {
    let (passes, said) = verdict::<KeepsOne>("a_call_that_sleeps_though_it_could_go_on_fails");
    assert!(!passes, "{said}");
    assert!(said.contains("`counter.take()` waits for ever, but must return `1`"), "{said}");
}

#[test]
fn an_object_that_is_wrong_only_while_its_thread_panics_fails() {
    let (passes, said) =
        verdict::<Panics>("an_object_that_is_wrong_only_while_its_thread_panics_fails");
    assert!(!passes, "{said}");
    assert!(
        said.contains("each thread makes its calls in a destructor, while a panic unwinds it"),
        "{said}"
    );
}

#[test]
fn an_object_that_takes_some_failures_for_no_reason_for_more_than_that_fails() {
    let (passes, said) = verdict::<TriesTwice>(
        "an_object_that_takes_some_failures_for_no_reason_for_more_than_that_fails",
    );
    assert!(!passes, "{said}");
    assert!(said.contains("weak compare-exchanges of each thread fail for no reason"), "{said}");
}
