//! Runs programs, and holds what they do to the specification.

use crate::log::{Blame, Log, Made, Span};
use crate::program::{Program, Programs};
use crate::size::{Size, progress_size, size};
use crate::{Clients, Op, Progress, Ret, Scene, message, show};
use rc11::history::{Call, Checker, End, History};
use rc11::{Blocked, CallSpan, Objection, Stuck, now, reject, support, thread};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{Explored, Model};

/// A call that makes more steps is taken to run for ever.
const LONG: usize = 200;

/// What it costs to begin with a program, in executions.
const BEGINNING: u64 = 10;

/// Runs every small program of `C`, the smallest first. One that does what the specification does not allow is shown, with
/// the execution, and the process ends.
pub fn check<C: Clients>() {
    let size = size(C::LONGEST, C::EXECUTIONS);
    let scenes: Arc<[Scene<C>]> = C::scenes().into();
    let checker = Arc::new(Shared(Mutex::new(Checker::new())));
    let mut programs = Programs::new(&scenes, size);
    let (mut total, mut cost, mut whole) = (0, 0, None);
    'sizes: for sum in 0..=programs.largest() {
        for program in programs.of(sum) {
            if cost >= size.executions {
                break 'sizes;
            }
            let executions = run(&scenes, &checker, program, size).all;
            total += executions;
            cost += executions + BEGINNING;
        }
        whole = Some(sum);
    }
    let complete = whole == Some(programs.largest());
    Explored { all: total, complete }.tell();
}

/// Lets every small program of `C` run, the smallest first, in which a thread stops for ever in the middle of a call, wherever that is. A
/// call of another thread that is to be [lock-free](Progress::LockFree) must come to its end all the same, and a
/// [wait-free](Progress::WaitFree) one within its number of steps. What does not is shown, and the process ends.
///
/// This refutes claims, and proves none beyond the programs that it runs.
pub fn progress<C: Clients>() {
    let size = progress_size();
    let scenes: Arc<[Scene<C>]> = C::scenes().into();
    let mut programs = Programs::new(&scenes, size);
    let all = (0..=programs.largest()).flat_map(|sum| programs.of(sum));
    let claims =
        |program: &Program<C>| program.all().any(|op| C::progress(op) != Progress::Blocking);
    let all: Vec<_> = all.filter(claims).map(Arc::new).collect();
    // First without a stop: no call must need more steps than it has.
    let is_counted = |op: &Op<C>| matches!(C::progress(op), Progress::WaitFree(_));
    let whole = all.iter().filter(|program| program.all().any(is_counted));
    let whole = whole.map(|program| (program, None));
    let stopped = all.iter().flat_map(|program| {
        let calls = program.last_calls().filter(|call| program.is_claimed_beside(*call));
        calls.map(move |call| (program, Some(call)))
    });
    let (mut total, mut cost) = (0, 0);
    for (program, call) in whole.chain(stopped) {
        for after in 1.. {
            if cost >= size.executions {
                return Explored { all: total, complete: false }.tell();
            }
            let stop = call.map(|call| Stop { call, after });
            let (explored, has_stopped) = stop_in(&scenes, program, stop, size);
            total += explored.all;
            cost += explored.all + BEGINNING;
            if !has_stopped {
                break;
            }
        }
    }
    Explored { all: total, complete: true }.tell();
}

/// Runs a program in which a thread stops; says whether one has.
fn stop_in<C: Clients>(
    scenes: &Arc<[Scene<C>]>,
    program: &Arc<Program<C>>,
    stop: Option<Stop>,
    size: Size,
) -> (Explored, bool) {
    let run = Arc::new(Run {
        scenes: scenes.clone(),
        checker: Arc::new(Shared(Mutex::new(Checker::new()))),
        program: program.clone(),
        log: Mutex::default(),
        rets: Mutex::default(),
        asks: Asks::Progress(stop),
        has_stopped: AtomicBool::new(false),
    });
    let judge = run.clone();
    let model = run.model(size);
    let model = if stop.is_some() { model.busy_turns(2 * LONG) } else { model };
    let again = run.clone();
    let explored =
        model.on_stuck(move |stuck| judge.keeps_nobody(stuck)).count(move || execute(&again));
    // Relaxed: an exploration is over before the next one begins.
    (explored, run.has_stopped.load(Relaxed))
}

