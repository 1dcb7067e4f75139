//! Which programs are run, and how far.

use super::progress::LONG;
use super::{Asks, Plays, Run, Stop};
use crate::object::{Object, OpId, Scene, State, Traits};
use crate::program::Programs;
use crate::size::Size;
use crate::{Progress, show};
use rc11::history::Checker;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use sync::{Explored, Model};

/// What it costs to begin with a program, in executions.
const BEGINNING: u64 = 10;

/// What all programs share.
pub(super) struct World {
    pub traits: Traits,
    pub object: Rc<dyn Object>,
    pub scenes: Vec<Scene>,
    pub checker: Mutex<Checker<State>>,
}

// SAFETY: as for `player::Shared`.
unsafe impl Send for World {}
// SAFETY: as above.
unsafe impl Sync for World {}

impl World {
    pub fn new(object: Rc<dyn Object>, scenes: Vec<Scene>) -> Arc<Self> {
        let checker = Mutex::new(Checker::new());
        Arc::new(Self { traits: object.traits(), object, scenes, checker })
    }

    /// See [`check`].
    pub fn hold_results(self: &Arc<Self>, size: Size, plays: &Plays) {
        let mut programs = Programs::new(&*self.object, &self.scenes, size);
        let (mut total, mut cost, mut whole) = (0, 0, None);
        'sizes: for sum in 0..=programs.largest() {
            for program in programs.of(sum) {
                if cost >= size.executions {
                    break 'sizes;
                }
                let run = Run::new(self, &Arc::new(program), Asks::Results);
                let executions = run.explore(size, plays).all;
                total += executions;
                cost += executions + BEGINNING;
            }
            whole = Some(sum);
        }
        let complete = whole == Some(programs.largest());
        Explored { all: total, complete }.tell();
    }

    /// See [`progress`].
    pub fn hold_progress(self: &Arc<Self>, size: Size, plays: &Plays) {
        let object = &*self.object;
        let mut programs = Programs::new(object, &self.scenes, size);
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
        let (mut total, mut cost, mut complete) = (0, 0, true);
        for (program, call) in whole.chain(stopped) {
            // What is counted leaves room for stops.
            let most = if call.is_some() { size.executions } else { size.executions / 8 * 5 };
            for after in 1.. {
                if cost >= most {
                    complete = false;
                    break;
                }
                let stop = call.map(|call| Stop { call, after });
                let run = Run::new(self, program, Asks::Progress(stop));
                let explored = run.explore(size, plays);
                total += explored.all;
                cost += explored.all + BEGINNING;
                // Relaxed: an exploration is over before the next one begins.
                if !run.has_stopped.load(Relaxed) {
                    break;
                }
            }
        }
        Explored { all: total, complete }.tell();
    }
}

impl Run {
    /// Runs the program.
    fn explore(self: &Arc<Self>, size: Size, plays: &Plays) -> Explored {
        let object = &self.world.object;
        let text = show::program(&**object, &self.world.scenes, &self.program);
        let faults = self.world.traits.faults;
        let mut model = Model::new().faults(faults).executions(size.of_one).preface(text);
        if self.program.all().any(|op| object.may_leak(op)) {
            model = model.may_leak();
        }
        if let Asks::Progress(Some(_)) = self.asks {
            model = model.busy_turns(2 * LONG);
        }
        let (judge, execute) = (self.clone(), plays(self));
        let model = model.on_stuck(move |stuck| match judge.asks {
            Asks::Results => judge.is_allowed(stuck),
            Asks::Progress(_) => judge.keeps_nobody(stuck),
        });
        model.count(execute)
    }
}
