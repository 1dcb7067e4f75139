//! What a model may be told; see [`crate::Builder`].

use crate::core::axioms::Memory;
use crate::core::trail::Trail;
use crate::runtime::aftermath::Sought;
use crate::runtime::audit::Weakening;
use crate::runtime::failure::Failure;
use crate::runtime::guide::{OnEvent, OnExecution};
use crate::runtime::report::{Objection, Stuck, Turn};
use crate::runtime::survey::OnEstimate;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What is called with a failure, before anything of the program is unwound; a panic that nobody caught has unwound by then.
pub type OnFailure = Arc<dyn Fn(&Failure) + Send + Sync>;

/// What is asked about threads that wait for ever.
pub type OnWait = Arc<dyn Fn(&Turn) -> Result<(), String> + Send + Sync>;

/// What is asked about each execution in which threads cannot go on.
pub type OnStuck = Arc<dyn Fn(&Stuck) -> Result<(), Objection> + Send + Sync>;

/// How a program is explored.
#[derive(Clone)]
pub struct Config {
    pub memory: Memory,
    pub spurious_failures: usize,
    pub spurious_wakes: usize,
    /// So often each thread's waits return for no reason before one sleeps.
    pub restless: usize,
    /// So many weak compare-exchanges of each thread fail for no reason before one does what it says.
    pub fickle: usize,
    /// No time-out is ever up.
    pub time_stands_still: bool,
    pub max_events: usize,
    pub max_turns: usize,
    pub max_busy_turns: Option<usize>,
    pub max_executions: Option<u64>,
    pub max_time: Option<Duration>,
    /// The OS threads that explore.
    pub threads: usize,
    /// So many executions are explored before more than one does.
    pub executions_alone: u64,
    pub weaken: Option<Weakening>,
    pub list_sites: bool,
    pub watch_frees: bool,
    /// That memory is never given back is no failure.
    pub may_leak: bool,
    /// The main thread goes on only where no other one can.
    pub main_last: bool,
    /// Atomics that are not the checker's are explored too.
    pub by_address: bool,
    /// The file under test, if what it calls of std is to be looked at.
    pub subject: Option<&'static str>,
    /// What the names of files contain that are not the program's.
    pub libraries: &'static [&'static str],
    /// How many executions more are explored after a failure, for a shorter one.
    pub minimize: u64,
    /// How many executions are begun, after a failure, to answer a question about it; 0: none is asked.
    pub investigate: u64,
    /// Only this failure counts.
    pub sought: Option<Arc<Sought>>,
    /// One execution is run: along this trail.
    pub guide: Option<Arc<Trail>>,
    /// What is called with each event of that execution.
    pub on_event: Option<OnEvent>,
    /// What is called with each execution. Failures then end nothing.
    pub on_execution: Option<OnExecution>,
    pub on_failure: Option<OnFailure>,
    pub on_estimate: Option<OnEstimate>,
    /// Executions are drawn at random if there are more than may begin.
    pub draws: bool,
    pub on_wait: Option<OnWait>,
    pub on_stuck: Option<OnStuck>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("memory", &self.memory)
            .field("spurious_failures", &self.spurious_failures)
            .field("spurious_wakes", &self.spurious_wakes)
            .field("max_events", &self.max_events)
            .field("max_executions", &self.max_executions)
            .field("max_time", &self.max_time)
            .field("weaken", &self.weaken)
            .finish_non_exhaustive()
    }
}
