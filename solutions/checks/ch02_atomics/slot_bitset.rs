//! What `ch02_atomics/slot_bitset` must do.

use super::subject::Slots;
use super::sync::{
    self,
    cell::{Probe, UnsafeCell},
    thread,
};
use grader::{Check, Shared, impls};

#[path = "clients/slot_bitset.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("slots_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("each_slot_is_claimed_once_and_none_beyond", each_once),
    Check::counted("set_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("freed_slot_can_be_claimed_again", claimed_again),
    Check::model("free_of_a_free_slot_panics_and_changes_nothing", free_twice),
    Check::model("free_of_a_slot_that_is_not_there_panics_and_changes_nothing", free_beyond),
    Check::model("claim_finds_a_slot_that_stays_free", finds_what_is_free),
    Check::model("two_threads_never_claim_the_same_slot", two_claims),
    Check::model("last_slot_goes_to_one_of_two_threads", last_slot),
    Check::model("no_free_is_lost", two_frees),
    Check::model("what_an_owner_did_happens_before_what_the_next_one_does", hand_over),
    Check::counted("every_small_program_does_what_slots_do", clients::check::<small::Bitset>),
    Check::model("free_that_panics_changes_nothing_for_a_moment", free_beside_a_claim),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
    Check::fact("large_sets_are_as_large_as_they_say", large_sets),
    Check::model("two_sets_know_nothing_of_each_other", two_sets),
];

fn is_shared_and_sent() {
    assert!(impls!(Slots: Sync), "the set is not `Sync`: only one thread could claim slots");
    assert!(impls!(Slots: Send), "the set is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let _ = Slots::new(1).claim();
    });
}

/// What a call did when it returned.
struct Returned;

/// Makes a call that must panic.
#[track_caller]
fn must_panic(call: impl FnOnce(), what: &str) {
    let payload = sync::catch_panic(|| {
        call();
        sync::panic_quietly(Returned);
    });
    assert!(!payload.is::<Returned>(), "{what} must panic, but it returns");
}

/// Claims until there is no slot any more. What was claimed, sorted.
#[track_caller]
fn claim_all(slots: &Slots) -> Vec<u32> {
    // One more than there can be: a set that never ends is found out.
    let mut claimed: Vec<u32> = (0..65).map_while(|_| slots.claim()).collect();
    claimed.sort();
    claimed
}

/// Not in a model: a set that tries one slot after the other is right, and takes thousands of steps here.
fn large_sets() {
    for count in [32, 33, 63, 64] {
        let slots = Slots::new(count);
        let all: Vec<u32> = (0..count).collect();
        assert_eq!(claim_all(&slots), all, "what was claimed of {count} slots");
        for slot in [0, 17, count - 1] {
            slots.free(slot);
            assert_eq!(
                slots.claim(),
                Some(slot),
                "of {count} slots that are claimed, {slot} was freed"
            );
        }
        must_panic(|| slots.free(count), &format!("`free({count})` of {count} slots"));
        must_panic(|| slots.free(count + 64), &format!("`free({count} + 64)` of {count} slots"));
        assert_eq!(slots.claim(), None, "all {count} slots are claimed, but there is one more");
    }
    for count in [65, 128, u32::MAX] {
        must_panic(|| drop(Slots::new(count)), &format!("`Slots::new({count})`"));
    }
}

fn each_once() {
    for count in [0, 1, 3] {
        sync::model(move || {
            let slots = Slots::new(count);
            let all: Vec<u32> = (0..count).collect();
            assert_eq!(claim_all(&slots), all, "what was claimed of {count} slots");
            assert_eq!(slots.claim(), None, "all {count} slots are claimed, but there is one more");
        });
    }
}

fn claimed_again() {
    for slot in 0..3 {
        sync::model(move || {
            let slots = Slots::new(3);
            claim_all(&slots);
            slots.free(slot);
            assert_eq!(slots.claim(), Some(slot), "of 3 slots that are claimed, {slot} was freed");
            assert_eq!(slots.claim(), None, "all 3 slots are claimed, but there is one more");
        });
    }
}

fn free_twice() {
    sync::model(|| {
        let slots = Slots::new(2);
        must_panic(|| slots.free(1), "`free(1)` of a slot that is free");
        assert_eq!(claim_all(&slots), [0, 1], "what could be claimed after a free slot was freed");
    });
}

fn free_beyond() {
    for slot in [2, 63, 64, 66] {
        sync::model(move || {
            let slots = Slots::new(2);
            claim_all(&slots);
            must_panic(|| slots.free(slot), &format!("`free({slot})` of 2 slots"));
            assert_eq!(
                slots.claim(),
                None,
                "what `claim` gives: both slots are claimed, and {slot}, which is neither, was freed"
            );
        });
    }
}

