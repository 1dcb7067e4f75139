//! What `ch10_ideas/chase_lev_deque` must do.

use super::subject::{Deque, Stealer, Worker};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Moved, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/chase_lev_deque.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("deque_is_sync_exactly_where_the_tasks_are_send", is_sync_where_send),
    Check::model("owner_takes_the_last_task_and_a_thief_the_first", both_ends),
    Check::counted("deque_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("deque_grows_and_loses_no_task", grows),
    Check::model("hundred_tasks_come_out_in_their_order", hundred),
    Check::model("tasks_and_buffers_are_freed_once", frees_once),
    Check::fact("many_tasks_come_out_or_are_dropped", drops_many),
    Check::model("what_was_done_before_a_push_happens_before_the_steal", hand_over),
    Check::model("last_task_goes_to_the_owner_or_to_a_thief", last_task),
    Check::model("two_thieves_get_two_tasks", two_thieves),
    Check::model("buffer_is_not_freed_while_a_thief_reads_it", grows_beside_a_thief),
    Check::counted("every_small_program_does_what_a_deque_does", clients::check::<small::Deques>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Deques>,
    ),
];

fn is_sync_where_send() {
    assert!(
        impls!(Deque<Cell<u8>>: Sync)
            && impls!(Worker<'static, Cell<u8>>: Send)
            && impls!(Stealer<'static, Cell<u8>>: Send),
        "a deque of `Cell<u8>` is not `Sync`, or its ends not `Send`. A task has one owner at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Deque<*const u8>: Sync) && !impls!(Deque<*const u8>: Send),
        "a deque of `*const u8`, which is not `Send`, is `Sync` or `Send`. Tasks go from thread to thread"
    );
    assert!(
        !impls!(Stealer<'static, MutexGuard<'static, u8>>: Send),
        "a thief of `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        Deque::new(1).split().0.push(Box::new(1));
    });
}

/// A task whose every use is watched, and that must be dropped exactly once.
type Task = Tracked<Probe>;

fn task(number: u32) -> Box<Task> {
    let mut task = Tracked::new(Probe::new(0));
    task.set(number);
    Box::new(task)
}

fn number(task: Option<Box<Task>>) -> Option<u32> {
    task.map(|task| task.get())
}

fn both_ends() {
    sync::Model::new().faults(0).check(|| {
        let mut deque = Deque::new(4);
        let (mut worker, stealer) = deque.split();
        assert_eq!(number(worker.pop()), None, "what the owner took from an empty deque");
        assert_eq!(number(stealer.steal()), None, "what was stolen from an empty deque");
        for round in 0..3 {
            for number in [1, 2, 3] {
                worker.push(task(number));
            }
            assert_eq!(
                number(stealer.steal()),
                Some(1),
                "what was stolen from 1, 2, 3 in round {round}"
            );
            assert_eq!(number(worker.pop()), Some(3), "what the owner took from 2, 3");
            assert_eq!(number(worker.pop()), Some(2), "what the owner took from 2");
            assert_eq!(number(worker.pop()), None, "what the owner took from an empty deque");
            assert_eq!(number(stealer.steal()), None, "what was stolen from an empty deque");
        }
    });
}

fn grows() {
    sync::Model::new().faults(0).check(|| {
        for capacity in 0..4 {
            let mut deque = Deque::new(capacity);
            let (mut worker, stealer) = deque.split();
            worker.push(task(1));
            assert_eq!(number(stealer.steal()), Some(1), "what was stolen from 1");
            for number in 2..8 {
                worker.push(task(number));
            }
            let stolen = [(); 3].map(|()| number(stealer.steal()));
            assert_eq!(
                stolen,
                [2, 3, 4].map(Some),
                "what was stolen from 2 to 7, begun with room for {capacity}"
            );
            let taken = [(); 4].map(|()| number(worker.pop()));
            assert_eq!(taken, [Some(7), Some(6), Some(5), None], "what the owner took from 5 to 7");
        }
    });
}

fn hundred() {
    sync::Model::new().faults(0).check(|| {
        let mut deque = Deque::new(1);
        let (mut worker, stealer) = deque.split();
        for number in 0..100 {
            worker.push(task(number));
        }
        for place in 0..50 {
            assert_eq!(number(stealer.steal()), Some(place), "what was stolen from {place} to 99");
        }
        for place in (50..100).rev() {
            assert_eq!(number(worker.pop()), Some(place), "what the owner took from 50 to {place}");
        }
        assert_eq!(number(worker.pop()), None, "what the owner took from an empty deque");
    });
}

fn drops_many() {
    let taken = grader::on_small_stack(|| {
        let mut deque = Deque::new(1);
        let taken = {
            let (mut worker, stealer) = deque.split();
            (0..Unit::MANY).for_each(|number| worker.push(Box::new((number, Unit))));
            let first_and_last = |place: &usize| {
                stealer.steal().is_some_and(|task| task.0 == *place)
                    && worker.pop().is_some_and(|task| task.0 == Unit::MANY - 1 - place)
            };
            (0..Unit::MANY / 4).take_while(first_and_last).count()
        };
        if taken < Unit::MANY / 4 {
            // What is left there may be there twice.
            std::mem::forget(deque);
        }
        taken
    });
    assert_eq!(
        taken,
        Unit::MANY / 4,
        "how often a thief took the first task and the owner the last one, of {} tasks",
        Unit::MANY
    );
    assert_eq!(
        Unit::dropped(),
        Unit::MANY,
        "tasks that were dropped, when they came out or with the deque"
    );
}

fn frees_once() {
    // What leaks, and what is freed or dropped twice, is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        drop(Deque::<Task>::new(2));
        let mut deque = Deque::new(1);
        for number in 1..9 {
            deque.split().0.push(task(number));
        }
        {
            // The block: an end may have a drop of its own.
            let (mut worker, stealer) = deque.split();
            drop((worker.pop(), stealer.steal()));
        }
        drop(deque);
    });
}

