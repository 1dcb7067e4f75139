//! What `ch06_arc/arc_basic` must do.

use super::{subject, sync};
use grader::Check;

#[allow(dead_code, reason = "later stages use all of it")]
#[path = "arc/contract.rs"]
mod contract;
#[path = "arc/panics.rs"]
mod panics;

#[path = "arc/counted.rs"]
mod small;
#[path = "arc/strong.rs"]
mod strong;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "arc_is_send_and_sync_where_the_data_is_both",
        contract::arc_is_send_and_sync_where_both,
    ),
    Check::model("clones_give_the_same_data", contract::gives_the_data),
    Check::counted("arc_is_made_of_the_atomics_of_sync", contract::uses_sync),
    Check::model("data_is_dropped_once_and_with_the_last_handle", contract::drops_once),
    Check::model(
        "clone_from_lets_go_of_the_old_data_and_counts_the_new",
        panics::clone_from_counts,
    ),
    Check::model("drop_of_the_last_handle_has_dropped_the_data", contract::last_one_drops),
    Check::counted("memory_is_freed_with_the_last_handle", contract::frees_the_memory),
    Check::model("data_may_be_unsized", contract::takes_unsized_data),
    Check::model("data_is_dropped_after_every_use", contract::two_threads),
    Check::model("clones_in_two_threads_are_all_counted", contract::clones_in_two_threads),
    Check::model("three_threads_free_once_and_after_every_use", contract::three_threads),
    Check::fact("clone_aborts_before_the_count_overflows", clone_aborts),
    Check::fact("very_many_handles_are_not_too_many", nearly),
    Check::counted("every_small_program_does_what_handles_do", clients::check::<small::Handles>),
];

fn clone_aborts() {
    contract::clone_aborts(subject::Arc::with_forgotten_clones(5, contract::NEARLY));
}

fn nearly() {
    contract::clone_does_not_abort(subject::Arc::with_forgotten_clones(5, contract::NEARLY));
}
