//! What a failure tells, and when.

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicU32};
use rc11::audit::{Part, Weakening};
use rc11::cell::Probe;
use rc11::{Builder, FailureKind, thread};
use std::cell::UnsafeCell;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

struct Message {
    data: UnsafeCell<Probe>,
    ready: AtomicBool,
}

// SAFETY: the probe finds the race before it happens.
unsafe impl Sync for Message {}

impl Message {
    fn new() -> Self {
        Self { data: UnsafeCell::new(Probe::new(0)), ready: AtomicBool::new(false) }
    }

    fn send(&self) {
        // SAFETY: as above.
        unsafe { &mut *self.data.get() }.set(7);
        self.ready.store(true, Release);
    }

    fn overwrite(&self, value: u32) {
        // SAFETY: as above.
        unsafe { &mut *self.data.get() }.set(value);
    }

    fn receive(&self) -> Option<u32> {
        // SAFETY: as above.
        self.ready.load(Acquire).then(|| unsafe { &*self.data.get() }.get())
    }
}

fn pass_a_message() {
    let message = Message::new();
    thread::scope(|s| {
        s.spawn(|| message.send());
        assert!(message.receive().is_none_or(|value| value == 7));
    });
}

/// The line of the store in `send`, and its column, which is that of the method's name.
fn weaken(builder: Builder, op: &str) -> Builder {
    let sites = Builder::new().list_sites(true).check(pass_a_message).unwrap().sites;
    let site = sites.iter().find(|site| site.op == op).unwrap();
    builder.weaken(Weakening {
        file: site.at.file().into(),
        line: site.at.line(),
        column: site.at.column(),
        part: Part::Only,
        to: Relaxed,
    })
}

#[test]
fn orderings_can_be_listed_and_weakened_one_at_a_time() {
    let sites = Builder::new().list_sites(true).check(pass_a_message).unwrap().sites;
    let found: Vec<_> = sites.iter().map(|site| (site.op, site.order)).collect();
    assert_eq!(found, [("load", Acquire), ("store", Release)]);
    for op in ["load", "store"] {
        let failure = weaken(Builder::new(), op).check(pass_a_message).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Race, "{op}");
    }
}

#[test]
fn a_race_names_its_two_accesses_and_what_was_read_from_what() {
    let failure = weaken(Builder::new(), "store").check(pass_a_message).unwrap_err();
    let (first, second) = failure.race.unwrap();
    let text = |step: usize| failure.steps[step].text.as_str();
    assert_eq!(text(first), "write the data(7)", "{failure}");
    assert_eq!(text(second), "read the data()");
    assert_ne!(failure.steps[first].thread, failure.steps[second].thread);
    assert!(!failure.steps[first].happens_before(&failure.steps[second]));
    let load = failure.steps.iter().find(|step| step.op == "load").unwrap();
    assert_eq!(load.result.as_deref(), Some("true"));
    assert_eq!(text(load.reads_from.unwrap()), "store(true, Relaxed)");
    assert!(load.at.file().ends_with("report.rs"));
}

#[test]
fn the_shortest_of_several_failures_is_reported() {
    let model = |more| {
        Builder::new().minimize(more).check(|| {
            let (x, message) = (AtomicU32::new(0), Message::new());
            thread::scope(|s| {
                s.spawn(|| {
                    message.ready.store(x.load(Relaxed) == 0, Relaxed);
                    message.overwrite(1);
                });
                s.spawn(|| x.store(1, Relaxed));
                if message.ready.load(Relaxed) || x.load(Relaxed) == 1 && x.load(Relaxed) == 1 {
                    message.overwrite(2);
                }
            });
        })
    };
    let (first, shortest) = (model(0).unwrap_err(), model(1_000).unwrap_err());
    assert_eq!((first.kind, shortest.kind), (FailureKind::Race, FailureKind::Race));
    println!("{} and {} steps", first.steps.len(), shortest.steps.len());
    assert!(shortest.steps.len() < first.steps.len());
}

#[test]
fn an_old_value_is_marked() {
    let failure = Builder::new()
        .check(|| {
            let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|s| {
                s.spawn(|| {
                    x.store(1, Relaxed);
                    y.store(1, Relaxed);
                });
                assert!(y.load(Relaxed) == 0 || x.load(Relaxed) == 1);
            });
        })
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Panic);
    let stale: Vec<_> = failure.steps.iter().filter(|step| step.stale).collect();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0].result.as_deref(), Some("0"));
}

#[test]
fn a_deadlock_is_delivered_before_anything_is_unwound() {
    let (delivered, unwound) = delivered(|| rc11::thread::park());
    assert_eq!((delivered, unwound), (vec![FailureKind::Deadlock], vec![0]));
}