/// What is asked of the executions of a program.
enum Asks {
    /// Whether the specification allows what the calls return.
    Results,
    /// Whether the calls come to an end, where a thread stops.
    Progress(Option<Stop>),
}

/// The thread that makes this call stops in it, after so many of its steps.
#[derive(Clone, Copy)]
struct Stop {
    call: usize,
    after: usize,
}

/// A program, and what its executions leave.
struct Run<C: Clients> {
    scenes: Arc<[Scene<C>]>,
    checker: Arc<Shared<Checker<C::Spec>>>,
    program: Arc<Program<C>>,
    log: Mutex<Log>,
    /// Results, each once.
    rets: Mutex<Vec<Ret<C>>>,
    asks: Asks,
    /// The thread that was to stop has stopped in some execution.
    has_stopped: AtomicBool,
}

/// What one thread uses at a time.
struct Shared<T>(Mutex<T>);

// SAFETY: an exploration runs all threads of its model on one of the system's, and when that is a new one the old one waits
// for its end. The next exploration begins when the last one has ended.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

// SAFETY: as for `Shared`.
unsafe impl<C: Clients> Send for Run<C> {}
// SAFETY: as above.
unsafe impl<C: Clients> Sync for Run<C> {}

/// What is taken to another thread, whether or not its type allows it: that is a fact checked apart.
struct Moved<T>(T);

// SAFETY: for checks only.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    fn here(self) -> T {
        self.0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run<C: Clients>(
    scenes: &Arc<[Scene<C>]>,
    checker: &Arc<Shared<Checker<C::Spec>>>,
    program: Program<C>,
    size: Size,
) -> Explored {
    let run = Arc::new(Run {
        scenes: scenes.clone(),
        checker: checker.clone(),
        program: Arc::new(program),
        log: Mutex::default(),
        rets: Mutex::default(),
        asks: Asks::Results,
        has_stopped: AtomicBool::new(false),
    });
    let judge = run.clone();
    let model = run.model(size).on_stuck(move |stuck| judge.is_allowed(stuck));
    model.count(move || execute(&run))
}

/// One execution.
fn execute<C: Clients>(run: &Arc<Run<C>>) {
    support::unseen(|| {
        message::begin();
        lock(&run.log).clear();
    });
    let mut hands = (run.scenes[run.program.scene].hands)();
    for (call, (hand, op)) in run.program.before.iter().enumerate() {
        run.make(&mut hands[*hand], call, op);
    }
    let mut call = run.program.before.len();
    let mut main = hands.remove(0);
    let mut others = Vec::new();
    for (number, hand) in hands.into_iter().enumerate() {
        let calls = run.program.calls[number + 1].len();
        if calls == 0 {
            // A thread that does nothing is none.
            drop(hand);
            continue;
        }
        let (run, hand, first) = (run.clone(), Moved(hand), call);
        call += calls;
        if C::MAIN_TAKES_PART && number + 2 == run.program.calls.len() {
            run.play(hand.here(), number + 1, first);
            continue;
        }
        others.push(thread::spawn(move || run.play(hand.here(), number + 1, first)));
    }
    for other in others {
        // Nobody has dealt with a panic of a thread: it is passed on, and fails the model.
        if let Err(payload) = other.join() {
            std::panic::resume_unwind(payload);
        }
    }
    for (place, op) in run.program.calls[0].iter().enumerate() {
        run.make(&mut main, call + place, op);
    }
    drop(main);
    if let Asks::Results = run.asks
        && let Err(why) = support::unseen(|| run.is_good(false))
    {
        reject(why);
    }
}

