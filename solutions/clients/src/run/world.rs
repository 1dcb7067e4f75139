//! Which programs are run, and how far.

use super::progress::LONG;
use super::{Asks, Plays, Run, Stop};
use crate::object::{Object, OpId, Scene, State, Traits};
use crate::program::{Program, Programs, THREE};
use crate::size::Size;
use crate::unwind::have_panicked;
use crate::{Progress, show};
use rc11::history::Checker;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use sync::{Explored, Model};

/// What it costs to begin with a program, in executions.
const BEGINNING: u64 = 10;

/// Programs of three threads have this part of all executions, however many programs of two threads there are.
const PART_OF_THREE: u64 = 5;

/// Executions of a program of three threads, if there are too many for all to have their share.
const FEWEST: u64 = 30;

/// What programs have cost, in executions, when nobody needs to wait for the others where another check fails.
const FAR: u64 = 4_000;

/// Executions of one program whose waits return for no reason: what is wrong only there shows soon.
const FEW: u64 = 40;

/// Likewise, of one whose threads unwind.
const FEWER: u64 = 8;

/// A thread stops after each of so many steps of its call, and then, if that leaves room, after each of the others.
const EARLY: usize = 40;

/// Events of very many calls.
const EVENTS_OF_MANY: usize = 20_000;

/// So many weak compare-exchanges of a thread fail for no reason.
const FICKLE: usize = 8;

/// So often the waits of a thread return for no reason.
const RESTLESS: usize = 34;

/// More often, in few executions of few programs: who gives up after a hundred is found too.
const VERY_OFTEN: usize = 300;

/// Executions of one of these programs.
const OF_PATIENCE: u64 = 2;

/// Programs of that kind, of waits and of exchanges each.
const PROGRAMS_OF_PATIENCE: usize = 8;

/// What all programs share.
pub(super) struct World {
    pub traits: Traits,
    pub object: Rc<dyn Object>,
    /// A crowded one, if there is one, comes last.
    pub scenes: Vec<Scene>,
    /// How many of them small programs begin with.
    small: usize,
    pub checker: Mutex<Checker<State>>,
}

/// Executions so far.
#[derive(Default)]
struct Spent {
    /// All.
    total: u64,
    /// Those of small programs, and what it costs to begin with these.
    cost: u64,
    unwinding: u64,
    restless: u64,
    fickle: u64,
    patience: [Patience; 2],
}

/// The programs in which something is for no reason very often: one for each call that no smaller one makes.
#[derive(Default)]
struct Patience {
    programs: usize,
    calls: HashSet<OpId>,
}

impl Patience {
    fn asks_for(&mut self, program: &Program) -> bool {
        let before = self.calls.len();
        self.calls.extend(program.all());
        let asks = self.programs < PROGRAMS_OF_PATIENCE && self.calls.len() > before;
        self.programs += usize::from(asks);
        asks
    }
}

// SAFETY: as for `player::Shared`.
unsafe impl Send for World {}
// SAFETY: as above.
unsafe impl Sync for World {}

impl World {
    pub fn new(object: Rc<dyn Object>, scenes: Vec<Scene>, small: usize) -> Arc<Self> {
        let checker = Mutex::new(Checker::new());
        Arc::new(Self { traits: object.traits(), object, scenes, small, checker })
    }

