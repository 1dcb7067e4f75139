//! What is refuted of what calls promise of their end. A failure ends the process: so each object is tried in one of its own.

use clients::{Clients, Next, Place, Progress, Scene, Spec};
use rc11::atomic::{AtomicBool, AtomicU32, Ordering::*};
use rc11::hint;
use std::marker::PhantomData;
use std::process::Command;

/// A counter, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Count(u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Add;

impl Spec for Count {
    type Op = Add;
    type Ret = u32;

    fn next(&self, Add: &Add) -> Vec<Next<Self>> {
        Next::returns(self.0, Self(self.0 + 1))
    }
}

#[derive(Default)]
struct Shared {
    count: AtomicU32,
    locked: AtomicBool,
}

/// How a counter adds, and what it promises.
trait Counter: 'static {
    const CLAIM: Progress;

    fn add(shared: &Shared) -> u32;
}

/// In one step.
struct OneStep;

impl Counter for OneStep {
    const CLAIM: Progress = Progress::WaitFree(1);

    fn add(shared: &Shared) -> u32 {
        shared.count.fetch_add(1, Relaxed)
    }
}

/// By an exchange, which is tried again.
fn add_by_exchange(shared: &Shared) -> u32 {
    let mut now = shared.count.load(Relaxed);
    while let Err(newer) = shared.count.compare_exchange(now, now + 1, Relaxed, Relaxed) {
        now = newer;
    }
    now
}

struct Exchange;

impl Counter for Exchange {
    const CLAIM: Progress = Progress::LockFree;

    fn add(shared: &Shared) -> u32 {
        add_by_exchange(shared)
    }
}

/// It claims too much: another thread may cost it an exchange more.
struct TooProud;

impl Counter for TooProud {
    const CLAIM: Progress = Progress::WaitFree(2);

    fn add(shared: &Shared) -> u32 {
        add_by_exchange(shared)
    }
}

/// As above. The bound is so large that only many calls of another thread can cost so much.
struct Proud;

impl Counter for Proud {
    const CLAIM: Progress = Progress::WaitFree(32);

    fn add(shared: &Shared) -> u32 {
        add_by_exchange(shared)
    }
}

/// Waits until another thread is not in the middle, which is so again and again.
struct Patient;

impl Counter for Patient {
    const CLAIM: Progress = Progress::WaitFree(32);

    fn add(shared: &Shared) -> u32 {
        // Odd or even: each call changes that.
        while shared.locked.fetch_not(Relaxed) == shared.locked.load(Relaxed) {}
        shared.count.fetch_add(1, Relaxed)
    }
}

fn add_under_a_lock(shared: &Shared) -> u32 {
    while shared.locked.swap(true, Acquire) {
        hint::spin_loop();
    }
    let now = shared.count.load(Relaxed);
    shared.count.store(now + 1, Relaxed);
    shared.locked.store(false, Release);
    now
}

/// Under a lock, and says so.
struct Honest;

impl Counter for Honest {
    const CLAIM: Progress = Progress::Blocking;

    fn add(shared: &Shared) -> u32 {
        add_under_a_lock(shared)
    }
}

/// Under a lock, and claims what no lock gives.
struct Locked;

impl Counter for Locked {
    const CLAIM: Progress = Progress::LockFree;

    fn add(shared: &Shared) -> u32 {
        add_under_a_lock(shared)
    }
}

/// As above, where each turn of the loop that waits changes something.
struct Restless;

impl Counter for Restless {
    const CLAIM: Progress = Progress::LockFree;

    fn add(shared: &Shared) -> u32 {
        // Odd: locked.
        while shared.count.fetch_or(1, Acquire) % 2 == 1 {
            hint::spin_loop();
            shared.locked.fetch_not(Relaxed);
        }
        shared.count.fetch_add(1, Release) / 2
    }
}

struct Uses<C>(PhantomData<C>);

impl<C: Counter> Clients for Uses<C> {
    type Spec = Count;
    type Hand = Place<Shared>;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        vec![Scene {
            text: "let counter = Counter::new();",
            spec: Count(0),
            kits: vec![(); 3],
            hands: || Place::hands(Shared::default(), 2),
            finally: Vec::new(),
        }]
    }

    fn next((): &(), _: u32) -> Vec<(Add, ())> {
        vec![(Add, ())]
    }

    fn perform(shared: &mut Self::Hand, Add: &Add) -> Option<u32> {
        Some(C::add(shared))
    }

    fn progress(Add: &Add) -> Progress {
        C::CLAIM
    }

    fn show(Add: &Add) -> String {
        "counter.add()".into()
    }
}

const CHILD: &str = "CLIENTS_TEST_CHILD";

/// Runs this test once more, in a process of its own, where `C` is tried. Returns what is said, and whether all is well.
fn verdict<C: Counter>(test: &str) -> (bool, String) {
    if std::env::var_os(CHILD).is_some() {
        clients::progress::<Uses<C>>();
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
fn one_step_is_wait_free() {
    let (passes, said) = verdict::<OneStep>("one_step_is_wait_free");
    assert!(passes, "{said}");
}

#[test]
fn exchange_that_is_tried_again_is_lock_free() {
    let (passes, said) = verdict::<Exchange>("exchange_that_is_tried_again_is_lock_free");
    assert!(passes, "{said}");
}

#[test]
fn exchange_that_is_tried_again_is_not_wait_free() {
    let (passes, said) = verdict::<TooProud>("exchange_that_is_tried_again_is_not_wait_free");
    assert!(!passes, "{said}");
    let words = "`counter.add()` must be wait-free, but makes more than 2 atomic operations";
    assert!(said.contains(words), "{said}");
}

#[test]
fn exchange_that_another_thread_is_always_faster_than_is_not_wait_free() {
    let (passes, said) =
        verdict::<Proud>("exchange_that_another_thread_is_always_faster_than_is_not_wait_free");
    assert!(!passes, "{said}");
    let words = "makes more than 32 atomic operations, while thread 2 makes a call before each";
    assert!(said.contains(words), "{said}");
    assert!(said.contains("and so on, 34 calls"), "{said}");
}

#[test]
fn call_that_does_the_same_again_and_again_is_not_wait_free() {
    let (passes, said) =
        verdict::<Patient>("call_that_does_the_same_again_and_again_is_not_wait_free");
    assert!(!passes, "{said}");
    assert!(said.contains("`counter.add()` must be wait-free, but "), "{said}");
}

#[test]
fn lock_that_promises_nothing_is_not_refuted() {
    let (passes, said) = verdict::<Honest>("lock_that_promises_nothing_is_not_refuted");
    assert!(passes, "{said}");
}

#[test]
fn lock_is_not_lock_free_and_the_one_that_stopped_is_named_with_its_last_step() {
    let (passes, said) = verdict::<Locked>(
        "lock_is_not_lock_free_and_the_one_that_stopped_is_named_with_its_last_step",
    );
    assert!(!passes, "{said}");
    let words = "waits for ever, because thread 1 has stopped in `counter.add()`";
    assert!(said.contains(words), "{said}");
    assert!(said.contains("Thread 1 has stopped after #"), "{said}");
    assert!(said.contains("Thread 2 turns at "), "{said}");
}

#[test]
fn loop_that_changes_something_while_it_waits_is_refuted_too() {
    let (passes, said) =
        verdict::<Restless>("loop_that_changes_something_while_it_waits_is_refuted_too");
    assert!(!passes, "{said}");
    let words =
        "makes more than 200 atomic operations without an end, while thread 1 has stopped in";
    assert!(said.contains(words), "{said}");
}