impl<C: Clients> Run<C> {
    fn model(&self, size: Size) -> Model {
        let text = show::program(&self.scenes, &self.program);
        let model = Model::new().faults(C::FAULTS).executions(size.of_one).preface(text);
        if self.program.all().any(C::may_leak) { model.may_leak() } else { model }
    }

    /// Makes the calls of a hand, of which the first has this number.
    fn play(self: &Arc<Self>, mut hand: C::Hand, number: usize, first: usize) {
        for (place, op) in self.program.calls[number].iter().enumerate() {
            self.make(&mut hand, first + place, op);
        }
    }

    /// Makes a call, and records it.
    fn make(self: &Arc<Self>, hand: &mut C::Hand, call: usize, op: &Op<C>) {
        let begin = now();
        support::unseen(|| lock(&self.log).begin(call, begin));
        self.watch(call, op);
        let ret = C::perform(hand, op);
        support::stop_after(None);
        support::unlimited();
        match ret {
            Some(ret) => {
                let end = now();
                support::unseen(|| {
                    let ret = self.number(ret);
                    lock(&self.log).end(call, ret, end);
                });
            }
            None => support::unseen(|| lock(&self.log).take_back(call)),
        }
    }

    /// The call is about to begin: how far may it go?
    fn watch(self: &Arc<Self>, call: usize, op: &Op<C>) {
        let Asks::Progress(stop) = self.asks else { return };
        if let Some(stop) = stop.filter(|stop| stop.call == call) {
            support::stop_after(Some(stop.after));
        }
        let most = match C::progress(op) {
            // Who is not stopped may be slow, and another one lose again and again meanwhile.
            Progress::LockFree if stop.is_some() => LONG,
            Progress::Blocking | Progress::LockFree => return,
            Progress::WaitFree(most) => most,
        };
        support::unseen(|| {
            let run = self.clone();
            support::limit(most, move || run.takes_too_long(call, most));
        });
    }

    fn takes_too_long(&self, call: usize, most: usize) -> Objection {
        let op = self.program.call(call).1;
        let what = match C::progress(op) {
            Progress::WaitFree(_) => "and must be wait-free: no other thread may cost it more",
            _ => "and does not return. It must be lock-free",
        };
        let under_way = lock(&self.log).under_way();
        let stop = if let Asks::Progress(stop) = self.asks { stop } else { None };
        let stop = stop.and_then(|stop| under_way.iter().find(|(call, _)| *call == stop.call));
        let while_stopped = stop.map_or_else(String::new, |&(call, thread)| {
            let within = C::show(self.program.call(call).1);
            format!(" since thread {thread} has stopped in `{within}`,")
        });
        let why = format!(
            "`{}` makes more than {most} steps of its own,{while_stopped} {what}",
            C::show(op)
        );
        self.objection(Blame { why, because: String::new(), calls: vec![call] })
    }

    /// A thread has stopped. Does a call wait for it that must not?
    fn keeps_nobody(&self, stuck: &Stuck) -> Result<(), Objection> {
        let is_halted = |(_, why): &&(usize, Blocked)| *why == Blocked::Halted;
        let Some((halted, _)) = stuck.threads.iter().find(is_halted) else { return Ok(()) };
        self.has_stopped.store(true, Relaxed);
        if !stuck.for_ever {
            return Ok(());
        }
        let under_way = lock(&self.log).under_way();
        let waits = |(call, thread): &&(usize, usize)| {
            thread != halted && C::progress(self.program.call(*call).1) != Progress::Blocking
        };
        let Some(&(call, _)) = under_way.iter().find(waits) else { return Ok(()) };
        let stopped = under_way.iter().find(|(_, thread)| thread == halted);
        let within = stopped.map_or_else(String::new, |(call, _)| {
            format!(" in `{}`", C::show(self.program.call(*call).1))
        });
        let why = format!(
            "`{}` waits for ever, since thread {halted} has stopped{within}. It must be lock-free",
            C::show(self.program.call(call).1)
        );
        Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
    }

