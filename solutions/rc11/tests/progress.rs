//! Claims of progress, held against small programs: a thread that stops for ever must keep no other from its end.

use rc11::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};
use rc11::support::{limit, stop_after, unlimited};
use rc11::{Blocked, Builder, Failure, futex, hint, thread};
use std::sync::Arc;
use std::sync::atomic;

/// More operations than one call makes that is alone with one other.
const MANY: usize = 50;

/// A call that is to end after at most so many operations of its own, whatever others do.
fn within<R>(most: usize, call: impl FnOnce() -> R) -> R {
    limit(most, move || format!("more than {most} operations").into());
    let result = call();
    unlimited();
    result
}

/// Where a thread stops: which of the two, and after how many steps.
type Stop = Option<(usize, usize)>;

/// Stops each of the two threads of `program` after each of its steps. What is found first if the other one does not end.
fn with_stops(program: impl Fn(Stop) + Clone + Send + Sync + 'static) -> Result<(), Box<Failure>> {
    let whole = program.clone();
    Builder::new().check(move || whole(None))?;
    for thread in [1, 2] {
        for after in 0.. {
            let stopped = Arc::new(atomic::AtomicBool::new(false));
            let seen = stopped.clone();
            let model = Builder::new().on_stuck(move |stuck| {
                let mut threads = stuck.threads.iter();
                let has_stopped = threads.any(|(_, why)| *why == Blocked::Halted);
                seen.fetch_or(has_stopped, atomic::Ordering::Relaxed);
                let waits =
                    |(_, why): &&(usize, _)| !matches!(why, Blocked::Halted | Blocked::Joining(_));
                match stuck.threads.iter().find(waits) {
                    Some((waiting, _)) if stuck.for_ever => {
                        let why =
                            format!("thread {waiting} waits for thread {thread}, after {after}");
                        Err(why.into())
                    }
                    _ => Ok(()),
                }
            });
            let part = program.clone();
            model.check(move || part(Some((thread, after))))?;
            if !stopped.load(atomic::Ordering::Relaxed) {
                break;
            }
        }
    }
    Ok(())
}

fn two_threads<T: Send + Sync>(stop: Stop, shared: T, calls: [fn(&T); 2]) {
    thread::scope(|scope| {
        for (number, call) in (1..).zip(calls) {
            let shared = &shared;
            scope.spawn(move || {
                stop_after(stop.filter(|(stops, _)| *stops == number).map(|(_, after)| after));
                call(shared);
                stop_after(None);
            });
        }
    });
}

/// Why a claim is wrong.
fn refuted(program: impl Fn(Stop) + Clone + Send + Sync + 'static) -> String {
    with_stops(program).expect_err("it is refuted").message.clone()
}

#[test]
fn a_counter_that_adds_in_one_step_is_wait_free() {
    let add: fn(&AtomicU32) = |count: &AtomicU32| {
        within(1, || count.fetch_add(1, Relaxed));
        within(1, || count.fetch_add(1, Relaxed));
    };
    with_stops(move |stop| two_threads(stop, AtomicU32::new(0), [add, add])).unwrap();
}

/// Adds by an exchange, which fails when another one comes between.
fn add_by_exchange(count: &AtomicU32, most: usize) {
    within(most, || {
        let mut now = count.load(Relaxed);
        while let Err(newer) = count.compare_exchange(now, now + 1, Relaxed, Relaxed) {
            now = newer;
        }
    });
}

#[test]
fn a_counter_that_adds_by_an_exchange_is_lock_free() {
    let add: fn(&AtomicU32) = |count: &AtomicU32| add_by_exchange(count, MANY);
    with_stops(move |stop| two_threads(stop, AtomicU32::new(0), [add, add])).unwrap();
}

#[test]
fn a_counter_that_adds_by_an_exchange_is_not_wait_free() {
    // Each addition of the other thread costs it one exchange more.
    let one: fn(&AtomicU32) = |count: &AtomicU32| add_by_exchange(count, 2);
    assert_eq!(
        refuted(move |stop| two_threads(stop, AtomicU32::new(0), [one, one])),
        "more than 2 operations"
    );
}