fn two_sets() {
    sync::model(|| {
        let (left, right) = (Slots::new(1), Slots::new(1));
        assert_eq!(
            (left.claim(), right.claim()),
            (Some(0), Some(0)),
            "the first slots of two sets of one"
        );
        left.free(0);
        assert_eq!(
            right.claim(),
            None,
            "the slot of one set is claimed, and that of another was freed"
        );
    });
}

/// Two threads claim at once. What they got, sorted.
fn claim_at_once(slots: &Shared<Slots>) -> [Option<u32>; 2] {
    let theirs = slots.clone();
    let other = thread::spawn(move || theirs.claim());
    let mut got = [slots.claim(), other.join().unwrap()];
    got.sort();
    got
}

fn two_claims() {
    sync::model(|| {
        let slots = Shared::new(Slots::new(2));
        let got = claim_at_once(&slots);
        assert_ne!(got[0], got[1], "two threads got the same");
        assert_eq!(got, [Some(0), Some(1)], "what two threads got of two slots");
    });
}

fn last_slot() {
    sync::model(|| {
        let slots = Shared::new(Slots::new(1));
        assert_eq!(claim_at_once(&slots), [None, Some(0)], "what two threads got of one slot");
    });
}

fn two_frees() {
    sync::model(|| {
        let slots = Shared::new(Slots::new(2));
        claim_all(&slots);
        let theirs = slots.clone();
        let other = thread::spawn(move || theirs.free(0));
        slots.free(1);
        other.join().unwrap();
        assert_eq!(
            claim_all(&slots),
            [0, 1],
            "what could be claimed after two threads had freed two slots"
        );
    });
}

fn finds_what_is_free() {
    sync::model(|| {
        let slots = Shared::new(Slots::new(2));
        claim_all(&slots);
        slots.free(1);
        let theirs = slots.clone();
        let other = thread::spawn(move || theirs.free(0));
        let got = slots.claim();
        assert!(
            got.is_some(),
            "slot 1 was free during the whole call, but `claim` did not find it"
        );
        other.join().unwrap();
        let left: Vec<_> = (0..2).filter(|slot| got != Some(*slot)).collect();
        assert_eq!(
            claim_all(&slots),
            left,
            "what could still be claimed after one was claimed beside a `free`"
        );
    });
}

/// Claims the only slot, if it is free, uses what it stands for, and frees it.
fn use_slot(slots: &Slots, data: &UnsafeCell<Probe>) {
    if let Some(slot) = slots.claim() {
        // SAFETY: what is checked: the slot keeps every other access away. The model looks at each, before it is done.
        unsafe { &mut *data.get() }.add(1);
        slots.free(slot);
    }
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Slots::new(1), UnsafeCell::new(Probe::new(0))));
        let theirs = shared.clone();
        let other = thread::spawn(move || use_slot(&theirs.0, &theirs.1));
        use_slot(&shared.0, &shared.1);
        other.join().unwrap();
        // SAFETY: the other thread has ended.
        let used = unsafe { &*shared.1.get() }.get();
        assert!((1..=2).contains(&used), "uses of the slot by two threads");
    });
}

fn free_beside_a_claim() {
    sync::model(|| {
        let slots = Shared::new(Slots::new(2));
        assert_eq!(slots.claim().map(|slot| slot < 2), Some(true), "both slots are free");
        let theirs = slots.clone();
        // A slot that is not there: whatever the other thread does, it may be freed by nobody.
        let other = thread::spawn(move || must_panic(|| theirs.free(2), "`free(2)` of 2 slots"));
        assert!(
            slots.claim().is_some(),
            "one of 2 slots was free all the time, but `claim` found none. Another thread called `free` with a slot that does not exist: that must change nothing, not even for a moment"
        );
        other.join().unwrap();
    });
    sync::model(|| {
        let slots = Shared::new(Slots::new(1));
        let theirs = slots.clone();
        let other = thread::spawn(move || {
            drop(sync::catch_panic(|| {
                theirs.free(0);
                sync::panic_quietly(Returned);
            }))
        });
        assert!(
            slots.claim().is_some(),
            "the slot is free, but `claim` found none. Another thread called `free` with it: that must panic and change nothing, not even \
             for a moment"
        );
        other.join().unwrap();
    });
}

fn fails_often() {
    sync::Model::new().faults(40).check(|| {
        let slots = Slots::new(1);
        assert_eq!(
            slots.claim(),
            Some(0),
            "the slot is free. A weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so \
             `claim` must not give up"
        );
        slots.free(0);
    });
}
