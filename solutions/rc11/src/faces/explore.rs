//! Exploring a program as a [`Builder`] says.

use super::builder::Builder;
use crate::core::trail::Trail;
use crate::runtime::explore::Plan;
use crate::runtime::failure::Failure;
use crate::runtime::foreign;
use crate::runtime::guide::Execution;
use crate::runtime::panics::install_hook;
use crate::runtime::report::Report;
use std::sync::Arc;

impl Builder {
    /// Runs `f` once for every execution that the memory model allows.
    ///
    /// `f` must be deterministic apart from its threads and atomics. After a failure the stacks of its threads are abandoned,
    /// and what they own is leaked.
    ///
    /// # Errors
    ///
    /// The first failure that is found.
    pub fn check(&self, f: impl Fn() + Send + Sync + 'static) -> Result<Report, Box<Failure>> {
        self.plan(f).explore()
    }

    fn plan(&self, f: impl Fn() + Send + Sync + 'static) -> Plan {
        install_hook();
        if self.config.by_address {
            foreign::set_in_use();
        }
        Plan { config: self.config.clone(), program: Arc::new(f) }
    }

    /// Runs `f` once for every execution that the memory model allows, as [`check`](Self::check), and calls `each` with every one that
    /// comes to an end or fails. A failure ends nothing. Executions that wait for what another one does are left out.
    ///
    /// ```
    /// use rc11::atomic::{AtomicU32, Ordering::*};
    /// use std::sync::{Arc, Mutex};
    ///
    /// let seen = Arc::new(Mutex::new(Vec::new()));
    /// let sink = seen.clone();
    /// let program = || {
    ///     let x = AtomicU32::new(0);
    ///     rc11::thread::scope(|scope| {
    ///         scope.spawn(|| x.store(1, Relaxed));
    ///         x.load(Relaxed);
    ///     });
    /// };
    /// let report = rc11::Builder::new().explore(program, move |execution| {
    ///     let load = execution.steps.iter().find(|step| step.op == "load").unwrap();
    ///     sink.lock().unwrap().push(load.result.clone().unwrap());
    /// });
    /// let mut seen = seen.lock().unwrap();
    /// seen.sort();
    /// assert_eq!((report.executions, &seen[..]), (2, &["0".to_owned(), "1".to_owned()][..]));
    /// ```
    pub fn explore(
        &self,
        f: impl Fn() + Send + Sync + 'static,
        each: impl Fn(&Execution) + Send + Sync + 'static,
    ) -> Report {
        let mut plan = self.plan(f);
        plan.config.on_execution = Some(Arc::new(each));
        plan.explore().expect("a failure ends nothing")
    }

    /// Runs the execution of `f` that `trail` leads to, and no other one: [`Failure::trail`], or that of an [`Execution`]. `None` if it
    /// does not come to an end, or if `f` is not what the trail was found with.
    pub fn replay(&self, trail: &Trail, f: impl Fn() + Send + Sync + 'static) -> Option<Execution> {
        self.plan(f).run_along(trail.clone())
    }
}
