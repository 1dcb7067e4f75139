//! How large an exploration is, and what is done if it is too large: executions drawn at random.
//!
//! Now and then the search stands still while a [`Survey`] draws executions from all that it has left. What they stand for, and what was
//! explored by then, is about how many there are. The first survey comes after [`FIRST`] executions, and then one whenever
//! there are [`GROWTH`] times as many. From a few thousand on it draws about one execution for each [`SHARE`] of the search.
//!
//! A failure among them is left to the search, which comes to it as if nothing had been drawn. But if there seem to be more executions
//! than the exploration may begin, the search would not come to its end. Once one in [`PATIENCE`] of those that may begin has
//! begun, the search then takes turns with surveys, each as long as the other, and a failure counts in both. All that decides is a
//! number of executions, and the draws are the same each time, so the verdict is, too.

use crate::core::estimate::Survey;
use crate::core::search::Search;
use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::repeat::PATIENT_TURNS;
use crate::runtime::run::Outcome;
use crate::runtime::state::Engine;
use std::sync::Arc;

/// Executions before the first survey. A smaller search has ended before anybody has read how large it is.
const FIRST: u64 = 2_000;

/// After a survey the search must become so many times as large until the next one.
const GROWTH: u64 = 4;

/// One in so many executions is to be drawn.
const SHARE: u64 = 32;

/// One in so many of those that may begin must have begun before a search is taken to be too large.
const PATIENCE: u64 = 16;

/// How many ways to go on are taken of those that are alike: at first, at least and at most.
const WAYS: usize = 16;
const FEWEST: usize = 8;
const MOST: usize = 64;

/// How far an exploration has come, and how far it may have to go.
///
/// `all` is off by less than a factor of two in nine cases of ten, which `tests/estimate.rs` holds it to. (When this was written: in 33 of
/// 33, the ratios from 0.8 to 1.8, for the 20 models of this book's references that have more than 2,000 executions.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Executions that were begun, those that were drawn included.
    pub begun: u64,
    /// About how many will have begun when the search has ended.
    pub all: u64,
}

/// What is called with an estimate.
pub type OnEstimate = Arc<dyn Fn(&Estimate) + Send + Sync>;

/// The surveys of an exploration.
pub struct Surveys {
    under_way: Option<UnderWay>,
    /// The number of executions of the search after which the next one begins.
    next: u64,
    ways: usize,
    /// How many have ended.
    ended: u64,
    pub estimate: Option<u64>,
    /// Executions that were drawn.
    pub drawn: u64,
    is_too_large: bool,
}

impl Default for Surveys {
    fn default() -> Self {
        Self {
            under_way: None,
            next: FIRST,
            ways: WAYS,
            ended: 0,
            estimate: None,
            drawn: 0,
            is_too_large: false,
        }
    }
}

struct UnderWay {
    survey: Survey,
    /// What stands still meanwhile.
    search: Search,
    cut: bool,
    has_counted: bool,
    /// The execution is to be run once more.
    again: bool,
}

impl Engine {
    /// Executions that were begun.
    pub fn begun(&self) -> u64 {
        self.executions + self.surveys.drawn
    }

    /// Is the search taken to be too large?
    pub fn is_too_large(&self) -> bool {
        self.surveys.is_too_large
    }

    /// Is the execution under way one that was drawn?
    pub fn is_drawn(&self) -> bool {
        self.surveys.under_way.is_some()
    }

    /// Prepares the next execution that is drawn, if it is time for one.
    pub fn next_drawn(&mut self) -> bool {
        if self.surveys.under_way.is_none() && self.is_time_for_survey() {
            self.begin_survey();
        }
        let Some(under_way) = &mut self.surveys.under_way else { return false };
        if std::mem::take(&mut under_way.again) {
            return true;
        }
        if let Some(changed) = under_way.survey.next(&mut self.search) {
            self.surveys.drawn += 1;
            self.set_changed(changed);
            return true;
        }
        self.end_survey();
        false
    }

    /// Goes back to the search, if a survey is under way.
    pub fn stop_survey(&mut self) -> Option<Survey> {
        let stopped = self.surveys.under_way.take()?;
        self.search = stopped.search;
        // What only a drawn execution has met is not part of what the search has seen.
        (self.cut, self.has_counted) = (stopped.cut, stopped.has_counted);
        Some(stopped.survey)
    }

    /// Takes note of an execution that was drawn and has ended.
    pub fn note_drawn(&mut self, outcome: Outcome) {
        let failure = self.failure.take().filter(|_| outcome == Outcome::Failed);
        let is_hasty = |failure: &Failure| {
            failure.kind == FailureKind::Livelock && self.config.max_turns < PATIENT_TURNS
        };
        let counts = |failure: &Failure| self.surveys.is_too_large && !failure.kind.is_undecided();
        if let Some(failure) = failure.filter(counts) {
            if is_hasty(&failure) {
                self.config.max_turns = PATIENT_TURNS;
                self.surveys.under_way.as_mut().expect("it was drawn").again = true;
                return;
            }
            self.note(failure);
        }
        self.config.max_turns = self.plan.config.max_turns;
    }

    fn is_time_for_survey(&self) -> bool {
        let config = &self.config;
        let is_asked_for = config.on_estimate.is_some() || config.draws;
        let is_plain = config.guide.is_none() && config.on_execution.is_none();
        is_asked_for
            && is_plain
            && !self.is_one_of_several
            && self.executions >= self.surveys.next
            && (self.surveys.is_too_large || self.progress.may_be_surveyed())
    }

    fn begin_survey(&mut self) {
        let survey = Survey::of(&self.search, self.surveys.ways, self.surveys.ended);
        let new = Search::new(self.config.memory, self.config.spurious_failures);
        let search = std::mem::replace(&mut self.search, new);
        let Self { cut, has_counted, .. } = *self;
        self.surveys.under_way = Some(UnderWay { survey, search, cut, has_counted, again: false });
    }

    fn end_survey(&mut self) {
        let Some(survey) = self.stop_survey() else { return };
        let (executions, begun) = (self.executions, self.begun());
        let surveys = &mut self.surveys;
        surveys.ended += 1;
        let now = executions + survey.all.round() as u64;
        // The draws of two surveys say more than those of one.
        let all = surveys.estimate.map_or(now, |before| before.midpoint(now)).max(executions);
        surveys.estimate = Some(all);
        let most = self.config.max_executions;
        surveys.is_too_large =
            self.config.draws && most.is_some_and(|most| begun >= most / PATIENCE && all > most);
        let drawn = survey.drawn.max(1);
        if surveys.is_too_large {
            surveys.next = executions + drawn;
            surveys.ways = WAYS;
        } else {
            surveys.next = GROWTH * executions;
            let ways = surveys.ways as u64 * (surveys.next / SHARE) / drawn;
            surveys.ways = usize::try_from(ways).map_or(MOST, |ways| ways.clamp(FEWEST, MOST));
        }
        if let Some(tell) = &self.plan.config.on_estimate {
            tell(&Estimate { begun, all: all + self.surveys.drawn });
        }
    }
}
