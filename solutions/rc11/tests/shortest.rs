//! Which of several failing executions is reported, and in which order.

use proptest::prelude::*;
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::*;
use rc11::cell::Watch;
use rc11::track::Tracked;
use rc11::{Builder, Failure, FailureKind, Step, thread};
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

/// How many executions more are looked at for a shorter failure.
const MORE: u64 = 1_000;

fn shown(failure: &Failure) -> Vec<&Step> {
    failure.steps.iter().filter(|step| step.is_shown()).collect()
}

fn switches(failure: &Failure) -> usize {
    let steps = shown(failure);
    steps.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}

/// The first failure that is found, and the one that is chosen.
fn first_and_best(program: fn()) -> (Failure, Failure) {
    let [first, best] =
        [0, MORE].map(|more| *Builder::new().minimize(more).check(program).unwrap_err());
    assert!(shown(&best).len() < shown(&first).len(), "not shorter:\n{first}\n{best}");
    (first, best)
}

/// Fails in one place, in executions of different lengths: the longer the more of the stores the first thread to read has seen.
fn way(fail: fn(u32)) {
    let x = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| (1..4).for_each(|value| x.store(value, Relaxed)));
        let mut seen = x.load(Relaxed);
        if seen != 1 {
            seen = x.load(Relaxed);
            if seen != 3 || x.load(Relaxed) != 3 {
                return;
            }
        }
        fail(seen);
    });
}

#[test]
fn the_shortest_panic_is_reported() {
    fn program() {
        way(|_| panic!("on purpose"));
    }
    let (first, best) = first_and_best(program);
    assert_eq!((first.kind, best.kind), (FailureKind::Panic, FailureKind::Panic));
    // spawn, the first store, the load that reads it.
    assert_eq!(shown(&best).len(), 3, "{best}");
    assert_eq!(switches(&best), 2, "{best}");
}

#[test]
fn the_shortest_failed_assertion_is_reported_whatever_the_values() {
    fn program() {
        way(|seen| assert_eq!(seen, 0));
    }
    let (first, best) = first_and_best(program);
    assert!(first.message.contains("left: 3") && best.message.contains("left: 1"), "{first}{best}");
}

#[test]
fn the_shortest_leak_and_the_shortest_misuse_are_reported() {
    fn leak() {
        way(|_| std::mem::forget(Tracked::new(0)));
    }
    fn misuse() {
        way(|_| {
            let mut value = std::mem::ManuallyDrop::new(Tracked::new(0));
            // SAFETY: a `Tracked` number owns nothing; the checker is told of the second drop, and that is the point.
            unsafe {
                std::mem::ManuallyDrop::drop(&mut value);
                std::mem::ManuallyDrop::drop(&mut value);
            }
        });
    }
    let (first, best) = first_and_best(misuse);
    assert_eq!((first.kind, best.kind), (FailureKind::Memory, FailureKind::Memory));
    let [first, best] =
        [0, MORE].map(|more| *Builder::new().minimize(more).check(leak).unwrap_err());
    // In a leak all that has happened counts: all three stores, in any case.
    assert_eq!((first.kind, best.kind), (FailureKind::Leak, FailureKind::Leak));
    assert!(shown(&best).len() <= shown(&first).len());
}

#[test]
fn a_shorter_failure_of_another_kind_does_not_take_the_place_of_the_first() {
    let failure = Builder::new()
        .minimize(MORE)
        .check(|| {
            let (x, watch) = (AtomicU32::new(0), Watch::new());
            thread::scope(|s| {
                s.spawn(|| (1..3).for_each(|value| x.store(value, Relaxed)));
                match x.load(Relaxed) {
                    0 => {
                        x.load(Relaxed);
                        x.load(Relaxed);
                        panic!("the first");
                    }
                    1 => panic!("the second"),
                    _ => watch.write(),
                }
            });
        })
        .unwrap_err();
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Panic, "the first"));
}