    fn programs(&self, size: Size) -> Programs<'_> {
        Programs::new(&*self.object, &self.scenes[..self.small], size)
    }

    /// See [`check`].
    pub fn hold_results(self: &Arc<Self>, size: Size, plays: &Plays) {
        let mut programs = self.programs(size);
        // What is asked besides takes part of it.
        let besides =
            size.unwinding + size.restless + size.fickle + size.many + size.many / 2 + size.late;
        let most = size.executions.saturating_sub(besides);
        // What programs of three threads have not had yet of their part.
        let mut kept = if self.has_three_threads() { most / PART_OF_THREE } else { 0 };
        let (mut spent, mut complete) = (Spent::default(), true);
        let (mut sizes, mut left) = (0..=programs.largest(), Vec::new());
        'sizes: for sum in sizes.by_ref() {
            let mut all = programs.of(sum).into_iter();
            while let Some(program) = all.next() {
                if spent.cost >= most - kept {
                    (left, complete) = ([program].into_iter().chain(all).collect(), false);
                    break 'sizes;
                }
                let (is_of_three, before) = (program.has_three_threads(), spent.cost);
                self.hold(program, most - kept - before, size, plays, &mut spent);
                if is_of_three {
                    kept = kept.saturating_sub(spent.cost - before);
                }
            }
        }
        // Programs of two threads have used up all but that part, of which each of three gets as much as the others of its size. These make
        // more steps: each execution counts twice.
        let mut two = Vec::new();
        while !complete && kept > 0 {
            let (three, others): (Vec<_>, _) =
                left.into_iter().partition(Program::has_three_threads);
            two.extend(others);
            let share = (kept / three.len().max(1) as u64).max(2 * (FEWEST + BEGINNING));
            let step = (three.len() as u64 * share).div_ceil(kept).max(1) as usize;
            for program in three.into_iter().step_by(step) {
                let before = spent.cost;
                self.hold(program, share / 2 - BEGINNING, size, plays, &mut spent);
                spent.cost += spent.cost - before;
                kept = kept.saturating_sub(spent.cost - before);
            }
            let Some(sum) = sizes.next().filter(|_| kept > 0) else { break };
            left = programs.of_three(sum);
        }
        for program in two {
            if spent.cost < most {
                self.hold(program, most - spent.cost, size, plays, &mut spent);
            }
        }
        let mut total = spent.total;
        if self.traits.many {
            total += self.hold_many(&programs, size, plays);
        }
        if self.traits.meanwhile {
            total += self.hold_late(&programs, size, plays);
        }
        Explored { all: total, complete }.tell();
    }

    /// Does any scene have three threads?
    fn has_three_threads(&self) -> bool {
        self.scenes[..self.small].iter().any(|scene| scene.kits.len() > THREE)
    }

    /// Holds a program to the specification, and what is asked of it besides, in so many executions of its own.
    fn hold(
        self: &Arc<Self>,
        program: Program,
        most: u64,
        size: Size,
        plays: &Plays,
        spent: &mut Spent,
    ) {
        let program = Arc::new(program);
        let run = Run::new(self, &program, Asks::Results);
        have_panicked();
        let of_one = size.of_one.min(most);
        let executions = run.explore(Size { of_one, ..size }, plays).all;
        spent.total += executions;
        // A call that panics cannot be made in a destructor that way; and what a thread has from before may know of the panic.
        let [of_threads, at_end] = have_panicked();
        if !of_threads && program.before.is_empty() && spent.unwinding < size.unwinding {
            let run = Run::new(self, &program, Asks::Unwinding { at_end: !at_end });
            let all = run.explore(Size { of_one: FEWER, ..size }, plays).all;
            (spent.unwinding, spent.total) = (spent.unwinding + all, spent.total + all);
        }
        let (has_slept, has_been_weak) =
            (run.has_slept.load(Relaxed), run.has_been_weak.load(Relaxed));
        if has_slept && spent.restless < size.restless {
            let run = Run::new(self, &program, Asks::Restless(RESTLESS));
            let all = run.explore(Size { of_one: FEW, ..size }, plays).all;
            (spent.restless, spent.total) = (spent.restless + all, spent.total + all);
        }
        if has_been_weak && spent.fickle < size.fickle {
            let run = Run::new(self, &program, Asks::Fickle(FICKLE));
            let all = run.explore(Size { of_one: FEWER, ..size }, plays).all;
            (spent.fickle, spent.total) = (spent.fickle + all, spent.total + all);
        }
        let very =
            [(has_slept, Asks::Restless(VERY_OFTEN)), (has_been_weak, Asks::Fickle(VERY_OFTEN))];
        for ((has, asks), patience) in very.into_iter().zip(&mut spent.patience) {
            if has && patience.asks_for(&program) {
                let run = Run::new(self, &program, asks);
                spent.total += run.explore(Size { of_one: OF_PATIENCE, ..size }, plays).all;
            }
        }
        spent.cost += executions + BEGINNING;
        tell_if_far(spent.cost);
    }

    /// See [`progress`].
    pub fn hold_progress(self: &Arc<Self>, size: Size, plays: &Plays) {
        let object = &*self.object;
        let mut programs = self.programs(size);
        let all = (0..=programs.largest()).flat_map(|sum| programs.of(sum));
        let all: Vec<_> = all.map(Arc::new).collect();
        // First without a stop: no call must need more steps than it has.
        let is_counted = |op: OpId| matches!(object.progress(op), Progress::WaitFree(_));
        let whole = all.iter().filter(|program| program.all().any(is_counted));
        let whole = whole.map(|program| (program, None));
        let stopped = all.iter().flat_map(|program| {
            let calls = program.last_calls();
            let calls = calls.filter(|call| program.is_claimed_beside(object, *call));
            calls.map(move |call| (program, Some(call)))
        });
        let mut total = self.hold_beset(&programs, size, plays);
        let mut cost = 0;
        // Where it stops next. A call that has made many steps waits until all others have had as many: it may be one that has no end.
        let mut left: Vec<_> =
            whole.chain(stopped).map(|(program, call)| (program, call, 1)).collect();
        for until in [EARLY, usize::MAX] {
            let mut later = Vec::new();
            for (program, call, mut after) in left {
                // What is counted leaves room for stops.
                let most = if call.is_some() { size.executions } else { size.executions / 8 * 5 };
                while after <= until && cost < most {
                    let stop = call.map(|call| Stop { call, after });
                    let run = Run::new(self, program, Asks::Progress(stop));
                    let explored = run.explore(size, plays);
                    total += explored.all;
                    cost += explored.all + BEGINNING;
                    tell_if_far(cost);
                    after += 1;
                    // Relaxed: an exploration is over before the next one begins.
                    if !run.has_stopped.load(Relaxed) {
                        after = 0;
                        break;
                    }
                }
                if after > 0 {
                    later.push((program, call, after));
                }
            }
            left = later;
        }
        let complete = left.is_empty();
        Explored { all: total, complete }.tell();
    }
}

