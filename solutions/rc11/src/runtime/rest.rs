//! An exploration between two executions.

use crate::core::search::Search;
use crate::runtime::audit::Site;
use crate::runtime::explore::{Ended, Plan, Step};
use crate::runtime::failure::Failure;
use crate::runtime::progress::Progress;
use crate::runtime::report::Report;
use crate::runtime::sight::Stacks;
use crate::runtime::state::Engine;
use crate::runtime::survey::Surveys;
use std::sync::Arc;

/// What an OS thread needs to go on.
pub(crate) struct Rest {
    pub plan: Arc<Plan>,
    pub search: Search,
    pub progress: Progress,
    pub executions: u64,
    surveys: Surveys,
    max_turns: usize,
    cut: bool,
    has_counted: bool,
    endless: Option<Failure>,
    sites: Vec<Site>,
    pub traits: Traits,
    /// The execution that the search stands at has run.
    pub has_run: bool,
    /// What came of it, if that still has to be looked at.
    pub left_by_others: Option<Step>,
}

/// What was learnt of the program, and how it is explored therefore.
#[derive(Clone)]
pub(crate) struct Traits {
    pub exact_turns: usize,
    pub ends_are_watched: bool,
    pub is_gated: bool,
    /// Where threads are on the stacks of others.
    pub stacks: Option<Stacks>,
    pub is_asked_for_counters: bool,
    /// It is explored on one OS thread.
    pub is_for_one: bool,
}

impl Rest {
    /// All of it.
    pub fn of(plan: Arc<Plan>) -> Self {
        Engine::new(plan).rest(false)
    }

    pub fn explore(self) -> Ended {
        let has_run = self.has_run;
        self.into_engine().explore(has_run)
    }

    /// An engine that goes on.
    pub fn into_engine(self) -> Box<Engine> {
        let mut engine = Engine::new(self.plan);
        engine.search = self.search;
        engine.progress = self.progress;
        engine.executions = self.executions;
        engine.surveys = self.surveys;
        engine.config.max_turns = self.max_turns;
        engine.cut = self.cut;
        engine.has_counted = self.has_counted;
        engine.endless = self.endless;
        engine.sites = self.sites;
        engine.left_by_others = self.left_by_others;
        engine.set_traits(self.traits);
        engine
    }

    /// Adds what others have seen.
    pub fn add(&mut self, seen: Tally) {
        let mut tally = Tally {
            report: std::mem::take(&mut self.progress.report),
            executions: self.executions,
            cut: self.cut,
            has_counted: self.has_counted,
            endless: self.endless.take(),
            sites: std::mem::take(&mut self.sites),
            deepest: self.search.deepest,
        };
        tally.add(seen);
        self.progress.report = tally.report;
        self.executions = tally.executions;
        self.cut = tally.cut;
        self.has_counted = tally.has_counted;
        self.endless = tally.endless;
        self.sites = tally.sites;
    }
}

/// What was seen in some executions.
#[derive(Default)]
pub(crate) struct Tally {
    report: Report,
    /// As they are held against a bound.
    pub executions: u64,
    cut: bool,
    has_counted: bool,
    endless: Option<Failure>,
    sites: Vec<Site>,
    pub deepest: usize,
}

impl Tally {
    /// Takes what an engine has seen.
    pub fn of(engine: &mut Engine) -> Self {
        Self {
            report: std::mem::take(&mut engine.progress.report),
            executions: engine.executions,
            cut: engine.cut,
            has_counted: engine.has_counted,
            endless: engine.endless.take(),
            sites: std::mem::take(&mut engine.sites),
            deepest: engine.search.deepest,
        }
    }

    /// Adds what was seen afterwards.
    pub fn add(&mut self, later: Self) {
        self.report.executions += later.report.executions;
        self.report.blocked += later.report.blocked;
        self.report.pruned += later.report.pruned;
        let endless = later.endless.map(|mut failure| {
            failure.executions += self.executions;
            failure
        });
        self.endless = self.endless.take().or(endless);
        self.executions += later.executions;
        self.cut |= later.cut;
        self.has_counted |= later.has_counted;
        let new = later.sites.into_iter().filter(|site| !self.sites.contains(site));
        let new: Vec<Site> = new.collect();
        self.sites.extend(new);
        self.deepest = self.deepest.max(later.deepest);
    }
}

impl Engine {
    pub fn traits(&mut self) -> Traits {
        Traits {
            exact_turns: self.exact_turns,
            ends_are_watched: self.ends_are_watched,
            is_gated: self.is_gated,
            stacks: self.sight.as_deref_mut().map(|sight| sight.stacks().clone()),
            is_asked_for_counters: self.is_asked_for_counters,
            is_for_one: self.is_for_one,
        }
    }

    pub fn set_traits(&mut self, traits: Traits) {
        self.exact_turns = traits.exact_turns;
        self.ends_are_watched = traits.ends_are_watched;
        self.is_gated = traits.is_gated;
        if let (Some(sight), Some(stacks)) = (self.sight.as_deref_mut(), traits.stacks) {
            sight.stacks().learn(&stacks);
        }
        self.is_asked_for_counters = traits.is_asked_for_counters;
        self.is_for_one = traits.is_for_one;
    }

    /// What is left to explore.
    pub(crate) fn rest(&mut self, has_run: bool) -> Rest {
        Rest {
            plan: self.plan.clone(),
            search: std::mem::take(&mut self.search),
            progress: std::mem::replace(&mut self.progress, Progress::new()),
            executions: self.executions,
            surveys: std::mem::take(&mut self.surveys),
            max_turns: self.config.max_turns,
            cut: self.cut,
            has_counted: self.has_counted,
            endless: self.endless.take(),
            sites: std::mem::take(&mut self.sites),
            traits: self.traits(),
            has_run,
            left_by_others: self.left_by_others.take(),
        }
    }
}
