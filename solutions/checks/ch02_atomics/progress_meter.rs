//! What `ch02_atomics/progress_meter` must do.

use super::subject::Progress;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, Ordering::Relaxed},
    hint, thread,
};
use grader::{Check, Shared, impls};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("meter_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("each_tick_counts_one", counts),
    Check::counted("meter_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("no_tick_is_lost", no_tick_is_lost),
    Check::model("watch_of_finished_work_reports_once_and_returns", finished),
    Check::model("reports_grow_and_end_with_the_total", reports_grow),
    Check::model("watcher_hears_of_a_tick_before_the_next_one", hears_of_each),
    Check::counted("watcher_sleeps_between_ticks", sleeps),
    Check::model("first_report_is_what_is_done_already", begins_with_what_is_done),
    Check::model("report_that_parks_takes_no_tick_away", report_takes_the_token),
];

fn is_shared_and_sent() {
    assert!(impls!(Progress: Sync), "a meter is not `Sync`: no two threads could count on it");
    assert!(impls!(Progress: Send), "a meter is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let meter = Progress::new(1);
        meter.tick();
    });
}

fn counts() {
    sync::model(|| {
        let (meter, other) = (Progress::new(3), Progress::new(3));
        for done in 0..3 {
            assert_eq!(meter.done(), done, "`done` after as many ticks as the right side says");
            meter.tick();
        }
        assert_eq!(meter.done(), 3, "`done` after three ticks");
        assert_eq!(other.done(), 0, "ticks of one meter moved another");
    });
}

/// So many threads tick once each; the main thread runs `watch` meanwhile.
fn tick_beside(threads: usize, watch: impl Fn(&Progress)) {
    let meter = Shared::new(Progress::new(threads));
    let others: Vec<_> = (0..threads)
        .map(|_| {
            let meter = meter.clone();
            thread::spawn(move || meter.tick())
        })
        .collect();
    watch(&meter);
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(
        meter.done(),
        threads,
        "a tick was lost: all threads have ended, but `done` is not the number of their ticks"
    );
}

fn no_tick_is_lost() {
    sync::model(|| tick_beside(2, |_| {}));
}

/// Watches, and holds each report to the one before.
fn watch_strictly(meter: &Progress, total: usize) {
    let mut last = None;
    meter.watch(|done| {
        assert_ne!(last, Some(done), "a number was reported twice in a row");
        assert!(last < Some(done), "a report is smaller than the one before");
        last = Some(done);
    });
    assert_eq!(
        last,
        Some(total),
        "`watch` returned, and this was its last report: the right side is the total"
    );
}

fn finished() {
    sync::model(|| {
        for total in 0..3 {
            let meter = Progress::new(total);
            for _ in 0..total {
                meter.tick();
            }
            watch_strictly(&meter, total);
            // Once more: another call knows nothing of what an earlier one has reported, or of how that ended.
            watch_strictly(&meter, total);
            sync::expect_panic(|| meter.watch(|_| panic!("on purpose, in the report")));
            watch_strictly(&meter, total);
        }
    });
}

fn reports_grow() {
    sync::model(|| tick_beside(2, |meter| watch_strictly(meter, 2)));
    // However often `park` returns for no reason.
    sync::Model::new().faults(12).check(|| tick_beside(1, |meter| watch_strictly(meter, 1)));
}

fn hears_of_each() {
    // It is the tick that wakes, and not a time that is up.
    sync::Model::new().faults(0).time_stands_still().check(hears_of_a_tick_before_the_next);
    sync::model(hears_of_a_tick_before_the_next);
}

fn hears_of_a_tick_before_the_next() {
    let shared = Shared::new((Progress::new(2), AtomicBool::new(false)));
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (meter, reported) = &*theirs;
        meter.tick();
        // Relaxed: nothing is handed over, here and below.
        while !reported.load(Relaxed) {
            thread::yield_now();
        }
        meter.tick();
    });
    let (meter, reported) = &*shared;
    meter.watch(|done| {
        if done == 1 {
            reported.store(true, Relaxed);
        }
    });
    other.join().unwrap();
}

/// Objects to the watcher, if it turns in a loop. The main thread may.
fn only_the_main_thread_turns(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`watch` keeps the processor busy: it turns in a loop until the next tick".into())
}

fn sleeps() {
    sync::Model::new().waits(only_the_main_thread_turns).check(|| {
        // Nobody ticks.
        let _watcher = thread::spawn(|| Progress::new(1).watch(|_| {}));
        let never = AtomicBool::new(false);
        // Relaxed: nobody writes it.
        while !never.load(Relaxed) {
            hint::spin_loop();
        }
    });
}

fn begins_with_what_is_done() {
    sync::model(|| {
        let meter = Shared::new(Progress::new(2));
        meter.tick();
        let theirs = meter.clone();
        let other = thread::spawn(move || theirs.tick());
        let mut first = None;
        meter.watch(|done| {
            first.get_or_insert(done);
        });
        other.join().unwrap();
        assert!(
            first == Some(1) || first == Some(2),
            "one of two items was done before `watch` was called. Its first report is {first:?}, which is not what is done"
        );
    });
}

/// `report` is foreign code, and may park as well: here it takes the token of a tick that has come. What was done meanwhile is there to be
/// seen. It gives itself a token first, since nobody promises that a tick wakes anything but the watcher.
fn report_takes_the_token() {
    sync::model(|| {
        let meter = Shared::new(Progress::new(1));
        let theirs = meter.clone();
        let other = thread::spawn(move || theirs.tick());
        meter.watch(|done| {
            if done == 0 {
                thread::current().unpark();
                thread::park();
            }
        });
        other.join().unwrap();
    });
}
