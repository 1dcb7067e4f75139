//! What `ch01_basics/poison_recover` must do.

use super::subject::Sheet;
use super::sync::{self, catch_panic, panic_quietly, thread};
use grader::{Check, Shared, impls};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("sheet_is_shared", sheet_is_shared),
    Check::model("total_is_the_sum_of_the_numbers", total_is_the_sum),
    Check::model("panic_of_an_edit_reaches_the_caller", panic_is_passed_on),
    Check::model("sheet_can_be_used_after_a_panic", can_be_used_after_a_panic),
    Check::model("total_after_a_panic_is_the_sum_of_what_is_there", total_after_a_panic),
    Check::model("edit_after_a_panic_sees_what_is_there", edit_after_a_panic),
    Check::model("each_panic_is_repaired_once", repaired_once),
    Check::model("edit_of_a_destructor_is_no_panic", edit_while_unwinding),
    Check::model("two_threads_edit_one_after_the_other", two_threads),
    Check::model("panic_in_another_thread_is_repaired", panic_in_another_thread),
    Check::model("panics_of_two_threads_are_repaired_once_each", two_panics),
    Check::model("panic_during_a_repair_is_not_forgotten", panic_during_a_repair),
];

fn sheet_is_shared() {
    assert!(
        impls!(Sheet: Sync) && impls!(Sheet: Send),
        "a `Sheet` is not `Sync`, or not `Send`: no two threads could use it"
    );
}

/// What a call did when it returned.
struct Returned;

/// An edit that adds `number` and panics then.
fn edit_and_panic(sheet: &Sheet, number: u64) {
    let payload = catch_panic(|| {
        sheet.edit(|numbers| {
            numbers.push(number);
            panic_quietly(7_u32);
        });
        panic_quietly(Returned);
    });
    assert!(
        !payload.is::<Returned>(),
        "`change` has panicked, yet `edit` returns as if nothing had happened: its caller must be told"
    );
    // With which words it panics is not promised, but it must be because of this panic and not of one before.
    let words = payload.downcast_ref::<String>();
    assert!(!words.is_some_and(|words| words.contains("PoisonError")), "{GIVES_UP}");
}

const GIVES_UP: &str = "a call of `change` panicked before, and now the sheet panics whenever it is used, with a `PoisonError`. \
     A poisoned lock is locked like any other: the guard is in the error";

/// Calls a method that has no reason to panic.
fn must_return<R>(f: impl FnOnce() -> R) -> R {
    let mut result = None;
    let payload = catch_panic(|| {
        result = Some(f());
        panic_quietly(Returned);
    });
    assert!(payload.is::<Returned>(), "{GIVES_UP}");
    result.expect("the call has returned")
}

fn total_is_the_sum() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1, 2]);
        assert_eq!(sheet.total(), 3, "the total of 1 and 2");
        sheet.edit(|numbers| numbers.push(4));
        assert_eq!(sheet.total(), 7, "the total of 1 and 2, after 4 was added");
        sheet.edit(|numbers| numbers[1] = 9);
        assert_eq!(sheet.total(), 14, "the total of 1, 2 and 4, after the 2 was made a 9");
        sheet.edit(Vec::clear);
        assert_eq!(sheet.total(), 0, "the total after all numbers were removed");
        sheet.edit(|numbers| numbers.extend([1, 2, 4, 8]));
        assert_eq!(sheet.total(), 15, "the total after 1, 2, 4 and 8 were added to none");
        sheet.edit(|numbers| numbers.reverse());
        assert_eq!(sheet.total(), 15, "the total of the same numbers in another order");
    });
}

fn panic_is_passed_on() {
    sync::model(|| edit_and_panic(&Sheet::new(vec![1]), 2));
}

fn can_be_used_after_a_panic() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        edit_and_panic(&sheet, 2);
        must_return(|| sheet.total());
        must_return(|| sheet.repairs());
        must_return(|| sheet.edit(|numbers| numbers.push(4)));
    });
}

fn total_after_a_panic() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        edit_and_panic(&sheet, 2);
        let mut there = Vec::new();
        let total = must_return(|| sheet.total());
        must_return(|| sheet.edit(|numbers| there.clone_from(numbers)));
        assert_eq!(
            there,
            [1, 2],
            "`change` added 2 to a sheet with 1, and then panicked. What it has changed must stay changed"
        );
        assert_eq!(
            total, 3,
            "`change` added 2 to a sheet with 1, and panicked before the total was computed again. The guard was taken out of the error, and the data was used as the panic had left it: the total is not the sum"
        );
    });
}

