//! As many executions as the tests of another checker expect: GenMC's own suite (<https://github.com/MPI-SWS/genmc>,
//! `tests/correct/synthetic`, at b03f01e), under RC11. What its programs do and the numbers are facts; the code is ours.

mod told;

use rc11::atomic::AtomicUsize;
use rc11::atomic::Ordering::*;
use rc11::thread;

/// The locations of a program, all 0 at first.
type Memory = [AtomicUsize; 6];

/// What thread `me` of `n` does.
type Program = fn(me: usize, n: usize, memory: &Memory);

#[track_caller]
fn assert_executions(name: &str, program: Program, expected: &[(usize, u64)]) {
    for &(n, expected) in expected {
        let report = told::builder().check(move || {
            let memory = Memory::default();
            thread::scope(|scope| {
                for me in 0..n {
                    let memory = &memory;
                    scope.spawn(move || program(me, n, memory));
                }
            });
        });
        let report = report.unwrap_or_else(|failure| panic!("{name} {n}: {failure}"));
        assert!(report.complete, "{name} {n}");
        assert_eq!(report.executions, expected, "{name} with {n} threads");
    }
}

#[test]
fn threads_that_add_are_ordered_in_all_ways() {
    let one: Program = |_, _, [x, ..]| {
        x.fetch_add(1, Relaxed);
    };
    assert_executions("ainc", one, &[(2, 2), (3, 6), (4, 24), (5, 120), (6, 720), (7, 5_040)]);
    let two: Program = |_, _, [x, y, ..]| {
        x.fetch_add(1, Relaxed);
        y.fetch_add(1, Relaxed);
    };
    assert_executions("binc", two, &[(2, 4), (3, 36), (4, 576)]);
    let three: Program = |_, _, [x, y, z, ..]| {
        x.fetch_add(1, Relaxed);
        y.fetch_add(1, Relaxed);
        z.fetch_add(1, Relaxed);
    };
    assert_executions("cinc", three, &[(2, 8), (3, 216), (4, 13_824)]);
}

#[test]
fn additions_stand_before_and_after_a_store() {
    let program: Program = |me, _, [x, ..]| {
        if me == 0 {
            x.store(42, Release);
        } else {
            x.fetch_add(1, Relaxed);
        }
    };
    assert_executions("wainc", program, &[(3, 6), (4, 24), (5, 120)]);
}

#[test]
fn a_load_and_a_store_are_no_addition() {
    let adds: Program = |me, _, [x, ..]| x.store(x.load(Relaxed) + (1 << me), Release);
    assert_executions("inc", adds, &[(2, 4), (3, 36), (4, 576)]);
    let stores: Program = |me, _, [x, ..]| {
        x.load(Relaxed);
        x.store(me, Release);
    };
    assert_executions("rw", stores, &[(2, 4), (3, 36), (4, 576)]);
}

#[test]
fn exchanges_that_fail_are_loads() {
    let cas: Program = |me, _, [x, ..]| {
        let _ = x.compare_exchange(0, me + 1, Relaxed, Relaxed);
    };
    assert_executions("cas", cas, &[(2, 2), (3, 3), (4, 4), (5, 5)]);
    let then_store: Program = |me, _, [x, ..]| {
        let _ = x.compare_exchange(0, 1, Relaxed, Relaxed);
        x.store(me + 3, Release);
    };
    assert_executions("casw", then_store, &[(2, 6), (3, 66), (4, 1_200), (5, 32_880)]);
    let after_a_store: Program = |me, _, [x, ..]| {
        if me == 0 {
            x.store(2, Release);
        } else {
            let _ = x.compare_exchange(2, 3, Relaxed, Relaxed);
        }
    };
    assert_executions("wcas", after_a_store, &[(3, 5), (4, 13), (5, 33), (6, 81), (7, 193)]);
    let one_after_the_other: Program = |me, _, [x, ..]| {
        let _ = x.compare_exchange(me, me + 1, Relaxed, Relaxed);
    };
    assert_executions(
        "casrot",
        one_after_the_other,
        &[(2, 2), (3, 5), (4, 14), (5, 43), (6, 144), (7, 523)],
    );
}

#[test]
fn loads_see_a_store_or_not() {
    let one_writer: Program = |me, _, [x, ..]| {
        if me == 0 {
            x.store(42, Release);
        } else {
            x.load(Acquire);
        }
    };
    assert_executions("readers", one_writer, &[(3, 4), (7, 64)]);
    let one_reader: Program = |me, _, [x, ..]| {
        if me == 0 {
            x.load(Acquire);
        } else {
            x.store(me, Release);
        }
    };
    assert_executions("N-writers", one_reader, &[(6, 720)]);
}

#[test]
fn loads_agree_on_an_order_of_stores() {
    let program: Program = |me, _, [x, y, z, ..]| match me {
        0 | 1 => {
            x.store(me + 1, Release);
            [y, z][me].load(Acquire);
            x.load(Acquire);
        }
        _ => {
            y.store(me, Release);
            z.store(me, Release);
        }
    };
    assert_executions("CoA", program, &[(2, 4), (3, 16), (4, 144), (5, 2_304), (6, 57_600)]);
}

#[test]
fn a_scan_ends_at_the_first_zero_from_the_end() {
    let program: Program = |me, n, array| {
        if me == 0 {
            let zero = (0..n).rev().find(|&i| array[i].load(Acquire) == 0);
            assert!(zero.is_some());
        } else {
            array[me].store(array[me - 1].load(Acquire) + 1, Release);
        }
    };
    assert_executions("lastzero", program, &[(6, 64)]);
}

#[test]
fn many_loads_of_four_locations() {
    fn look(places: &[&AtomicUsize]) {
        for place in places {
            place.load(Acquire);
        }
    }
    let program: Program = |me, _, [x, y, z, w, ..]| match me {
        0 => look(&[x, y, z, w, x, y, z]),
        1 => look(&[x, y, z]),
        _ => {
            let pair = if me == 2 { [x, y] } else { [z, w] };
            for value in 1..=3 {
                pair[0].store(value, Release);
                pair[1].store(value, Release);
            }
        }
    };
    assert_executions("big0", program, &[(4, 82_472)]);
}

/// Any of 41 looks may be the first to see the flag, or none.
#[test]
fn a_bounded_number_of_looks_has_an_execution_for_each() {
    let program: Program = |me, _, [x, flag, ..]| {
        if me == 1 {
            x.store(42, Release);
            flag.store(1, Release);
            return;
        }
        let mut count = 0;
        while flag.load(Acquire) != 1 {
            count += 1;
            if count > 40 {
                return;
            }
        }
        assert_eq!(x.load(Acquire), 42);
    };
    assert_executions("publish", program, &[(2, 42)]);
}

/// Two threads move a pointer, read a hundred times what the other one may write to, and write to where the pointer leads.
#[test]
fn a_hundred_loads_may_see_a_store_at_any() {
    let program: Program = |me, _, memory| {
        let [p, at @ ..] = memory;
        p.store(1 - me, Release);
        for _ in 0..100 {
            at[me].load(Acquire);
        }
        let target = &at[p.load(Acquire)];
        target.store(target.load(Acquire) + 3, Release);
    };
    assert_executions("SharedPtr", program, &[(2, 410)]);
}