#[test]
fn the_best_of_many_panics_is_delivered_when_all_have_unwound() {
    static DROPS: AtomicUsize = AtomicUsize::new(0);
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            DROPS.fetch_add(usize::from(std::thread::panicking()), Relaxed);
        }
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = seen.clone();
    let panics = Arc::new(AtomicUsize::new(0));
    let count = panics.clone();
    let result = Builder::new()
        .minimize(MORE)
        .on_failure(move |_| {
            sink.lock().unwrap().push((DROPS.load(Relaxed), count.load(Relaxed)));
        })
        .check(move || {
            let _loud = Loud;
            let x = AtomicU32::new(0);
            thread::scope(|s| {
                for _ in 0..5 {
                    s.spawn(|| x.fetch_add(1, Relaxed));
                }
            });
            panics.fetch_add(1, Relaxed);
            panic!("on purpose");
        });
    assert_eq!(result.unwrap_err().message, "on purpose");
    // Each of the 120 executions panics, and nobody catches that. The best is run once more, by its name.
    assert_eq!(*seen.lock().unwrap(), [(121, 121)]);
    assert_eq!(DROPS.load(Relaxed), 121);
}

#[test]
fn the_choice_is_the_same_each_time() {
    let report = || {
        let failure = Builder::new().minimize(MORE).check(|| {
            let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|s| {
                for _ in 0..2 {
                    s.spawn(|| y.store(x.fetch_add(1, Relaxed), Relaxed));
                }
                assert_ne!(x.load(Relaxed) + y.load(Relaxed), 3);
            });
        });
        failure.unwrap_err().to_string()
    };
    assert_eq!(report(), report());
}

/// What an interleaving explains is shown as that interleaving.
#[test]
fn an_update_that_is_lost_shows_no_old_value() {
    let failure = Builder::new()
        .minimize(MORE)
        .check(|| {
            let x = AtomicU32::new(0);
            let add = || x.store(x.load(Relaxed) + 1, Relaxed);
            thread::scope(|s| {
                s.spawn(add).join().unwrap_or_default();
                let other = s.spawn(add);
                add();
                other.join().unwrap_or_default();
                assert_eq!(x.load(Relaxed), 3);
            });
        })
        .unwrap_err();
    assert!(failure.steps.iter().all(|step| !step.stale && !step.overtaken), "{failure}");
}

#[test]
fn what_no_interleaving_explains_is_marked() {
    let failure = |order| {
        let failure = Builder::new().minimize(MORE).check(move || {
            let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|s| {
                let other = s.spawn(|| {
                    x.store(1, Relaxed);
                    y.store(2, Relaxed);
                });
                y.store(1, Relaxed);
                x.store(2, Relaxed);
                other.join().unwrap();
                let both = (x.load(order), y.load(order));
                assert_ne!(both, (1, 1));
            });
        });
        *failure.unwrap_err()
    };
    // Each variable ends with the value that its thread stored first: the modification orders and program order are a circle.
    let failure = failure(Relaxed);
    let marked = failure.steps.iter().filter(|step| step.overtaken || step.stale).count();
    assert_eq!(marked, 1, "{failure}");
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Load(usize),
    Store(usize),
    Add(usize),
}

fn op() -> impl Strategy<Value = Op> {
    (0..3, 0..2usize).prop_map(|(kind, variable)| match kind {
        0 => Op::Load(variable),
        1 => Op::Store(variable),
        _ => Op::Add(variable),
    })
}

/// For each variable, the step that wrote it last.
type Memory = Vec<Option<usize>>;

/// All interleavings of steps.
struct Interleavings<'a> {
    steps: &'a [&'a Step],
    /// The steps of each thread.
    of: Vec<Vec<usize>>,
    /// For what is done, what is in memory and who was last: the fewest switches that are left.
    known: HashMap<(Vec<usize>, Memory, Option<usize>), Option<usize>>,
}

