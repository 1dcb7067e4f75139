//! One execution, run once more: along a [`Trail`].
//!
//! The graph grows from nothing, and for each event the trail says which thread adds it and what it chooses. Where the trail ends, the
//! execution goes on by itself, in the plainest way. If the program does not take what the trail says, it is another program, or
//! no execution of it goes like that: then it is given up.

use crate::core::event::Kind;
use crate::core::timeline::{Step, tell, tell_as_it_ran};
use crate::core::trail::{Choice, Trail};
use crate::runtime::failure::{Failure, resolve_places, story};
use crate::runtime::state::Engine;
use std::sync::Arc;

/// An execution that has ended.
#[derive(Clone, Debug)]
pub struct Execution {
    /// What happened. Of a failure, what led to it.
    pub steps: Vec<Step>,
    /// What leads to it; as text, its name.
    pub trail: Trail,
    /// How it has failed, if it has.
    pub failure: Option<Box<Failure>>,
    /// The step of each event of the trail.
    pub(crate) step_of: Vec<usize>,
}

/// What is called with the thread and the number of an event that has just been added.
pub type OnEvent = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// What is called with each execution.
pub type OnExecution = Arc<dyn Fn(&Execution) + Send + Sync>;

impl Execution {
    pub(crate) fn failed(failure: Failure) -> Self {
        let (steps, trail) = (failure.steps.clone(), failure.trail.clone());
        Self { steps, trail, failure: Some(Box::new(failure)), step_of: Vec::new() }
    }
}

impl Engine {
    /// What the trail says of the next event.
    #[inline]
    pub fn guided(&self) -> Option<Choice> {
        self.config.guide.as_ref()?.choices.get(self.guided).copied()
    }

    /// The current thread adds an event: what is to be chosen for it.
    #[inline]
    pub fn follow(&mut self, kind: Kind) {
        if self.config.guide.is_some() {
            self.follow_trail(kind);
        }
    }

    #[cold]
    fn follow_trail(&mut self, kind: Kind) {
        if let Some(tell) = &self.config.on_event {
            tell(self.current, self.cursor[self.current]);
        }
        let Some(choice) = self.guided() else { return };
        self.guided += 1;
        let chooses = matches!(kind, Kind::Read | Kind::Write | Kind::Choice);
        self.search.chosen = chooses.then_some(choice);
        self.pruned |= choice.thread != self.current;
    }

    /// The thread that the trail lets go on. `None` also if that is not possible: then the execution is given up.
    pub fn pick_guided(&mut self, choice: Choice) -> Option<usize> {
        let can_run = self.can_run(choice.thread);
        self.pruned |= !can_run;
        can_run.then_some(choice.thread)
    }

    /// The thread of the last event of the trail, if that is the read of a read-modify-write whose write is still to come. One that writes
    /// what it has read makes it late: a failure may come first, and then the trail to it ends here. The write is next, or there is no place
    /// for it any more.
    pub fn torn_by_the_end(&self) -> Option<usize> {
        let thread = self.config.guide.as_ref()?.choices.last()?.thread;
        let last = self.search.graph.threads[thread].last()?;
        let is_torn = last.kind == Kind::Read && (last.exclusive || last.dropped);
        (is_torn && self.can_run(thread)).then_some(thread)
    }

    /// The trail has ended. Does what was seen end the execution?
    pub fn ends_here(&mut self) -> bool {
        if self.config.guide.is_some() && self.seen.is_some() {
            self.failure = self.seen.take();
        }
        self.failure.is_some()
    }

    /// Tells of the execution that has just ended without a failure. One that was guided is told in the order in which it ran.
    pub fn tell_execution(&self) -> Execution {
        let told = match self.config.guide {
            Some(_) => tell_as_it_ran(story(self)),
            None => tell(story(self), &crate::core::clock::Clock::ALL, None),
        };
        let step_of = told.step_of_each();
        let (mut steps, trail) = (told.steps, told.trail);
        resolve_places(self, &mut steps);
        Execution { steps, trail, failure: None, step_of }
    }
}
