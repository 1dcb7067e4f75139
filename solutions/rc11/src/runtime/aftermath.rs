//! What is asked after a failure: on which machines it can happen, and which execution passes that begins in the same way.

use crate::core::axioms::Memory;
use crate::core::timeline::{Place, Step};
use crate::core::trail::{Choice, Trail};
use crate::runtime::config::Config;
use crate::runtime::explore::Plan;
use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::guide::Execution;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Executions that are run to find one that passes.
const TRIES: usize = 200;

/// How long one question may take at most. The numbers of executions are what should end it, as they do not depend on the machine; this
/// is for programs that take long for each.
const PATIENCE: Duration = Duration::from_secs(3);

/// Events of the longest execution that is run again: the time grows with their square.
const MAX_TRIED: usize = 5_000;

/// How many older writes a read is tried with.
const OLDER: usize = 2;

/// On which machines a failure can happen.
///
/// That the failing execution is possible there is an answer. That it is impossible is none, for another one may fail in the same way:
/// then all executions of the program on that machine are searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machines {
    /// One that lets the threads take turns.
    pub interleaving: Answer,
    /// An x86-64 processor, if the compiler leaves the accesses in their order.
    pub x86_tso: Answer,
}

/// Does a failure happen?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Yes: in the same place, and in the same way.
    Yes,
    /// In no execution.
    No,
    /// In none of so many executions; there are others.
    NotFound(u64),
}

/// An execution that passes, and begins as one that fails.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// What happened, in the order in which it ran.
    pub steps: Vec<Step>,
    /// Its name.
    pub trail: Trail,
    /// So many steps are those of the failing one.
    pub same: usize,
    /// The next step is of the same thread, and reads or writes in another way. Otherwise another thread goes on.
    pub turns_in_step: bool,
}

/// What makes two failures the same.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Sought {
    kind: FailureKind,
    at: Option<(String, u32)>,
    message: Option<String>,
    race: Option<[Place; 2]>,
}

impl Sought {
    pub fn of(failure: &Failure) -> Self {
        let Failure { kind, at, message, .. } = failure;
        // The words for two accesses have the numbers of steps in them, and those for what a specification does not allow have all
        // calls in the order in which they ran.
        let is_named = at.is_none() && !matches!(kind, FailureKind::Race | FailureKind::Wait);
        let mut race = failure.race.map(|(a, b)| [a, b].map(|step| failure.steps[step].at));
        race.iter_mut().for_each(|places| places.sort());
        let at = at.clone().filter(|_| race.is_none());
        Self { kind: *kind, at, message: is_named.then(|| message.clone()), race }
    }
}

/// Asks about `failure`, which its trail leads to. Each search begins at most `most` executions.
pub(crate) fn investigate(plan: &Plan, failure: &mut Failure, most: u64) {
    if !failure.can_be_minimized() || plan.config.memory != Memory::Rc11 {
        return;
    }
    let happens = |memory| match plan.is_of(memory, failure) {
        true => Answer::Yes,
        false => plan.happens(memory, Sought::of(failure), most),
    };
    let interleaving = happens(Memory::Interleaving);
    // A processor that keeps stores back need not.
    let is_enough = interleaving == Answer::Yes;
    let x86_tso = if is_enough { Answer::Yes } else { happens(Memory::X86Tso) };
    failure.machines = Some(Machines { interleaving, x86_tso });
    failure.nearest = plan.nearest(failure).map(Box::new);
}

impl Plan {
    /// The same program, explored in another way, without a word to anybody.
    fn changed(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            minimize: 0,
            investigate: 0,
            list_sites: false,
            max_time: Some(PATIENCE),
            on_failure: None,
            on_execution: None,
            on_estimate: None,
            draws: false,
            ..self.config.clone()
        };
        change(&mut config);
        Self { config, program: self.program.clone() }
    }

    /// Is the failing execution itself one of that machine's? Its trail leads there in an order in which it can grow; that it is read as
    /// one of stronger orderings changes nothing about whether it is consistent, and each beginning of it is if the whole is.
    fn is_of(&self, memory: Memory, failure: &Failure) -> bool {
        let plan = self.changed(|config| config.memory = memory);
        let there = plan.run_along(failure.trail.clone()).and_then(|execution| execution.failure);
        there.is_some_and(|there| Sought::of(&there) == Sought::of(failure))
    }

    fn happens(&self, memory: Memory, sought: Sought, most: u64) -> Answer {
        let plan = self.changed(|config| {
            config.memory = memory;
            config.sought = Some(Arc::new(sought));
            config.max_executions = Some(most);
        });
        match plan.explore() {
            Err(_) => Answer::Yes,
            Ok(report) if report.complete => Answer::No,
            Ok(report) => Answer::NotFound(report.executions + report.blocked + report.pruned),
        }
    }

    /// Runs the execution that `trail` leads to. `None` if there is none, or if it waits for what another one does.
    pub fn run_along(&self, trail: Trail) -> Option<Execution> {
        let found: Arc<Mutex<Option<Execution>>> = Arc::default();
        let sink = found.clone();
        let plan = self.changed(|config| {
            config.guide = Some(Arc::new(trail));
            config.on_execution = Some(Arc::new(move |execution: &Execution| {
                *sink.lock().unwrap_or_else(PoisonError::into_inner) = Some(execution.clone());
            }));
        });
        // What fails comes by the same way.
        let _ = plan.explore();
        found.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Does the trail of `failure` lead to it? If not, it has none. A program may do something else when it is run again, as one does that
    /// counts its runs, or whose lazy value has panicked.
    pub fn has_name(&self, failure: &mut Failure) -> bool {
        // These are run along a trail, or only asked whether they fail.
        if self.config.guide.is_some() || self.config.sought.is_some() {
            return false;
        }
        if failure.trail.choices.len() > MAX_TRIED {
            return true;
        }
        let again = self.run_along(failure.trail.clone()).and_then(|execution| execution.failure);
        let leads_there = again.is_some_and(|again| Sought::of(&again) == Sought::of(failure));
        if !leads_there {
            failure.trail = Trail::default();
        }
        leads_there
    }

    /// The execution with the longest beginning of the failing one from which the plainest continuation passes, as far as one is tried.
    fn nearest(&self, failure: &Failure) -> Option<Nearest> {
        let trail = &failure.trail;
        let threads = trail.choices.iter().map(|choice| choice.thread + 1).max().unwrap_or(0);
        let turns = (0..trail.choices.len()).rev().flat_map(|at| {
            let here = trail.choices[at];
            let reads = (0..=OLDER)
                .flat_map(move |behind| [0, 1].map(|pick| Choice { behind, pick, ..here }));
            let others = (0..threads).filter(move |&thread| thread != here.thread);
            let others = others.map(Choice::plain);
            reads.filter(move |choice| *choice != here).chain(others).map(move |to| (at, to))
        });
        let start = Instant::now();
        let mut turns = turns.take(TRIES).take_while(|_| start.elapsed() < PATIENCE);
        turns.find_map(|(at, to)| {
            let execution = self.run_along(trail.turning(at, to))?;
            let Execution { steps, trail: passes, failure: None, step_of } = execution else {
                return None;
            };
            let same = step_of[at];
            Some(Nearest {
                steps,
                trail: passes,
                same,
                turns_in_step: to.thread == trail.choices[at].thread,
            })
        })
    }
}