fn tell_if_far(cost: u64) {
    if cost >= FAR {
        protocol::has_come_far();
    }
}

/// Calls of a thread while another one is in the middle of one call.
const MEANWHILE: usize = 34;

impl World {
    /// What calls return must be good, too, if another thread makes many calls while one is under way: small programs do not get as far as
    /// bounds that nobody has promised, or numbers that begin anew. How many executions that took.
    fn hold_late(self: &Arc<Self>, programs: &Programs<'_>, size: Size, plays: &Plays) -> u64 {
        let mut total = 0;
        let all = Programs::new(&*self.object, &self.scenes, size);
        for (program, beset) in all.beset(&|_| Some(MEANWHILE)) {
            if program.scene >= self.small {
                let run = Run::new(self, &Arc::new(program), Asks::Late(beset, None));
                total += run.explore(Size { of_one: 1, ..size }, plays).all;
            }
        }
        for (program, beset) in programs.beset(&|_| Some(MEANWHILE)) {
            let program = Arc::new(program);
            for after in [None].into_iter().chain((0..).map(Some)) {
                if total >= size.late {
                    return total;
                }
                let run = Run::new(self, &program, Asks::Late(beset, after));
                total += run.explore(Size { of_one: 1, ..size }, plays).all;
                // Relaxed: an exploration is over before the next one begins.
                if after.is_some() && !run.has_stopped.load(Relaxed) {
                    break;
                }
            }
        }
        total
    }

    /// A call that must be wait-free comes to its end within its number of steps, though another thread makes a call before each of them. How
    /// many executions that took.
    fn hold_beset(self: &Arc<Self>, programs: &Programs<'_>, size: Size, plays: &Plays) -> u64 {
        let object = &*self.object;
        let rounds = |op| match object.progress(op) {
            Progress::WaitFree(most) => Some(most + 2),
            _ => None,
        };
        let mut total = 0;
        for (program, beset) in programs.beset(&rounds) {
            let run = Run::new(self, &Arc::new(program), Asks::Beset(beset));
            // One execution: the order of the steps is what is asked about.
            total += run.explore(Size { of_one: 1, ..size }, plays).all;
        }
        total
    }
}

