//! What `ch10_ideas/left_right` must do.

use super::subject::LeftRight;
use super::sync::{self, cell::Probe, counters, thread};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/left_right.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("data_is_shared_exactly_where_it_is_send_and_sync", is_sync_where_both),
    Check::model("reader_sees_the_last_change", sees_the_last),
    Check::counted("it_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("every_change_is_made_in_both_copies", changes_both),
    Check::counted("reading_is_two_read_modify_writes", reads_cheaply),
    Check::model("change_that_panics_is_the_last_and_readers_go_on", change_panics),
    Check::model("data_stays_while_it_is_read", stays),
    Check::model("reader_that_panics_leaves", reader_panics),
    Check::counted("writer_waits_for_each_of_many_guards", many_guards),
    Check::model("change_happens_before_it_is_read", hand_over),
    Check::model("two_writers_lose_no_change", two_writers),
    Check::counted("every_small_program_does_what_such_data_does", clients::check::<small::Data>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Data>,
    ),
];

fn is_sync_where_both() {
    assert!(
        impls!(LeftRight<u8>: Sync),
        "two copies of a `u8` are not `Sync`: no two threads could use them"
    );
    assert!(
        !impls!(LeftRight<Cell<u8>>: Sync),
        "copies of a `Cell<u8>`, which is not `Sync`, are `Sync`. Two readers share a copy"
    );
    assert!(
        !impls!(LeftRight<MutexGuard<'static, u8>>: Sync),
        "copies of a `MutexGuard`, which is not `Send`, are `Sync`. Each thread can take a copy out, and put another one in"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        LeftRight::new(1, 1).write(|data| *data = 2);
    });
}

/// Two copies of a number whose every use is watched.
fn data(number: u32) -> LeftRight<Probe> {
    let copy = || {
        let mut copy = Probe::new(0);
        copy.set(number);
        copy
    };
    LeftRight::new(copy(), copy())
}

fn set(data: &LeftRight<Probe>, number: u32) {
    data.write(|copy| copy.set(number));
}

fn sees_the_last() {
    sync::model(|| {
        let data = data(1);
        assert_eq!(data.read().get(), 1, "what a reader saw of new data");
        for number in 2..5 {
            set(&data, number);
            assert_eq!(data.read().get(), number, "what a reader saw after the change to {number}");
            let (first, second) = (data.read(), data.read());
            assert_eq!([first.get(), second.get()], [number; 2], "what two readers saw");
        }
    });
}

fn changes_both() {
    sync::model(|| {
        let data = data(10);
        for number in 11..15 {
            let mut calls = 0;
            data.write(|copy| {
                calls += 1;
                copy.set(copy.get() + 1);
            });
            assert_eq!(calls, 2, "how often `write` called `change`");
            calls = 0;
            LeftRight::new((), ()).write(|()| calls += 1);
            assert_eq!(calls, 2, "how often `write` called `change` of data without a size");
            assert_eq!(
                data.read().get(),
                number,
                "what a reader saw after each change had added 1"
            );
        }
    });
}

fn reads_cheaply() {
    sync::model(|| {
        let data = data(1);
        let before = counters();
        data.read().get();
        let seen = counters();
        assert!(
            seen.rmws - before.rmws == 2 && seen.stores == before.stores,
            "a visit made {} read-modify-writes and {} stores: counting oneself in and out takes two read-modify-writes",
            seen.rmws - before.rmws,
            seen.stores - before.stores
        );
    });
    sync::model(|| {
        let data = Shared::new(data(1));
        let theirs = data.clone();
        let before = counters().rmws;
        let other = thread::spawn(move || theirs.read().get());
        data.read().get();
        other.join().unwrap();
        let made = counters().rmws - before;
        assert_eq!(
            made, 4,
            "read-modify-writes of two visits at once: a reader that repeats one that failed waits for others"
        );
    });
}

fn change_panics() {
    sync::model(|| {
        for call in 1..=2 {
            let data = data(1);
            let mut calls = 0;
            sync::expect_panic(|| {
                data.write(|copy| {
                    calls += 1;
                    // The call that panics has half done.
                    copy.set(if calls == call { 9 } else { 2 });
                    assert_ne!(calls, call, "on purpose");
                });
            });
            assert_eq!(
                data.read().get(),
                call,
                "what a reader saw when call {call} of `change` had panicked"
            );
            let mut calls = 0;
            for _ in 0..2 {
                sync::expect_panic(|| data.write(|_| calls += 1));
            }
            assert_eq!(calls, 0, "how often `change` was called when an earlier one had panicked");
            assert_eq!(data.read().get(), call, "what a reader saw after that");
        }
    });
}

fn stays() {
    sync::model(|| {
        let data = Shared::new(data(1));
        let theirs = data.clone();
        let other = thread::spawn(move || {
            let guard = theirs.read();
            let first = guard.get();
            assert_eq!(guard.get(), first, "data changed while it was read");
            first
        });
        set(&data, 2);
        assert_eq!(data.read().get(), 2, "what a reader saw after the change to 2");
        let seen = other.join().unwrap();
        assert!(seen == 1 || seen == 2, "a reader saw {seen}, but there were only 1 and 2");
    });
}

fn reader_panics() {
    // If the reader has not left, the writer waits for ever.
    sync::model(|| {
        let data = data(1);
        sync::expect_panic(|| {
            let _guard = data.read();
            panic!("on purpose, while the data is read");
        });
        set(&data, 2);
        assert_eq!(data.read().get(), 2, "what a reader saw after the change to 2");
    });
}

fn many_guards() {
    const GUARDS: usize = 32;
    sync::Model::new().faults(0).check(|| {
        let data = Shared::new(data(1));
        let guards = [(); GUARDS].map(|()| data.read());
        let theirs = data.clone();
        let other = thread::spawn(move || set(&theirs, 2));
        for guard in guards {
            assert_eq!(
                guard.get(),
                1,
                "what {GUARDS} guards show, one after the other, each of which read 1"
            );
        }
        other.join().unwrap();
    });
}

fn hand_over() {
    sync::model(|| {
        let data = Shared::new(data(1));
        let theirs = data.clone();
        let other = thread::spawn(move || set(&theirs, 2));
        let seen = data.read().get();
        assert!(seen == 1 || seen == 2, "a reader saw {seen}, but there were only 1 and 2");
        other.join().unwrap();
        assert_eq!(data.read().get(), 2, "what a reader saw after the change to 2");
    });
}

fn two_writers() {
    sync::model(|| {
        let data = Shared::new(data(1));
        let theirs = data.clone();
        let add = |data: &LeftRight<Probe>| data.write(|copy| copy.set(copy.get() + 1));
        let other = thread::spawn(move || add(&theirs));
        add(&data);
        other.join().unwrap();
        assert_eq!(data.read().get(), 3, "what a reader saw after two changes had added 1 each");
    });
}
