//! What `ch03_memory_ordering/break_this_lock` must do.

use super::subject::{self, Lock};
use super::sync::judge::{self, Verdict};
use grader::Check;

#[path = "locks/broken.rs"]
mod broken;
#[path = "locks/correct.rs"]
mod correct;

/// In the order in which they are run. Only the checker can judge a model.
pub const CHECKS: &[Check] = &[
    Check::counted("model_acquits_a_swap_lock", || acquits::<correct::Swap>("a lock with a swap")),
    Check::counted("model_acquits_a_lock_with_a_weak_exchange", || {
        acquits::<correct::WeakExchange>("a lock with a weak compare-exchange");
    }),
    Check::counted("model_acquits_a_lock_with_fences", || {
        acquits::<correct::Fences>("a lock with relaxed operations and fences");
    }),
    Check::counted("model_acquits_a_ticket_lock", || acquits::<correct::Ticket>("a ticket lock")),
    Check::counted("model_acquits_a_lock_in_one_bit", || {
        acquits::<correct::Bit>("a lock in one bit of a word");
    }),
    Check::counted("model_convicts_a_lock_that_looks_and_takes_in_two_steps", || {
        convicts::<broken::TwoSteps>(
            "its `lock` looks whether it is free and takes it in two steps, so two threads may both get in. Do two threads use \
             the lock at the same time in your model?",
        );
    }),
    Check::counted("model_convicts_a_lock_that_unlocks_relaxed", || {
        convicts::<broken::RelaxedUnlock>(
            "its `unlock` is a Relaxed store. Holders never overlap, but nothing hands over what they did. Would anything in \
             your model notice? Data that is atomic is not enough: it cannot race. And the checker sees only what is done in \
             `with` and `with_mut`, not what is done through `get`",
        );
    }),
    Check::counted("model_convicts_a_lock_with_a_fence_too_late", || {
        convicts::<broken::LateFence>(
            "its `unlock` has a release fence behind the store instead of before it. Holders never overlap, but nothing hands \
             over what they did",
        );
    }),
    Check::counted("model_convicts_a_lock_that_never_unlocks", || {
        convicts::<broken::NeverUnlocks>(
            "its `unlock` does nothing, so the lock can be taken once. Is it taken a second time in your model?",
        );
    }),
    Check::counted("model_convicts_a_lock_that_gives_up", || {
        convicts::<broken::GivesUp>(
            "its `lock` goes in after three attempts, whoever is inside. Does a thread of your model have to wait for another \
             one?",
        );
    }),
    Check::counted("model_convicts_a_lock_that_is_relaxed_after_waiting", || {
        convicts::<broken::RelaxedAfterWaiting>(
            "its `lock` acquires if it gets in at once, and not if it had to wait. Does a thread of your model have to wait for \
             another one, and does it then look at what that one did?",
        );
    }),
    Check::counted("model_convicts_a_lock_that_publishes_once", || {
        convicts::<broken::PublishesOnce>(
            "its first `unlock` is right, all later ones are Relaxed. Does anybody in your model see what the second holder did?",
        );
    }),
    Check::counted("model_convicts_a_ticket_lock_of_one_bit", || {
        convicts::<broken::TicketOfOneBit>(
            "it is a ticket lock with only two numbers, so the third thread in the queue has the same number as the first. Do three threads in your model ever want the lock at once?",
        );
    }),
];

/// Too many executions to say anything.
const UNDECIDED: &str = "the checker has not come to an end: your model has too many executions. Use fewer threads, or let each \
                         lock less often";

fn acquits<L: Lock>(lock: &str) {
    match judge::verdict(subject::model::<L>) {
        Verdict::Passed => {}
        Verdict::Undecided => panic!("{lock}: {UNDECIDED}"),
        Verdict::Failed(report) if report.starts_with("not yet implemented") => panic!("{report}"),
        Verdict::Failed(report) => panic!(
            "your model convicts {lock}, which is right. So the fault is in the model. This is what it says:\n\n{report}"
        ),
    }
}

fn convicts<L: Lock>(fault: &str) {
    match judge::verdict(subject::model::<L>) {
        Verdict::Failed(_) => {}
        Verdict::Undecided => panic!("{UNDECIDED}. The lock is broken: {fault}"),
        Verdict::Passed => panic!("your model acquits a lock that is broken: {fault}"),
    }
}
