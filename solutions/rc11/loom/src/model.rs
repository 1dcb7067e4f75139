//! Exploring a model.

use crate::registry;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// How many steps an execution may have at least, whatever `max_branches` says: a step here is not a branch of loom's.
const STEPS: usize = 4_000;

/// How a model is explored, with loom's options. Where one has no meaning here, its documentation says so.
#[derive(Debug)]
#[non_exhaustive]
pub struct Builder {
    /// Without meaning: eight threads may live at one time.
    pub max_threads: usize,
    /// How many steps an execution may have, if that is more than a few thousand.
    pub max_branches: usize,
    /// The search ends after so many executions.
    pub max_permutations: Option<usize>,
    /// The search ends after so long.
    pub max_duration: Option<Duration>,
    /// Without meaning: any number of preemptions is explored.
    pub preemption_bound: Option<usize>,
    /// Without meaning: a search is never interrupted.
    pub checkpoint_file: Option<PathBuf>,
    /// Without meaning.
    pub checkpoint_interval: usize,
    /// Without meaning: everything is explored.
    pub expect_explicit_explore: bool,
    /// Without meaning: places are always shown.
    pub location: bool,
    /// Tells how many executions there were.
    pub log: bool,
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = env::var(name).ok()?;
    let parsed = value.parse().ok();
    assert!(parsed.is_some(), "{name}={value} is no number");
    parsed
}

impl Builder {
    /// The options of the environment: `LOOM_MAX_BRANCHES`, `LOOM_MAX_PERMUTATIONS`, `LOOM_MAX_DURATION` (in seconds), `LOOM_LOG`.
    pub fn new() -> Self {
        Self {
            max_threads: crate::MAX_THREADS,
            max_branches: number("LOOM_MAX_BRANCHES").unwrap_or(1_000),
            max_permutations: number("LOOM_MAX_PERMUTATIONS"),
            max_duration: number("LOOM_MAX_DURATION").map(Duration::from_secs),
            preemption_bound: number("LOOM_MAX_PREEMPTIONS"),
            checkpoint_file: None,
            checkpoint_interval: 20_000,
            expect_explicit_explore: false,
            location: env::var_os("LOOM_LOCATION").is_some(),
            log: env::var_os("LOOM_LOG").is_some(),
        }
    }

    /// Without meaning.
    pub fn checkpoint_file(&mut self, file: &str) -> &mut Self {
        self.checkpoint_file = Some(file.into());
        self
    }

    /// Runs `f` once for every execution.
    ///
    /// # Panics
    ///
    /// If one of them fails.
    pub fn check<F>(&self, f: F)
    where
        F: Fn() + Sync + Send + 'static,
    {
        let mut builder = rc11::Builder::new().max_events(self.max_branches.max(STEPS));
        if let Some(most) = self.max_permutations {
            builder = builder.max_executions(most as u64);
        }
        if let Some(most) = self.max_duration {
            builder = builder.max_time(most);
        }
        let explored = builder.check(move || {
            f();
            registry::drop_statics();
        });
        match explored {
            Ok(report) if self.log => eprintln!("Completed in {} iterations", report.executions),
            Ok(_) => {}
            Err(failure) => panic!("{failure}"),
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs `f` once for every execution.
///
/// # Panics
///
/// If one of them fails.
pub fn model<F>(f: F)
where
    F: Fn() + Sync + Send + 'static,
{
    Builder::new().check(f);
}