impl Interleavings<'_> {
    fn has_run(&self, index: usize, done: &[usize]) -> bool {
        let thread = self.steps[index].thread;
        self.of[thread][..done[thread]].contains(&index)
    }

    /// May this step be next, reads what it reads, and has the writes of its variable before it that it should have?
    fn may_run(&self, index: usize, done: &[usize], memory: &Memory) -> bool {
        let (steps, step) = (self.steps, self.steps[index]);
        let spawn = format!("spawn({})", step.thread);
        let is_spawn = |&i: &usize| steps[i].text == spawn;
        let spawned = step.thread == 0
            || (0..steps.len()).find(is_spawn).is_some_and(|i| self.has_run(i, done));
        let joined = step.op != "join" || {
            let child: usize = step.text["join(".len()..step.text.len() - 1].parse().unwrap();
            done[child] == self.of[child].len()
        };
        let reads = !step.reads || step.location.is_none_or(|loc| memory[loc] == step.reads_from);
        let is_earlier = |&i: &usize| steps[i].writes && steps[i].location == step.location;
        let earlier = (0..index).rev().find(is_earlier);
        let in_turn = !step.writes || earlier.is_none_or(|i| self.has_run(i, done));
        spawned && joined && reads && in_turn
    }

    fn fewest(
        &mut self,
        done: &mut Vec<usize>,
        memory: &Memory,
        last: Option<usize>,
    ) -> Option<usize> {
        if done.iter().zip(&self.of).all(|(done, of)| *done == of.len()) {
            return Some(0);
        }
        let key = (done.clone(), memory.clone(), last);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut best: Option<usize> = None;
        for thread in 0..self.of.len() {
            let Some(&index) = self.of[thread].get(done[thread]) else { continue };
            if !self.may_run(index, done, memory) {
                continue;
            }
            let mut after = memory.clone();
            if let (true, Some(loc)) = (self.steps[index].writes, self.steps[index].location) {
                after[loc] = Some(index);
            }
            done[thread] += 1;
            let rest = self.fewest(done, &after, Some(thread));
            done[thread] -= 1;
            let switch = usize::from(last.is_some_and(|last| last != thread));
            let cost = rest.map(|rest| rest + switch);
            best = best.into_iter().chain(cost).min();
        }
        self.known.insert(key, best);
        best
    }
}

/// The fewest switches of an interleaving in which every step reads what it reads, and the writes of each variable are in the
/// order that they are in.
fn fewest_switches(steps: &[&Step]) -> Option<usize> {
    let threads = steps.iter().map(|step| step.thread).max().unwrap_or(0) + 1;
    let of = |thread| (0..steps.len()).filter(|&i| steps[i].thread == thread).collect();
    let locations = steps.iter().filter_map(|step| step.location).max().map_or(0, |max| max + 1);
    let known = HashMap::new();
    let mut all = Interleavings { steps, of: (0..threads).map(of).collect(), known };
    all.fewest(&mut vec![0; threads], &vec![None; locations], None)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Executions that an interleaving explains are shown as one with the fewest switches that there is. Each execution of the
    /// program fails, so the one that is shown may be any of them.
    #[test]
    fn timeline_has_as_few_switches_as_an_interleaving_can(
        threads in prop::collection::vec(prop::collection::vec(op(), 1..4), 1..4),
        skip in 0..20usize,
    ) {
        let left = AtomicUsize::new(skip);
        let result = Builder::new().memory(rc11::Memory::Interleaving).check(move || {
            let variables = [AtomicU32::new(0), AtomicU32::new(0)];
            let run = |op: &Op| match *op {
                Op::Load(v) => _ = variables[v].load(Relaxed),
                Op::Store(v) => variables[v].store(7, Relaxed),
                Op::Add(v) => _ = variables[v].fetch_add(1, Relaxed),
            };
            thread::scope(|s| {
                let others = threads[1..].iter();
                let others: Vec<_> = others.map(|ops| s.spawn(|| ops.iter().for_each(run))).collect();
                threads[0].iter().for_each(run);
                others.into_iter().for_each(|other| other.join().unwrap());
            });
            if left.fetch_sub(1, Relaxed) == 0 {
                panic!("the one to show");
            }
        });
        if let Err(failure) = result {
            // The places of steps that are not shown must not shift the others.
            let mut steps = failure.steps.clone();
            let places: Vec<Option<usize>> = steps.iter().scan(0, |next, step| {
                *next += usize::from(step.is_shown());
                Some(step.is_shown().then_some(*next - 1))
            }).collect();
            steps.retain(Step::is_shown);
            for step in &mut steps {
                step.reads_from = step.reads_from.and_then(|from| places[from]);
            }
            let steps: Vec<&Step> = steps.iter().collect();
            let fewest = fewest_switches(&steps);
            prop_assert_eq!(Some(switches(&failure)), fewest, "{}", failure);
        }
    }
}
