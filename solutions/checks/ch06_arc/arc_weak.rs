//! What `ch06_arc/arc_weak` must do.

use super::{subject, sync};
use grader::Check;

#[path = "arc/clients.rs"]
mod small;

#[allow(dead_code, reason = "later stages use all of it")]
#[path = "arc/contract.rs"]
mod contract;
#[path = "arc/panics.rs"]
mod panics;
#[path = "arc/unique.rs"]
mod unique;
#[path = "arc/weak.rs"]
mod weak;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "arc_is_send_and_sync_where_the_data_is_both",
        contract::arc_is_send_and_sync_where_both,
    ),
    Check::fact("weak_is_send_and_sync_where_the_arc_is", weak::weak_is_send_and_sync_where_both),
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
    Check::model("get_mut_gives_the_data_of_the_only_handle", unique::get_mut_when_alone),
    Check::model("get_mut_sees_what_was_done_by_other_handles", unique::get_mut_beside_drop),
    Check::model("get_mut_counts_a_handle_that_is_being_cloned", unique::get_mut_beside_clone),
    Check::model(
        "upgrade_gives_the_data_while_there_is_an_arc",
        weak::upgrade_while_there_is_an_arc,
    ),
    Check::counted(
        "memory_is_freed_with_the_last_handle_of_either_kind",
        weak::frees_with_the_last_handle,
    ),
    Check::counted(
        "clone_from_of_a_weak_lets_go_of_the_old_memory_and_counts_for_the_new",
        weak::clone_from_of_weak_counts,
    ),
    Check::model("weak_handles_of_unsized_data", weak::takes_unsized_data),
    Check::model("upgrade_beside_the_last_drop", weak::upgrade_beside_the_last_drop),
    Check::model("upgrade_does_not_give_up_while_others_clone", weak::upgrade_beside_clones),
    Check::model("last_weak_beside_the_last_arc", weak::weak_beside_arc),
    Check::model("weak_handles_in_two_threads_are_all_counted", weak::weaks_in_two_threads),
    Check::model("two_upgrades_beside_the_last_drop", weak::two_upgrades_beside_the_last_drop),
    Check::model("get_mut_counts_weak_handles", weak::get_mut_counts_weaks),
    Check::model("get_mut_beside_downgrade", weak::get_mut_beside_downgrade),
    Check::model("get_mut_beside_upgrade", weak::get_mut_beside_upgrade),
    Check::model("get_mut_sees_what_was_done_by_upgraded_handles", weak::get_mut_after_weaks),
    Check::model("cyclic_data_finds_itself", weak::cyclic_data_finds_itself),
    Check::counted(
        "closure_of_new_cyclic_that_panics_frees",
        weak::cyclic_closure_that_panics_frees,
    ),
    Check::model("upgrade_finds_cyclic_data_finished", weak::cyclic_data_is_there_for_who_upgrades),
    Check::model(
        "upgrade_of_cyclic_data_beside_its_last_drop",
        weak::cyclic_data_is_gone_for_who_upgrades_late,
    ),
    Check::fact("clone_aborts_before_the_count_overflows", clone_aborts),
    Check::fact("very_many_handles_are_not_too_many", weak::nearly_too_many_is_not),
    Check::fact("downgrade_aborts_before_the_count_overflows", weak::weak_counts_abort),
    Check::fact("clone_of_weak_aborts_before_the_count_overflows", weak::weak_clones_abort),
    Check::fact("upgrade_aborts_before_the_count_overflows", weak::upgrade_aborts),
    Check::fact("clone_that_refuses_has_counted_nothing", weak::refused_clones_are_not_counted),
    Check::fact("upgrade_that_refuses_has_counted_nothing", weak::refused_upgrades_are_not_counted),
    Check::counted("every_small_program_does_what_handles_do", clients::check::<small::Handles>),
];

fn clone_aborts() {
    contract::clone_aborts(subject::Arc::with_forgotten(5, contract::NEARLY, 0));
}
