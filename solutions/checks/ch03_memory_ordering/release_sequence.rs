//! What `ch03_memory_ordering/release_sequence` must do.

use super::subject::Batch;
use super::sync::{self, catch_panic, cell::Probe, panic_quietly, thread};
use grader::{Check, Shared};

#[path = "clients/release_sequence.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("batch_that_is_not_published_gives_nothing", unpublished),
    Check::counted("batch_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("each_item_is_given_once", each_once),
    Check::model("asking_too_early_does_no_harm", asks_early),
    Check::model("what_the_publisher_wrote_happens_before_what_the_first_taker_reads", first_taker),
    Check::model("two_takers_get_different_items", two_takers),
    Check::model("second_taker_is_ordered_behind_the_publisher_too", second_taker),
    Check::model("third_taker_is_ordered_behind_the_publisher_too", third_taker),
    Check::counted(
        "every_small_program_does_what_a_batch_does",
        clients::check::<small::Batches<2>>,
    ),
    Check::model("batch_whose_writing_panicked_gives_nothing", write_panics),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
];

/// The items of every check are 1, 2, 3, …
fn publish<const N: usize>(batch: &Batch<Probe, N>) {
    let write = |items: &mut [Probe; N]| {
        for (number, item) in (1..).zip(items) {
            item.set(number);
        }
    };
    // SAFETY: each check calls this once.
    unsafe { batch.publish(write) }
}

fn take<const N: usize>(batch: &Batch<Probe, N>) -> Option<u32> {
    batch.take().map(|item| item.get())
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let batch = Batch::<Probe, 2>::new();
        publish(&batch);
        let _ = batch.take();
    });
}

fn unpublished() {
    sync::model(|| {
        assert_eq!(take(&Batch::<_, 2>::new()), None, "nothing was published");
        assert_eq!(take(&Batch::<_, 2>::default()), None, "nothing was published");
    });
}

/// Fails unless these are 1, 2, 3, … in some order.
#[track_caller]
fn are_all_items(taken: &[Option<u32>]) {
    let mut taken = taken.to_vec();
    taken.sort();
    let all: Vec<_> = (1..=taken.len() as u32).map(Some).collect();
    assert!(
        taken == all,
        "after all was published, {} calls of `take` must give {} different items: they gave {taken:?}",
        taken.len(),
        taken.len()
    );
}

fn each_once() {
    sync::model(|| {
        let batch = Batch::<_, 3>::new();
        publish(&batch);
        are_all_items(&[take(&batch), take(&batch), take(&batch)]);
        assert_eq!(take(&batch), None, "there are three items, but a fourth was given");
        assert_eq!(take(&batch), None, "there are three items, but a fourth was given");
    });
    // More items than a byte can count, and no exchange that fails for no reason.
    sync::Model::new().faults(0).check(|| {
        let batch = Batch::<_, 300>::new();
        publish(&batch);
        let taken: Vec<_> = (0..300).map(|_| take(&batch)).collect();
        are_all_items(&taken);
        assert_eq!(take(&batch), None, "there are 300 items, but one more was given");
    });
}

fn asks_early() {
    sync::model(|| {
        let batch = Batch::<_, 2>::new();
        for _ in 0..3 {
            assert_eq!(take(&batch), None, "nothing was published");
        }
        publish(&batch);
        are_all_items(&[take(&batch), take(&batch)]);
        assert_eq!(take(&batch), None, "there are two items, but a third was given");
    });
}

fn first_taker() {
    sync::model(|| {
        let batch = Shared::new(Batch::<_, 1>::new());
        let theirs = batch.clone();
        let publisher = thread::spawn(move || publish(&theirs));
        let early = take(&batch);
        publisher.join().unwrap();
        let late = take(&batch);
        assert!(
            matches!((early, late), (Some(1), None) | (None, Some(1))),
            "one item was published, and two calls of `take` gave {early:?} and {late:?}"
        );
    });
}

fn two_takers() {
    sync::model(|| {
        let batch = Shared::new(Batch::<_, 2>::new());
        publish(&batch);
        let theirs = batch.clone();
        let other = thread::spawn(move || take(&theirs));
        let mine = take(&batch);
        are_all_items(&[mine, other.join().unwrap()]);
    });
}

/// Some threads take one each while this one publishes as many as there are.
fn takers_beside_the_publisher<const N: usize>() {
    let batch = Shared::new(Batch::<_, N>::new());
    let takers: Vec<_> = (0..N)
        .map(|_| {
            let theirs = batch.clone();
            thread::spawn(move || take(&theirs))
        })
        .collect();
    publish(&batch);
    let mut taken: Vec<_> = takers.into_iter().map(|taker| taker.join().unwrap()).collect();
    for taken in taken.iter_mut().filter(|taken| taken.is_none()) {
        *taken = take(&batch);
    }
    are_all_items(&taken);
}

fn second_taker() {
    sync::model(takers_beside_the_publisher::<2>);
}

fn third_taker() {
    sync::Model::new().preemptions(2).faults(0).check(takers_beside_the_publisher::<3>);
}

fn write_panics() {
    sync::model(|| {
        let batch = Batch::<Probe, 2>::new();
        drop(catch_panic(|| {
            // SAFETY: once.
            unsafe { batch.publish(|_| panic_quietly(7_u32)) }
        }));
        assert_eq!(
            take(&batch),
            None,
            "`write` has panicked, so the items are not written, but `take` gives one: they are handed out *after* `write`, not on every \
             way out"
        );
    });
}

fn fails_often() {
    sync::Model::new().faults(8).check(|| {
        let batch = Batch::<Probe, 1>::new();
        publish(&batch);
        assert_eq!(
            take(&batch),
            Some(1),
            "there is an item. A weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so \
             `take` must not give up"
        );
    });
}