fn edit_after_a_panic() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        edit_and_panic(&sheet, 2);
        must_return(|| sheet.edit(|numbers| numbers.push(4)));
        assert_eq!(sheet.total(), 7, "the total of 1, of 2 from an edit that panicked, and of 4");
    });
}

fn repaired_once() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        sheet.edit(|numbers| numbers.push(2));
        assert_eq!(sheet.repairs(), 0, "nobody has panicked, but something was repaired");
        edit_and_panic(&sheet, 4);
        for _ in 0..2 {
            must_return(|| sheet.total());
        }
        assert_eq!(
            must_return(|| sheet.repairs()),
            1,
            "one panic, and three calls after it: it must be repaired once. A lock stays poisoned until `clear_poison`, and \
             each call takes it for another panic"
        );
        edit_and_panic(&sheet, 8);
        edit_and_panic(&sheet, 16);
        assert_eq!(must_return(|| sheet.repairs()), 3, "three panics, each repaired once");
        assert_eq!(sheet.total(), 31, "the total of 1, 2, 4, 8 and 16");
    });
    // A panic is one, whatever was changed before it.
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        edit_and_panic(&sheet, 0);
        assert_eq!(
            (must_return(|| sheet.total()), must_return(|| sheet.repairs())),
            (1, 1),
            "total and repairs: `change` added a 0 to a sheet with 1, and then panicked. The total is right as it was, and still this is a \
             panic of `change` from which the sheet has recovered"
        );
    });
}

/// Adds a number when it is dropped.
struct AddsWhenDropped<'a>(&'a Sheet);

impl Drop for AddsWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.edit(|numbers| numbers.push(2));
    }
}

fn edit_while_unwinding() {
    sync::model(|| {
        let sheet = Sheet::new(vec![1]);
        drop(catch_panic(|| {
            let _adds = AddsWhenDropped(&sheet);
            panic_quietly(7_u32);
        }));
        assert_eq!(
            must_return(|| sheet.total()),
            3,
            "the total of 1, and of 2 that a destructor has added"
        );
        assert_eq!(
            must_return(|| sheet.repairs()),
            0,
            "a destructor edited the sheet while its thread was unwinding. The panic began before that edit, which did its work; but it was counted as a panic from which the sheet has recovered"
        );
    });
}

fn two_threads() {
    sync::model(|| {
        let sheet = Shared::new(Sheet::new(vec![1]));
        let theirs = sheet.clone();
        let other = thread::spawn(move || theirs.edit(|numbers| numbers.push(2)));
        sheet.edit(|numbers| numbers.push(4));
        other.join().unwrap();
        assert_eq!(sheet.total(), 7, "the total of 1, of 2 from one thread, and of 4 from another");
    });
}

fn panic_in_another_thread() {
    sync::model(|| {
        let sheet = Shared::new(Sheet::new(vec![1]));
        let theirs = sheet.clone();
        let other = thread::spawn(move || edit_and_panic(&theirs, 2));
        let total = must_return(|| sheet.total());
        assert!(
            total == 1 || total == 3,
            "the total is {total}; it is 1 before the edit, and 3 after it"
        );
        other.join().unwrap();
        assert_eq!(
            must_return(|| sheet.total()),
            3,
            "the total of 1, and of 2 from an edit that panicked"
        );
        assert_eq!(must_return(|| sheet.repairs()), 1, "one panic, repaired once");
    });
}

fn two_panics() {
    sync::model(|| {
        let sheet = Shared::new(Sheet::new(vec![1]));
        let theirs = sheet.clone();
        let other = thread::spawn(move || edit_and_panic(&theirs, 2));
        edit_and_panic(&sheet, 4);
        other.join().unwrap();
        assert_eq!(
            (must_return(|| sheet.total()), must_return(|| sheet.repairs())),
            (7, 2),
            "total and repairs of a sheet with 1, to which one thread added 2 and another 4, and both edits panicked"
        );
    });
}

fn panic_during_a_repair() {
    sync::model(|| {
        let sheet = Shared::new(Sheet::new(vec![1]));
        edit_and_panic(&sheet, 2);
        let theirs = sheet.clone();
        let other = thread::spawn(move || edit_and_panic(&theirs, 4));
        must_return(|| sheet.total());
        other.join().unwrap();
        assert_eq!(
            must_return(|| sheet.total()),
            7,
            "two edits panicked, one of them while the other was being repaired. Its damage is not repaired: its poison was \
             cleared by somebody who did not hold the lock, and who had not seen it"
        );
        assert_eq!(
            must_return(|| sheet.repairs()),
            2,
            "repairs after two panics: two threads took one panic for two. Between the lock that is found poisoned and \
             `clear_poison`, nobody else may get in: clear it with the guard in hand"
        );
    });
}
