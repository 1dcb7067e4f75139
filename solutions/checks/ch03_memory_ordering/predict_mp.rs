//! What `ch03_memory_ordering/predict_mp` must do.

use super::subject;
use super::sync::{
    atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
        fence,
    },
    thread,
};
use grader::Check;
use prediction::{Outcome, Program, judge};
use std::sync::Arc;

#[path = "litmus/prediction.rs"]
mod prediction;

/// In the order in which they are run. The models know all outcomes; a machine shows some.
pub const CHECKS: &[Check] = &[
    Check::counted("outcomes_of_relaxed_are_predicted", || judge(&RELAXED, subject::relaxed())),
    Check::counted("outcomes_of_release_acquire_are_predicted", || {
        judge(&RELEASE_ACQUIRE, subject::release_acquire());
    }),
    Check::counted("outcomes_of_release_only_are_predicted", || {
        judge(&RELEASE_ONLY, subject::release_only());
    }),
    Check::counted("outcomes_of_acquire_only_are_predicted", || {
        judge(&ACQUIRE_ONLY, subject::acquire_only());
    }),
    Check::counted("outcomes_of_acquire_on_the_data_are_predicted", || {
        judge(&ACQUIRE_ON_THE_DATA, subject::acquire_on_the_data());
    }),
    Check::counted("outcomes_of_branch_are_predicted", || judge(&BRANCH, subject::branch())),
    Check::counted("outcomes_of_fences_are_predicted", || judge(&FENCES, subject::fences())),
    Check::counted("outcomes_of_fence_after_the_flag_are_predicted", || {
        judge(&FENCE_AFTER_THE_FLAG, subject::fence_after_the_flag());
    }),
];

/// What both threads see. Zero at the start.
#[derive(Default)]
struct Message {
    data: AtomicU32,
    flag: AtomicU32,
}

/// This thread sends, another receives.
fn pass(send: fn(&Message), receive: fn(&Message) -> Outcome) -> Outcome {
    let message = Arc::new(Message::default());
    let theirs = message.clone();
    let receiver = thread::spawn(move || receive(&theirs));
    send(&message);
    receiver.join().unwrap()
}

const fn program(name: &'static str, run: fn() -> Outcome, why: &'static str) -> Program {
    Program { name, numbers: "(flag, data)", run, weak: (1, 0), why }
}

// The operations below are the questions: what their orderings do is for the reader to say.

static RELAXED: Program = program(
    "relaxed",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Relaxed);
            },
            |Message { data, flag }| (flag.load(Relaxed), data.load(Relaxed)),
        )
    },
    "The load of `flag` reads from the store, but reading from a Relaxed store orders nothing else: the load of `data` may \
     still read the old value.",
);

static RELEASE_ACQUIRE: Program = program(
    "release_acquire",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Release);
            },
            |Message { data, flag }| (flag.load(Acquire), data.load(Relaxed)),
        )
    },
    "If the Acquire load reads what the Release store wrote, the two synchronize. Then `data.store` happens before \
     `data.load`, and a load cannot read a value older than one that happens before it.",
);

static RELEASE_ONLY: Program = program(
    "release_only",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Release);
            },
            |Message { data, flag }| (flag.load(Relaxed), data.load(Relaxed)),
        )
    },
    "A Release store offers an edge; only an acquire operation that reads it takes it. The load of `flag` is Relaxed, so \
     there is no edge, and the two loads may be done in either order.",
);

static ACQUIRE_ONLY: Program = program(
    "acquire_only",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Relaxed);
            },
            |Message { data, flag }| (flag.load(Acquire), data.load(Relaxed)),
        )
    },
    "An Acquire load learns what was published with the value that it reads. A Relaxed store publishes nothing: its two \
     stores may become visible in either order.",
);

static ACQUIRE_ON_THE_DATA: Program = program(
    "acquire_on_the_data",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Release);
                flag.store(1, Release);
            },
            |Message { data, flag }| (flag.load(Relaxed), data.load(Acquire)),
        )
    },
    "An edge goes from a store to the load that reads it. The load that reads the store of `flag` is Relaxed, so there is no \
     edge there. Acquire on the later load orders what comes after *it*, and nothing comes after it.",
);

static BRANCH: Program = program(
    "branch",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Release);
            },
            |Message { data, flag }| {
                if flag.load(Relaxed) == 1 { (1, data.load(Relaxed)) } else { (0, 0) }
            },
        )
    },
    "An `if` orders nothing: the compiler may load `data` before the branch, and the processor may guess how the branch goes. \
     Only an acquire operation makes the load of `data` wait.",
);

static FENCES: Program = program(
    "fences",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                fence(Release);
                flag.store(1, Relaxed);
            },
            |Message { data, flag }| {
                let seen = flag.load(Relaxed);
                fence(Acquire);
                (seen, data.load(Relaxed))
            },
        )
    },
    "A release fence before a store and an acquire fence after the load that reads it synchronize, whatever the orderings of \
     the store and the load. So `data.store` happens before `data.load`.",
);

static FENCE_AFTER_THE_FLAG: Program = program(
    "fence_after_the_flag",
    || {
        pass(
            |Message { data, flag }| {
                data.store(1, Relaxed);
                flag.store(1, Relaxed);
                fence(SeqCst);
            },
            |Message { data, flag }| (flag.load(Acquire), data.load(Relaxed)),
        )
    },
    "A fence flushes nothing. It orders what comes before it with the stores that come *after* it in its thread, and the store \
     of `flag` comes before: nothing keeps it behind the store of `data`.",
);