#[test]
fn a_spin_lock_is_not_lock_free() {
    let cross: fn(&AtomicBool) = |locked: &AtomicBool| {
        within(MANY, || {
            while locked.swap(true, Acquire) {
                hint::spin_loop();
            }
            locked.store(false, Release);
        });
    };
    let why = "thread 2 waits for thread 1, after 1";
    assert_eq!(refuted(move |stop| two_threads(stop, AtomicBool::new(false), [cross, cross])), why);
}

#[test]
fn a_try_lock_is_wait_free() {
    let hold: fn(&AtomicBool) = |locked: &AtomicBool| {
        if !locked.swap(true, Acquire) {
            locked.store(false, Release);
        }
    };
    let tries: fn(&AtomicBool) = |locked: &AtomicBool| {
        within(1, || locked.swap(true, Acquire));
    };
    with_stops(move |stop| two_threads(stop, AtomicBool::new(false), [hold, tries])).unwrap();
}

#[test]
fn a_loop_that_writes_while_it_waits_is_refuted_too() {
    // It enters, looks whether it is alone, and leaves again: no turn is like the one before for the checker.
    let cross: fn(&AtomicU32) = |inside: &AtomicU32| {
        within(MANY, || {
            while inside.fetch_add(1, AcqRel) > 0 {
                inside.fetch_sub(1, AcqRel);
                hint::spin_loop();
            }
            inside.fetch_sub(1, AcqRel);
        });
    };
    let only: fn(&AtomicU32) = |inside: &AtomicU32| {
        inside.fetch_add(1, AcqRel);
    };
    let why = refuted(move |stop| two_threads(stop, AtomicU32::new(0), [only, cross]));
    assert_eq!(why, format!("more than {MANY} operations"));
}

/// A stack of numbers from 1 on: each is the index of its node, of which there is one for each push.
#[derive(Default)]
struct Stack {
    head: AtomicUsize,
    next: [AtomicUsize; 4],
}

impl Stack {
    fn push(&self, node: usize) {
        let mut head = self.head.load(Relaxed);
        loop {
            self.next[node].store(head, Relaxed);
            match self.head.compare_exchange(head, node, Release, Relaxed) {
                Ok(_) => return,
                Err(newer) => head = newer,
            }
        }
    }

    fn pop(&self) -> Option<usize> {
        let mut head = self.head.load(Acquire);
        while head != 0 {
            let next = self.next[head].load(Relaxed);
            match self.head.compare_exchange(head, next, Acquire, Acquire) {
                Ok(_) => return Some(head),
                Err(newer) => head = newer,
            }
        }
        None
    }
}

#[test]
fn treibers_stack_is_lock_free() {
    let pushes: fn(&Stack) = |stack: &Stack| within(MANY, || stack.push(1));
    let both: fn(&Stack) = |stack: &Stack| {
        within(MANY, || stack.push(2));
        within(MANY, || stack.pop());
    };
    with_stops(move |stop| two_threads(stop, Stack::default(), [pushes, both])).unwrap();
}

#[test]
fn treibers_stack_is_not_wait_free() {
    // A load, a store and an exchange, if nobody comes between.
    let pushes: fn(&Stack) = |stack: &Stack| within(3, || stack.push(1));
    let both: fn(&Stack) = |stack: &Stack| {
        stack.push(2);
        stack.pop();
    };
    let why = refuted(move |stop| two_threads(stop, Stack::default(), [pushes, both]));
    assert_eq!(why, "more than 3 operations");
}

/// Vyukov's bounded queue with two slots: a turn for each, a number in it.
struct Ring {
    slots: [(AtomicUsize, AtomicUsize); 2],
    tail: AtomicUsize,
    head: AtomicUsize,
}

impl Ring {
    fn new() -> Self {
        let slot = |turn| (AtomicUsize::new(turn), AtomicUsize::new(0));
        Self { slots: [slot(0), slot(1)], tail: AtomicUsize::new(0), head: AtomicUsize::new(0) }
    }

