//! What `ch07_processor/store_buffer_litmus` must do.

use super::subject::{Pair, left, right, run};
use super::sync::{
    self,
    atomic::{
        AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
    hint, judge, thread,
};
use grader::{Check, Shared};
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex};

/// In the order in which they are run. How often the outcome is seen on this machine is not asked: what the models say can
/// happen may be rare, or never happen, on a given one.
pub const CHECKS: &[Check] = &[
    Check::fact("variables_lie_in_different_lines", lines),
    Check::model("each_side_stores_to_its_own_variable", own_variable),
    Check::counted("both_sides_can_miss_each_other", both_can_miss),
    Check::counted("each_side_stores_before_it_loads", stores_first),
    Check::counted("nothing_stands_between_the_store_and_the_load", nothing_between),
    Check::counted("store_and_load_are_relaxed", relaxed),
    Check::counted("every_round_is_counted_as_what_the_sides_return", counted),
    Check::counted("every_round_begins_with_zeros", new_pair),
    Check::counted("variables_keep_their_values_until_both_sides_have_ended", stays_set),
    Check::counted("sides_run_at_the_same_time", at_the_same_time),
    Check::counted("side_begins_a_round_when_the_other_has_ended_the_one_before", in_step),
    Check::fact("two_threads_run_all_rounds", two_threads),
    Check::fact("every_round_of_many_begins_with_zeros", many_rounds),
];

fn lines() {
    const BLOCK: usize = 128;
    let pair = Pair::default();
    let [x, y] = pair.variables().map(|variable| std::ptr::from_ref(variable).addr());
    assert_ne!(x, y, "`x` and `y` are the same variable. Its address");
    assert_ne!(
        x / BLOCK,
        y / BLOCK,
        "`x` and `y` are in the same block of {BLOCK} bytes.\n  A core whose store waits for the line also has its load wait for it, and the core that gets the line second finds both stores done. The block"
    );
}

fn own_variable() {
    sync::model(|| {
        let pair = Pair::default();
        let values = || pair.variables().map(|variable| variable.load(Relaxed));
        assert_eq!(values(), [0, 0], "`x` and `y` of a new pair");
        assert_eq!(left(&pair), 0, "what `left` finds in `y` of a new pair");
        assert_eq!(values(), [1, 0], "`x` and `y` after `left`");
        assert_eq!(right(&pair), 1, "what `right` finds in `x` after `left`");
        assert_eq!(values(), [1, 1], "`x` and `y` after both");
    });
}

fn both_can_miss() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = seen.clone();
    // What is found is kept outside of the model, which knows nothing of it.
    sync::Model::new().may_leak().check(move || {
        let pair = Shared::new(Pair::default());
        let theirs = pair.clone();
        let other = thread::spawn(move || left(&theirs));
        let mine = right(&pair);
        let outcome = (other.join().unwrap(), mine);
        sink.lock().expect("nobody panics with this lock").insert(outcome);
    });
    let seen = seen.lock().expect("nobody panics with this lock");
    assert!(
        seen.contains(&(0, 0)),
        "Rust does not allow (0, 0) for these two sides, so no machine will ever show it: their outcomes are {seen:?}. Which orderings \
         forbid it?"
    );
    assert_eq!(
        seen.len(),
        4,
        "outcomes that Rust allows for the two sides: {seen:?}, and two threads at once have four. Their number"
    );
}

fn stores_first() {
    for (name, side, own, others) in
        [("left", left as fn(&Pair) -> u32, 0, 1), ("right", right as fn(&Pair) -> u32, 1, 0)]
    {
        let answered = Arc::new(Mutex::new(false));
        let sink = answered.clone();
        sync::model(move || {
            let pair = Shared::new(Pair::default());
            let theirs = pair.clone();
            // Stores only when it has seen the side's store. Relaxed: a load that comes first cannot see this all the same.
            let answer = thread::spawn(move || {
                let variables = theirs.variables();
                if variables[own].load(Relaxed) == 1 {
                    variables[others].store(1, Relaxed);
                }
            });
            let found = side(&pair);
            answer.join().unwrap();
            *sink.lock().expect("nobody panics with this lock") |= found == 1;
        });
        assert!(
            *answered.lock().expect("nobody panics with this lock"),
            "`{name}` loads before it stores: its load never finds a store that answers its own.\n  With a load that comes first, (0, 0) is no \
             surprise: it needs no store buffer"
        );
    }
}

fn nothing_between() {
    for (name, side) in [("left", left as fn(&Pair) -> u32), ("right", right)] {
        sync::model(move || {
            let before = sync::counters();
            side(&Pair::default());
            let after = sync::counters();
            let others = (after.rmws - before.rmws) + (after.fences - before.fences);
            assert_eq!(
                others, 0,
                "`{name}` does something besides its store and its load.\n  Between the two, a read-modify-write empties the store buffer on \
                 an x86, whatever its ordering, and so does a `SeqCst` fence. How many"
            );
            let counts = (after.stores - before.stores, after.loads - before.loads);
            assert_eq!(counts, (1, 1), "the stores and loads of `{name}`");
        });
    }
}

fn relaxed() {
    for (name, side) in [("left", left as fn(&Pair) -> u32), ("right", right)] {
        let asked = judge::orderings(move || {
            side(&Pair::default());
        });
        for asked in asked {
            assert!(
                asked.order == Relaxed,
                "{asked}: `{name}` asks for more than it needs.\n  On AArch64 the load of an `Acquire` or `SeqCst` waits for the store of a \
                 `Release` or `SeqCst` before it. On x86-64 a store that is `SeqCst` empties the store buffer. (0, 0) is never seen then"
            );
        }
    }
}

