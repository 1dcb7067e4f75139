//! Hands a failing execution over to the timeline, and ends the process.

use rc11::{Blocked, Failure, FailureKind, Report};
use timeline::{Cause, Execution, Kind, Step, Waiting};

/// Prints the report and ends the process, before any unwinding can run the code under test again.
pub fn fail(failure: &Failure) -> ! {
    eprintln!("{}", execution(failure).render());
    std::process::exit(101)
}

/// The search took too long.
pub fn undecided(report: &Report) -> ! {
    eprintln!(
        "not decided: {} executions were explored in {:.0} s, no failure among them, and there are more. This is the \
         checker's limit: it has found no fault in your code, and has not shown that there is none",
        report.executions,
        report.elapsed.as_secs_f32()
    );
    std::process::exit(101)
}

fn execution(failure: &Failure) -> Execution {
    let waiting = || {
        let of = |&(thread, why): &(usize, Blocked)| {
            let joins = if let Blocked::Joining(other) = why { Some(other) } else { None };
            Waiting { thread, joins }
        };
        Cause::Stuck(failure.blocked.iter().map(of).collect())
    };
    let (headline, cause) = match failure.kind {
        FailureKind::Race => match failure.race {
            Some((a, b)) => {
                let (first, second) = (a.min(b), a.max(b));
                (timeline::race_headline(first, second), Cause::Race(first, second))
            }
            None => (failure.message.clone(), Cause::Other),
        },
        FailureKind::Panic => {
            let at = failure.at.as_ref().map(|(file, line)| timeline::place(file, *line));
            (timeline::panic_headline(&failure.message, at.as_deref()), Cause::Other)
        }
        FailureKind::Deadlock => (timeline::DEADLOCK.into(), waiting()),
        FailureKind::Livelock if failure.message.contains("without looking") => {
            (failure.message.clone(), waiting())
        }
        FailureKind::Livelock => (timeline::LIVELOCK.into(), waiting()),
        FailureKind::TooLong => (timeline::UNDECIDED.into(), waiting()),
        FailureKind::Wait | FailureKind::Nondeterminism => (failure.message.clone(), Cause::Other),
    };
    let threads = failure.steps.iter().map(|step| step.thread + 1).max().unwrap_or(1);
    let steps = failure.steps.iter().map(step).collect();
    Execution { headline, cause, threads, steps }
}

fn step(step: &rc11::Step) -> Step {
    let kind = match step.op {
        "fence" => Kind::Fence(step.order),
        _ if step.atomic => Kind::Atomic { order: step.order, reads: step.reads },
        _ => Kind::Other,
    };
    let result = step.result.as_ref().map(|result| match step.spurious {
        true => format!("{result} (spurious)"),
        false => result.clone(),
    });
    Step {
        thread: step.thread,
        at: step.at,
        text: step.text.clone(),
        result,
        kind,
        reads_from: step.reads_from,
        repeats: step.repeats,
        stale: step.stale,
    }
}