    fn push(&self, number: usize) -> bool {
        loop {
            let tail = self.tail.load(Relaxed);
            let (turn, value) = &self.slots[tail % 2];
            let now = turn.load(Acquire);
            if now == tail {
                if self.tail.compare_exchange(tail, tail + 1, Relaxed, Relaxed).is_ok() {
                    value.store(number, Relaxed);
                    turn.store(tail + 1, Release);
                    return true;
                }
            } else if now < tail && tail >= self.head.load(Relaxed) + 2 {
                return false;
            }
            hint::spin_loop();
        }
    }

    /// Empty only if it is: a slot that was taken and is not full yet is waited for.
    fn pop(&self) -> Option<usize> {
        loop {
            let head = self.head.load(Relaxed);
            let (turn, value) = &self.slots[head % 2];
            if turn.load(Acquire) == head + 1 {
                if self.head.compare_exchange(head, head + 1, Relaxed, Relaxed).is_ok() {
                    let number = value.load(Relaxed);
                    turn.store(head + 2, Release);
                    return Some(number);
                }
            } else if self.tail.load(Acquire) == head {
                return None;
            }
            hint::spin_loop();
        }
    }
}

#[test]
fn vyukovs_bounded_queue_is_not_lock_free() {
    let pushes: fn(&Ring) = |ring: &Ring| {
        within(MANY, || ring.push(7));
    };
    let pops: fn(&Ring) = |ring: &Ring| {
        within(MANY, || ring.pop());
    };
    // The one that pushes has taken its place, and has not written: who pops waits.
    let why = refuted(move |stop| two_threads(stop, Ring::new(), [pushes, pops]));
    assert!(why.starts_with("thread 2 waits for thread 1"), "{why}");
}

#[test]
fn a_reader_of_two_copies_waits_for_no_writer_that_stops() {
    // One copy is read while the other is written: in one step a reader knows which.
    struct Copies {
        which: AtomicUsize,
        data: [AtomicU32; 2],
    }

    let writes: fn(&Copies) = |copies: &Copies| {
        copies.data[1].store(1, Relaxed);
        copies.which.store(1, Release);
    };
    let reads: fn(&Copies) = |copies: &Copies| {
        within(2, || copies.data[copies.which.load(Acquire)].load(Relaxed));
    };

    fn new() -> Copies {
        Copies { which: AtomicUsize::new(0), data: [AtomicU32::new(0), AtomicU32::new(0)] }
    }
    with_stops(move |stop| two_threads(stop, new(), [writes, reads])).unwrap();
}

#[test]
fn the_thread_that_stopped_is_told_with_its_last_step() {
    let hold: fn(&AtomicBool) = |locked: &AtomicBool| {
        locked.swap(true, Acquire);
        locked.store(false, Release);
    };
    let spins: fn(&AtomicBool) = |locked: &AtomicBool| {
        while locked.load(Acquire) {
            hint::spin_loop();
        }
    };
    let failure = with_stops(move |stop| two_threads(stop, AtomicBool::new(false), [hold, spins]))
        .unwrap_err();
    assert!(failure.blocked.contains(&(1, Blocked::Halted)), "{failure}");
    let last = failure.steps.iter().rfind(|step| step.thread == 1).unwrap();
    assert_eq!(last.op, "swap");
}

#[test]
fn who_judges_threads_that_cannot_go_on_is_told_what_they_have_done() {
    for hints in [0, 1] {
        let model = Builder::new().on_stuck(|stuck| match stuck.counters.hints {
            0 => Err("sleeps at once".into()),
            _ => Ok(()),
        });
        let verdict = model.check(move || {
            (0..hints).for_each(|_| hint::spin_loop());
            futex::wait(&AtomicU32::new(0), 0);
        });
        let why = verdict.err().map(|failure| failure.message.clone());
        assert_eq!(why.as_deref(), (hints == 0).then_some("sleeps at once"));
    }
}