/// The owner does something beside a thief that steals twice. Which tasks came, in ascending order; the owner takes those that are left.
fn beside_a_thief(
    capacity: usize,
    tasks: &[u32],
    owner: impl FnOnce(&mut Worker<'_, Task>) -> Option<Box<Task>>,
) -> Vec<u32> {
    let mut deque = Deque::new(capacity);
    let (mut worker, stealer) = deque.split();
    for number in tasks {
        worker.push(task(*number));
    }
    let stealer = Moved(stealer);
    let mut came = Vec::new();
    thread::scope(|scope| {
        let thief = scope.spawn(move || {
            let stealer = stealer.here();
            (0..2).filter_map(|_| number(stealer.steal())).collect::<Vec<_>>()
        });
        came.extend(number(owner(&mut worker)));
        came.extend(thief.join().unwrap());
    });
    came.extend((0..8).map_while(|_| number(worker.pop())));
    came.sort();
    came
}

fn hand_over() {
    sync::model(|| {
        let came = beside_a_thief(2, &[], |worker| {
            worker.push(task(1));
            None
        });
        assert_eq!(came, [1], "what came after 1 was put in");
    });
}

fn last_task() {
    for tasks in [&[1][..], &[1, 2], &[1, 2, 3]] {
        sync::model(move || {
            let came = beside_a_thief(4, tasks, |worker| worker.pop());
            assert_eq!(came, tasks, "what came of these tasks");
        });
    }
}

fn two_thieves() {
    sync::model(|| {
        let mut deque = Deque::new(2);
        let (mut worker, stealer) = deque.split();
        worker.push(task(1));
        worker.push(task(2));
        let (one, other) = (Moved(stealer.clone()), Moved(stealer));
        let mut came = Vec::new();
        thread::scope(|scope| {
            let thieves =
                [one, other].map(|thief| scope.spawn(move || number(thief.here().steal())));
            came.extend(thieves.map(|thief| thief.join().unwrap()));
        });
        came.sort();
        assert_eq!(came, [Some(1), Some(2)], "what two thieves got from 1 and 2");
    });
    // The second task comes while the first thief is on its way, and before the second one is: the deque is never empty.
    sync::Model::new().faults(0).check(|| {
        let mut deque = Deque::new(2);
        let (mut worker, stealer) = deque.split();
        worker.push(task(1));
        let (one, other) = (Moved(stealer.clone()), Moved(stealer));
        let mut came = Vec::new();
        thread::scope(|scope| {
            let one = scope.spawn(move || number(one.here().steal()));
            worker.push(task(2));
            let other = scope.spawn(move || number(other.here().steal()));
            came.extend([one, other].map(|thief| thief.join().unwrap()));
        });
        came.sort();
        assert_eq!(
            came,
            [Some(1), Some(2)],
            "what two thieves got: 1 was there, and 2 was put in before the second thief came, so that there was always a task"
        );
    });
}

fn grows_beside_a_thief() {
    sync::model(|| {
        let came = beside_a_thief(1, &[1], |worker| {
            worker.push(task(2));
            worker.push(task(3));
            None
        });
        assert_eq!(came, [1, 2, 3], "what came after 1, 2 and 3 were put in");
    });
    // Begun with far more room than these need: who makes it smaller has an old buffer, too.
    sync::Model::new().faults(0).check(|| {
        let came = beside_a_thief(100, &[1, 2], |worker| {
            let last = worker.pop();
            worker.push(task(3));
            last
        });
        assert!(came == [1, 2, 3], "what came of 1, 2 and 3, begun with room for 100: {came:?}");
    });
}