    fn number(&self, ret: Ret<C>) -> u32 {
        let mut rets = lock(&self.rets);
        let place = rets.iter().position(|known| *known == ret);
        let place = place.unwrap_or_else(|| {
            // A copy: the result itself is the program's, and its memory must not outlive the execution.
            rets.push(ret.clone());
            rets.len() - 1
        });
        place as u32
    }

    /// Does the specification allow what was done?
    fn is_good(&self, for_ever: bool) -> Result<(), Objection> {
        let Some(made) = lock(&self.log).new_end(for_ever) else { return Ok(()) };
        let known = lock(&self.log).blame(&made, for_ever);
        if let Some(blame) = known {
            return Err(self.objection(blame));
        }
        let end = if for_ever { End::Still } else { End::Open };
        let initial = &self.scenes[self.program.scene].spec;
        if lock(&self.checker.0).check(&self.history(&made), initial, end).is_ok() {
            lock(&self.log).is_good(made, for_ever);
            return Ok(());
        }
        // The calls are told in the order in which they were made.
        let order = lock(&self.log).order();
        let verdict =
            lock(&self.checker.0).check(&self.history(&in_order(&made, &order)), initial, end);
        let violation = verdict.expect_err("the order in which calls are told changes nothing");
        let blamed = violation.culprit.as_ref().map_or(&violation.core[..], std::slice::from_ref);
        let blame = Blame {
            why: show::violation::<C>(&violation),
            because: violation.because(C::show, C::show_ret),
            calls: blamed.iter().map(|place| order[*place]).collect(),
        };
        lock(&self.log).is_bad(made, for_ever, blame.clone());
        Err(self.objection(blame))
    }

    /// What is wrong, with the calls.
    fn objection(&self, blame: Blame) -> Objection {
        let rets = lock(&self.rets);
        let span = |span: Span| CallSpan {
            thread: span.thread,
            text: C::show(self.program.call(span.call).1),
            result: span.end.map(|(ret, _)| C::show_ret(&rets[ret as usize])),
            begin: span.begin,
            end: span.end.map(|(_, end)| end),
            is_blamed: blame.calls.contains(&span.call),
        };
        let calls = lock(&self.log).spans().map(span).collect();
        Objection { why: blame.why, because: blame.because, calls }
    }

    fn history(&self, made: &[Made]) -> History<C::Spec> {
        let rets = lock(&self.rets);
        let mut history = History::new();
        for &(call, ret, after) in made {
            let (thread, op) = self.program.call(call);
            let ret = ret.map(|ret| rets[ret as usize].clone());
            history.push(Call { thread, op: op.clone(), ret, after });
        }
        history
    }

    /// May the threads be where they are?
    fn is_allowed(&self, stuck: &Stuck) -> Result<(), Objection> {
        let under_way = lock(&self.log).under_way();
        let is_stuck = |thread| stuck.threads.iter().any(|(stuck, _)| *stuck == thread);
        let stuck_calls = under_way.iter().filter(|(_, thread)| is_stuck(*thread));
        let mut calls = stuck_calls.map(|(call, _)| *call);
        match calls.find(|call| C::never_waits(self.program.call(*call).1)) {
            Some(call) => {
                let op = C::show(self.program.call(call).1);
                let why = format!("`{op}` waits for another thread, and must never wait");
                Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
            }
            None if stuck.for_ever => self.is_good(true),
            None => Ok(()),
        }
    }
}

/// The calls in this order.
fn in_order(made: &[Made], order: &[usize]) -> Vec<Made> {
    let place = |call: usize| order.iter().position(|other| *other == call).expect("it was made");
    let moved = |&(call, ret, after): &Made| {
        let before = made.iter().enumerate().filter(|(bit, _)| after >> bit & 1 == 1);
        (call, ret, before.map(|(_, (other, ..))| 1 << place(*other)).sum())
    };
    let mut moved: Vec<Made> = made.iter().map(moved).collect();
    moved.sort_unstable_by_key(|(call, ..)| place(*call));
    moved
}
