//! What `ch06_arc/arc_get_mut` must do.

use super::{
    subject::{self, Arc},
    sync::{self, alloc, cell::Probe, thread},
};
use contract::{Counted, Data, Sent, model};
use grader::Check;
use std::cell::Cell;

#[allow(dead_code, reason = "later stages use all of it")]
#[path = "arc/contract.rs"]
mod contract;
#[path = "arc/panics.rs"]
mod panics;
#[path = "arc/unique.rs"]
mod unique;

#[path = "arc/alone.rs"]
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
    Check::model("get_mut_gives_the_data_of_the_only_handle", unique::get_mut_when_alone),
    Check::model("get_mut_sees_what_was_done_by_other_handles", unique::get_mut_beside_drop),
    Check::model("get_mut_counts_a_handle_that_is_being_cloned", unique::get_mut_beside_clone),
    Check::model("try_unwrap_takes_the_data_of_the_only_handle", try_unwrap_when_alone),
    Check::counted("try_unwrap_frees_the_memory", try_unwrap_frees),
    Check::model("try_unwrap_beside_a_drop", try_unwrap_beside_drop),
    Check::model("try_unwrap_of_the_last_two_handles", two_try_unwraps),
    Check::model("make_mut_clones_what_is_shared", make_mut_clones),
    Check::model("make_mut_beside_a_drop", make_mut_beside_drop),
    Check::fact("clone_aborts_before_the_count_overflows", clone_aborts),
    Check::fact("very_many_handles_are_not_too_many", nearly),
    Check::fact("as_many_handles_as_there_may_be_are_kept", as_many_as_may_be),
    Check::counted("every_small_program_does_what_handles_do", clients::check::<small::Handles>),
];

fn clone_aborts() {
    contract::clone_aborts(subject::Arc::with_forgotten_clones(5, contract::NEARLY));
}

fn nearly() {
    contract::clone_does_not_abort(subject::Arc::with_forgotten_clones(5, contract::NEARLY));
}

/// None of these makes one handle more.
fn as_many_as_may_be() {
    grader::note("With `MAX_REFCOUNT` handles, `get_mut` and `try_unwrap` must give no data.");
    let clones = subject::MAX_REFCOUNT - 1;
    let mut arc = Arc::with_forgotten_clones(5, clones);
    assert!(Arc::get_mut(&mut arc).is_none(), "`get_mut` gives a `&mut` while there are others");
    let arc = Arc::try_unwrap(arc).expect_err("`try_unwrap` takes the data while there are others");
    assert_eq!(*arc, 5, "`try_unwrap` gives a handle of other data back");
}

fn try_unwrap_when_alone() {
    model(|| {
        let drops = Cell::new(0);
        let arc = Arc::new(Counted(&drops));
        let clone = arc.clone();
        let Err(arc) = Arc::try_unwrap(arc) else {
            panic!("`try_unwrap` takes the data while there is another handle");
        };
        assert_eq!(drops.get(), 0, "a `try_unwrap` that failed has dropped the data");
        assert!(Arc::ptr_eq(&arc, &clone), "`try_unwrap` gives another handle back");
        drop(clone);
        assert_eq!(drops.get(), 0, "drops of the data while there is a handle");
        let Ok(data) = Arc::try_unwrap(arc) else {
            panic!("`try_unwrap` of the only handle gives it back");
        };
        assert_eq!(drops.get(), 0, "`try_unwrap` has dropped the data that it gives away");
        drop(data);
        assert_eq!(drops.get(), 1, "drops of data that `try_unwrap` gave away");
    });
    model(|| {
        let arc = Arc::new(());
        let _clone = arc.clone();
        assert!(
            Arc::try_unwrap(arc).is_err(),
            "`try_unwrap` takes data without a size while there is another handle"
        );
    });
}

fn try_unwrap_frees() {
    model(|| {
        let arc = Arc::new(Probe::new(1));
        let place = &raw const *arc;
        let data = Arc::try_unwrap(arc);
        assert!(data.is_ok(), "`try_unwrap` of the only handle gives it back");
        assert!(
            alloc::is_freed(place),
            "`try_unwrap` has taken the data, but the memory was not freed"
        );
    });
    // Memory that is never freed is a failure, also that of data without a size.
    model(|| assert!(Arc::try_unwrap(Arc::new(())).is_ok(), "`try_unwrap` of the only handle"));
}

/// Takes the data out if it can, and changes it; otherwise reads it.
fn take_or_read(arc: Arc<Data>) -> u32 {
    match Arc::try_unwrap(arc) {
        Ok(mut data) => {
            data.set(2);
            1
        }
        Err(arc) => {
            assert_eq!(arc.get(), 1, "the data has changed while there is another handle");
            0
        }
    }
}

fn try_unwrap_beside_drop() {
    model(|| {
        let arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            assert_eq!(arc.get(), 1, "the data has changed while there is another handle");
        });
        take_or_read(arc);
        other.join().unwrap();
    });
}

fn two_try_unwraps() {
    model(|| {
        let arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || take_or_read(theirs.take()));
        let taken = take_or_read(arc) + other.join().unwrap();
        assert!(taken <= 1, "two threads have taken the same data out");
    });
}

/// Data whose clones differ.
impl Clone for Data {
    fn clone(&self) -> Self {
        Self::new(self.get() + 10)
    }
}

fn make_mut_clones() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let data = Arc::make_mut(&mut arc);
        assert_eq!(
            data.get(),
            1,
            "`make_mut` of the only handle gives a clone instead of the data"
        );
        data.set(2);
        assert_eq!(arc.get(), 2, "the change through `make_mut` is lost");
        let other = arc.clone();
        let data = Arc::make_mut(&mut arc);
        assert_eq!(data.get(), 12, "`make_mut` of shared data does not give a clone");
        data.set(20);
        assert_eq!(other.get(), 2, "`make_mut` gives data that others share");
        assert!(
            !Arc::ptr_eq(&arc, &other),
            "after `make_mut` the handle points to what others share"
        );
        drop(other);
        assert_eq!(arc.get(), 20, "the change through `make_mut` is lost");
    });
}

fn make_mut_beside_drop() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            assert_eq!(arc.get(), 1, "the data has changed while there is another handle");
        });
        Arc::make_mut(&mut arc).set(2);
        other.join().unwrap();
        assert_eq!(arc.get(), 2, "the change through `make_mut` is lost");
    });
}
