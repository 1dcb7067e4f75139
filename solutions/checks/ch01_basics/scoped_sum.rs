//! What `ch01_basics/scoped_sum` must do.

use super::subject::scoped_sum;
use super::sync::{
    self,
    atomic::{AtomicUsize, Ordering::Relaxed},
    catch_panic, hint, panic_quietly,
};
use grader::Check;
use std::sync::{Arc, Mutex, PoisonError};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("every_number_is_in_exactly_one_part", every_number_once),
    Check::model("parts_are_as_many_and_as_long_as_promised", lengths),
    Check::model("more_parts_than_numbers_give_a_part_for_each_number", few_numbers),
    Check::model("no_numbers_add_up_to_nothing", no_numbers),
    Check::model("zero_parts_panic", zero_parts),
    Check::model("all_parts_run_at_the_same_time", at_the_same_time),
    Check::model("panic_of_a_part_reaches_the_caller", panic_is_passed_on),
    Check::model("panic_reaches_the_caller_when_all_parts_have_ended", all_have_ended),
];

/// The sum of the numbers from 1 to `count` in so many parts, and the parts, in order.
fn parts_of(count: u64, parts: usize) -> (u64, Vec<Vec<u64>>) {
    // Not the facade's: it is never waited for, and the search need not know of it.
    let seen = Mutex::new(Vec::new());
    let numbers: Vec<u64> = (1..=count).collect();
    let sum = scoped_sum(&numbers, parts, |part| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(part.to_vec());
        part.iter().sum()
    });
    let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.sort();
    (sum, seen)
}

fn every_number_once() {
    sync::model(|| {
        for (count, parts) in [(4, 2), (7, 3), (1, 1)] {
            let (sum, seen) = parts_of(count, parts);
            assert_eq!(
                seen.concat(),
                (1..=count).collect::<Vec<_>>(),
                "1 to {count} in {parts} parts: each number must be in one part, and in no other. The parts are {seen:?}"
            );
            assert_eq!(
                sum,
                count * (count + 1) / 2,
                "1 to {count} in {parts} parts: what `sum` returned for the parts was not added up"
            );
        }
    });
}

fn lengths() {
    sync::model(|| {
        for (count, parts) in [(5, 3), (6, 4)] {
            let (_, seen) = parts_of(count, parts);
            let lengths: Vec<usize> = seen.iter().map(Vec::len).collect();
            let there = match seen.len() {
                1 => "there is 1 part".to_owned(),
                number => format!("there are {number} parts"),
            };
            assert_eq!(
                seen.len(),
                parts,
                "{count} numbers in {parts} parts: {there}, of lengths {lengths:?}"
            );
            let (shortest, longest) = (lengths.iter().min(), lengths.iter().max());
            assert!(
                longest <= shortest.map(|length| length + 1).as_ref(),
                "{count} numbers in {parts} parts: the lengths are {lengths:?}. All wait for the longest part, so none may be \
                 more than one number longer than another"
            );
        }
    });
}

fn few_numbers() {
    sync::model(|| {
        let (sum, seen) = parts_of(2, 4);
        assert_eq!(
            seen.len(),
            2,
            "2 numbers in 4 parts: there must be 2 parts with a number each, and no empty ones. The parts are {seen:?}"
        );
        assert_eq!(sum, 3, "the sum of 1 and 2, in at most 4 parts");
        let (sum, seen) = parts_of(2, usize::MAX);
        assert_eq!(
            (sum, seen.len()),
            (3, 2),
            "the sum of 1 and 2 in `usize::MAX` parts, and how many there are"
        );
    });
}

fn no_numbers() {
    sync::model(|| {
        assert_eq!(
            parts_of(0, 3),
            (0, Vec::new()),
            "no numbers: there is no part, and the sum is 0"
        );
    });
}

/// What a call that must panic did when it returned.
struct Returned;

