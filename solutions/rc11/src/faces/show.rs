//! Reports in words.

use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::report::Report;
use std::fmt;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line)) = &self.at {
            let panicked = if self.kind == FailureKind::Panic { "panicked " } else { "" };
            write!(f, "{panicked}at {file}:{line}: ")?;
        }
        writeln!(f, "{}", self.message)?;
        for (index, step) in self.steps.iter().enumerate() {
            let file = step.at.file().rsplit(['/', '\\']).next().unwrap_or_default();
            write!(
                f,
                "{index:>4}  {file}:{:<4} thread {}: {}",
                step.at.line(),
                step.thread,
                step.text
            )?;
            if let Some(result) = &step.result {
                write!(f, " → {result}")?;
            }
            if let Some(from) = step.reads_from {
                write!(f, "  (from #{from})")?;
            }
            writeln!(f, "{}", if step.stale { "  (stale)" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.complete { "passed" } else { "passed within" };
        write!(
            f,
            "{verdict} {} executions ({} blocked, {} pruned)",
            self.executions, self.blocked, self.pruned
        )
    }
}