impl World {
    /// What one thread's calls return must be good, however many they are. How many executions that took.
    fn hold_many(self: &Arc<Self>, programs: &Programs<'_>, size: Size, plays: &Plays) -> u64 {
        let mut total = 0;
        let all = [(programs.many(), size.many), (programs.in_vain(), size.many / 2)];
        // One execution of each.
        let chosen = all.map(|(all, most)| all.into_iter().take(most as usize));
        for program in chosen.into_iter().flatten() {
            let run = Run::new(self, &Arc::new(program), Asks::Many);
            total += run.explore(Size { of_one: 1, ..size }, plays).all;
        }
        let mut edge = 0;
        let on_the_edge = self.traits.meanwhile.then(|| programs.on_the_edge());
        for program in on_the_edge.into_iter().flatten() {
            if edge >= size.many * 4 {
                break;
            }
            let run = Run::new(self, &Arc::new(program), Asks::Edge);
            edge += run.explore(Size { of_one: FEWER, ..size }, plays).all;
        }
        total + edge
    }
}

impl Run {
    /// Runs the program.
    fn explore(self: &Arc<Self>, size: Size, plays: &Plays) -> Explored {
        let object = &self.world.object;
        let mut text = show::program(&**object, &self.world.scenes, &self.program);
        if self.unwinds() {
            text +=
                "\n    (each thread makes its calls in a destructor, while a panic unwinds it)\n";
        }
        if let Asks::Restless(times) = self.asks {
            text +=
                &format!("\n    (the first {times} waits of each thread return for no reason)\n");
        }
        if let Asks::Fickle(times) = self.asks {
            text += &format!(
                "\n    (the first {times} weak compare-exchanges of each thread fail for no reason)\n"
            );
        }
        let faults = self.world.traits.faults;
        let mut model = Model::new().faults(faults).executions(size.of_one).preface(text);
        if self.world.traits.wakes {
            model = model.time_stands_still();
        }
        if self.program.all().any(|op| object.may_leak(op)) {
            model = model.may_leak();
        }
        if let Asks::Progress(Some(_)) | Asks::Restless(_) | Asks::Fickle(_) = self.asks {
            model = model.busy_turns(2 * LONG);
        }
        if let Asks::Restless(times) = self.asks {
            model = model.faults(0).restless(times);
        }
        if let Asks::Fickle(times) = self.asks {
            model = model.faults(0).fickle(times);
        }
        if let Asks::Many | Asks::Edge = self.asks {
            model = model.faults(0).events(EVENTS_OF_MANY);
        }
        // No other thread is there to end a loop that changes something in each turn.
        if let (Asks::Many, true) = (self.asks, self.world.traits.wakes) {
            let run = self.clone();
            model = model.waits(move |_| run.waits_in_turn().map_err(|objection| objection.why));
        }
        // All but the small programs: in those a thread stops, or the order of the steps is given.
        let model = model.aside(!matches!(self.asks, Asks::Results | Asks::Progress(None)));
        let (judge, execute) = (self.clone(), plays(self));
        let model = model.on_stuck(move |stuck| match judge.asks {
            Asks::Results
            | Asks::Unwinding { .. }
            | Asks::Restless(_)
            | Asks::Fickle(_)
            | Asks::Edge => judge.is_allowed(stuck),
            // Who gives way can still go on, and a call may have to wait for that.
            Asks::Late(_, Some(_)) if !stuck.for_ever => Ok(()),
            Asks::Late(_, Some(_)) => judge.is_allowed(stuck),
            // Who is overtaken again and again may find what it has found before, and promises no end.
            Asks::Late(_, None) => Ok(()),
            // Time goes on by itself.
            Asks::Many if !stuck.for_ever => Ok(()),
            Asks::Many => judge.waits_in_turn(),
            Asks::Progress(_) => judge.keeps_nobody(stuck),
            Asks::Beset(beset) => judge.comes_to_its_end(stuck, beset),
        });
        model.count(execute)
    }
}