#[test]
fn a_panic_is_delivered_when_it_has_unwound_and_nobody_has_caught_it() {
    let (delivered, unwound) = delivered(|| panic!("on purpose"));
    // Once when it was found, and once when its name was tried.
    assert_eq!((delivered, unwound), (vec![FailureKind::Panic], vec![2]));
}

/// The failures of `f` as they are delivered, and how many values of its caller were dropped by then.
fn delivered(f: impl Fn() + Send + Sync + 'static) -> (Vec<FailureKind>, Vec<usize>) {
    struct Loud(Arc<AtomicUsize>);
    impl Drop for Loud {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    let drops = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (sink, count) = (seen.clone(), drops.clone());
    let result = Builder::new()
        .on_failure(move |failure| sink.lock().unwrap().push((failure.kind, count.load(Relaxed))))
        .check(move || {
            let _loud = Loud(drops.clone());
            f();
        });
    assert!(result.is_err());
    let seen = seen.lock().unwrap();
    seen.iter().copied().unzip()
}

#[test]
fn a_guard_that_spins_in_its_drop_does_not_hang_a_failed_model() {
    struct Guard<'a>(&'a AtomicBool);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            while !self.0.load(Relaxed) {
                rc11::hint::spin_loop();
            }
        }
    }
    let result = Builder::new().check(|| {
        let flag = AtomicBool::new(false);
        let _guard = Guard(&flag);
        panic!("on purpose");
    });
    assert_eq!(result.unwrap_err().kind, FailureKind::Panic);
}

#[test]
fn operations_are_counted() {
    let report = Builder::new().check(|| {
        let x = AtomicU32::new(0);
        x.store(x.load(Relaxed), Relaxed);
        let _ = x.compare_exchange(1, 2, Relaxed, Relaxed);
        rc11::futex::wake_one(&x);
        let counters = rc11::counters();
        assert_eq!((counters.loads, counters.stores, counters.rmws), (1, 1, 1));
        assert_eq!((counters.waits, counters.wakes), (0, 1));
    });
    assert!(report.is_ok());
}

#[test]
fn a_limit_says_that_nothing_was_decided() {
    let report = Builder::new()
        .max_executions(2)
        .check(|| {
            let x = AtomicU32::new(0);
            thread::scope(|s| {
                s.spawn(|| x.fetch_add(1, Relaxed));
                s.spawn(|| x.fetch_add(1, Relaxed));
                x.fetch_add(1, Relaxed);
            });
        })
        .unwrap();
    assert!(!report.complete);
    assert!(report.to_string().starts_with("passed within"));
}

#[test]
fn a_program_that_does_something_else_each_time_is_not_decided() {
    let runs = AtomicUsize::new(0);
    let failure = Builder::new()
        .check(move || {
            let x = AtomicU32::new(0);
            let odd = runs.fetch_add(1, Relaxed) % 2 == 1;
            thread::scope(|s| {
                s.spawn(|| x.store(1, Relaxed));
                if odd {
                    x.store(2, Relaxed);
                }
                x.load(Relaxed);
            });
        })
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Nondeterminism);
}

/// A message by relaxed operations: who has seen the flag adds nothing to the word.
fn add_nothing(read: fn(&AtomicU32) -> u32) -> Result<rc11::Report, Box<rc11::Failure>> {
    Builder::new().check(move || {
        let (word, flag) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|s| {
            s.spawn(|| {
                word.fetch_add(1, Relaxed);
                flag.store(1, Relaxed);
            });
            assert!(flag.load(Relaxed) == 0 || read(&word) == 1, "an old value");
        });
    })
}

#[test]
fn panic_in_an_execution_that_the_model_forbids_is_not_reported() {
    // The load may be stale. The others would have to come before the addition, which led to them: a circle in po ∪ rf. Their
    // writes, which change nothing, are made after the panic.
    assert!(add_nothing(|word| word.load(Relaxed)).is_err());
    assert!(add_nothing(|word| word.fetch_add(0, Relaxed)).is_ok());
    assert!(add_nothing(|word| word.swap(word.load(Relaxed), Relaxed)).is_ok());
    assert!(add_nothing(|word| word.fetch_max(0, Relaxed)).is_ok());
}

#[test]
fn timeline_of_a_panic_shows_only_what_led_to_it() {
    let failure = Builder::new()
        .check(|| {
            let word = AtomicU32::new(0);
            thread::scope(|s| {
                s.spawn(|| assert_eq!(word.fetch_or(1, Relaxed), 0, "taken"));
                word.fetch_or(1, Relaxed);
                word.fetch_and(0, Relaxed);
            });
        })
        .unwrap_err();
    assert!(failure.steps.iter().all(|step| step.op != "fetch_and"), "{failure}");
}