fn counted() {
    sync::model(|| {
        let rounds = AtomicUsize::new(0);
        // The left side returns 0 in the first round and 1 in the second. Relaxed: only this side counts.
        let counts = run(2, |_| rounds.fetch_add(1, Relaxed) as u32, |_| 1);
        assert_eq!(counts, [0, 1, 0, 1], "two rounds that end with (0, 1) and (1, 1), counted");
    });
    // Each in a model of its own: together they would have as many executions as their product.
    sync::model(|| assert_eq!(run(0, |_| 0, |_| 0), [0; 4], "no rounds, counted"));
    sync::model(|| {
        assert_eq!(run(1, |_| 1, |_| 1), [0, 0, 0, 1], "one round that ends with (1, 1), counted");
    });
}

fn new_pair() {
    sync::model(|| {
        let counts = run(
            2,
            |pair| {
                let [x, _] = pair.variables();
                // Relaxed: the right side does not touch it.
                x.swap(1, Relaxed)
            },
            |_| 0,
        );
        assert_eq!(counts[2], 0, "rounds whose variable had been stored to in a round before");
    });
}

/// More than there are pairs, if somebody keeps some and uses them in turn.
const MANY: usize = 70;

fn many_rounds() {
    // Each side stores to its own variable. Relaxed: nobody else touches it.
    let side = |own: usize| move |pair: &Pair| pair.variables()[own].swap(1, Relaxed);
    let counts = run(MANY, side(0), side(1));
    assert_eq!(
        counts,
        [MANY, 0, 0, 0],
        "{MANY} rounds in which each side returns what its own variable was when the round began"
    );
}

fn stays_set() {
    // Either side may be the one that sets back.
    for is_turned in [false, true] {
        sync::model(move || {
            let store = |pair: &Pair, own: usize| {
                // Relaxed: only this variable is looked at.
                pair.variables()[own].store(1, Relaxed);
                0
            };
            let look_twice = |pair: &Pair, other: usize| {
                let variable = pair.variables()[other];
                // Relaxed: two loads of one variable come in order.
                let (first, second) = (variable.load(Relaxed), variable.load(Relaxed));
                u32::from(first == 1 && second == 0)
            };
            let counts = match is_turned {
                false => run(2, |pair| store(pair, 0), |pair| look_twice(pair, 0)),
                true => run(2, |pair| look_twice(pair, 1), |pair| store(pair, 1)),
            };
            assert_eq!(
                counts[1] + counts[2] + counts[3],
                0,
                "one side has ended, and its variable is set back to zero while the other side of the same round still looks. Such a (0, 0) is of \
                 your own making. Rounds in which it is seen"
            );
        });
    }
}

/// A side that stores to its own variable and waits for the other's.
fn wait_for(own: &super::sync::atomic::AtomicU32, other: &super::sync::atomic::AtomicU32) -> u32 {
    // Relaxed: nothing else is handed over.
    own.store(1, Relaxed);
    while other.load(Relaxed) == 0 {
        hint::spin_loop();
    }
    1
}

fn at_the_same_time() {
    sync::model(|| {
        let counts = run(
            1,
            |pair| {
                let [x, y] = pair.variables();
                wait_for(x, y)
            },
            |pair| {
                let [x, y] = pair.variables();
                wait_for(y, x)
            },
        );
        assert_eq!(
            counts,
            [0, 0, 0, 1],
            "one round of two sides that wait for each other, counted"
        );
    });
}

fn in_step() {
    sync::model(|| {
        // The rounds that each side has ended.
        let ended = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let side = |own: usize| {
            let (mine, other) = (&ended[own], &ended[1 - own]);
            move |_: &Pair| {
                // Relaxed: only this side writes it.
                let rounds = mine.load(Relaxed);
                // Acquire: pairs with the Release below; the gate must order this load behind it.
                let theirs = other.load(Acquire);
                assert!(
                    theirs >= rounds,
                    "a side begins round {rounds}, but the other has not ended round {theirs}: the two drift apart, and never meet"
                );
                // Release: pairs with the Acquire above.
                mine.store(rounds + 1, Release);
                0
            }
        };
        run(2, side(0), side(1));
    });
}

fn two_threads() {
    // Who ran each side, round after round.
    let threads = [Mutex::new(Vec::new()), Mutex::new(Vec::new())];
    // Each round has an outcome that tells it from its neighbours.
    let note = |side: usize, outcomes: [u32; 5]| {
        let mut threads = threads[side].lock().expect("nobody panics with this lock");
        threads.push(std::thread::current().id());
        outcomes[(threads.len() - 1) % 5]
    };
    let counts = run(5, |_| note(0, [0, 0, 1, 1, 1]), |_| note(1, [0, 1, 0, 1, 1]));
    assert_eq!(
        counts,
        [1, 1, 1, 2],
        "five rounds that end with (0, 0), (0, 1), (1, 0), (1, 1) and (1, 1), counted"
    );
    let [left, right] = threads.map(|of| of.into_inner().expect("nobody panics with this lock"));
    let both: HashSet<_> = left.iter().chain(&right).collect();
    assert_eq!(
        both.len(),
        2,
        "the threads that ran the sides of five rounds. Starting a thread takes far longer than a side: the other one has ended by then"
    );
    let is_alone = left.iter().zip(&right).any(|(left, right)| left == right);
    assert!(!is_alone, "one thread runs both sides of a round");
}