fn zero_parts() {
    sync::model(|| {
        let payload = catch_panic(|| {
            scoped_sum(&[1, 2], 0, |part| part.iter().sum());
            panic_quietly(Returned);
        });
        assert!(
            !payload.is::<Returned>(),
            "2 numbers in 0 parts have a sum: 0 parts are a mistake of the caller, and must panic"
        );
        let payload = catch_panic(|| {
            scoped_sum(&[], 0, |part| part.iter().sum());
            panic_quietly(Returned);
        });
        assert!(
            !payload.is::<Returned>(),
            "no numbers in 0 parts have a sum: 0 parts are a mistake of the caller, whatever the numbers are"
        );
    });
}

fn at_the_same_time() {
    let model = sync::Model::new().waits(|_| {
        Err("a part has begun and waits until all parts have begun. They never do: the next part is only started when this \
             one has ended. So the parts run one after the other, on as many threads as you like"
            .into())
    });
    model.check(|| {
        let begun = AtomicUsize::new(0);
        let sum = scoped_sum(&[1, 2, 3], 3, |part| {
            // Relaxed: it is only counted.
            begun.fetch_add(1, Relaxed);
            while begun.load(Relaxed) < 3 {
                hint::spin_loop();
            }
            part.iter().sum()
        });
        assert_eq!(sum, 6);
    });
    // The first execution tells: seven threads that meet at a lock have more than anybody can wait for.
    let model = sync::Model::new().executions(4_000).waits(|_| {
        Err("seven parts wait until all of them have begun, and one is never started: not all parts run at the same time".into())
    });
    model.check(|| {
        let begun = AtomicUsize::new(0);
        // As many threads as a model may have beside its own.
        let sum = scoped_sum(&[1, 2, 3, 4, 5, 6, 7], 7, |part| {
            // Relaxed: it is only counted.
            begun.fetch_add(1, Relaxed);
            while begun.load(Relaxed) < 7 {
                hint::spin_loop();
            }
            part.iter().sum()
        });
        assert_eq!(sum, 28);
    });
}

/// The parts borrow: what the caller does with the slice afterwards must not meet any of them.
fn all_have_ended() {
    for panics in [1, 2] {
        sync::model(move || {
            let ended = Arc::new(AtomicUsize::new(0));
            let theirs = ended.clone();
            drop(catch_panic(|| {
                scoped_sum(&[1, 2], 2, move |part| {
                    if part == [panics] {
                        panic_quietly(7_u32);
                    }
                    // Relaxed: it is only counted.
                    theirs.fetch_add(1, Relaxed);
                    part[0]
                });
            }));
            // Relaxed: what has ended is joined, and so it is seen.
            assert_eq!(
                ended.load(Relaxed),
                1,
                "parts that have ended: one of two has panicked, and its panic has reached the caller. The other one must have ended by \
                 then, or it still reads a slice that the caller takes for its own again"
            );
        });
    }
}

fn panic_is_passed_on() {
    sync::model(|| {
        let payload = catch_panic(|| {
            scoped_sum(&[1, 2, 3], 3, |part| match part {
                [2] => panic_quietly(7_u32),
                part => part.iter().sum(),
            });
            panic_quietly(Returned);
        });
        assert!(
            !payload.is::<Returned>(),
            "a part has panicked, yet the call returns a sum: the caller takes it for the sum of all numbers"
        );
        assert!(
            payload.is::<u32>(),
            "a part has panicked, but the caller gets a different panic: what the part had to say is lost. \
             `join` returns the payload of the part's panic; `resume_unwind` goes on with it"
        );
    });
    // Two: the caller gets what one of them had to say.
    sync::model(|| {
        let payload = catch_panic(|| {
            scoped_sum(&[1, 2, 3], 3, |part| if part == [2] { 2 } else { panic_quietly(7_u32) });
            panic_quietly(Returned);
        });
        assert!(
            payload.is::<u32>(),
            "two parts have panicked, with the same payload, and the caller gets another one, or a sum"
        );
    });
}
