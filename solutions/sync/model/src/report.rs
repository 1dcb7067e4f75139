//! Hands a failing execution over to the timeline, tells the judge, and ends the process. Where there is no judge, such as in the
//! tests of this crate, the report goes to the standard error and the rest to the standard output.

use crate::{check, inspect};
use protocol::{Message, say};
use rc11::{Blocked, CallSpan, Failure, FailureKind, Objection, Report};
use timeline::{
    Answer, Call, Cause, Execution, Graph, History, Kind, Machines, Nearest, Place, Step, Waiting,
};

/// Tells the report and ends the process, before any unwinding can run the code under test again.
///
/// `number` is that of the model; `preface` stands behind the headline.
pub fn fail(failure: &Failure, number: usize, preface: Option<&str>) -> ! {
    let mut execution = execution(failure);
    let is_named = !failure.trail.is_empty();
    execution.graph.id = is_named.then(|| inspect::id(number, &failure.trail));
    if protocol::is_open() {
        say(&Message::Execution(execution.to_json()));
    }
    let mut report = execution.render();
    // What is named as such in the headline needs no second word.
    if !matches!(failure.kind, FailureKind::Escape)
        && let Some(note) = check::import_of_std()
    {
        report = format!("{}\n\n{note}\n", report.trim_end());
    }
    let report = match preface.and_then(|preface| Some((preface, report.split_once("\n\n")?))) {
        Some((preface, (headline, rest))) => format!("{headline}\n\n{preface}\n{rest}"),
        None => report,
    };
    let message = match rc11::is_undecided(failure.kind) {
        true => Message::Undecided(report),
        false => Message::Failed(report),
    };
    end(&message)
}

/// The report.
pub fn render(failure: &Failure) -> String {
    execution(failure).render()
}

/// There are more executions than the model may begin.
pub fn undecided(report: &Report) -> ! {
    end(&Message::Undecided(not_decided(report)))
}

/// The first executions have passed, and more were not asked for.
pub fn left() -> ! {
    say(&Message::Left);
    std::process::exit(101)
}

fn not_decided(report: &Report) -> String {
    let drawn = match report.drawn {
        0 => String::new(),
        drawn => format!(", and {drawn} others were drawn at random"),
    };
    let begun = report.begun();
    let more = match report.estimate.filter(|all| *all > begun).map(protocol::two_digits) {
        Some(all) => format!("there may be about {all} in all"),
        None => "there are more".into(),
    };
    format!(
        "not decided: {begun} executions were explored{drawn}, no failure among them, and {more}. This is the checker's limit: \
         it has found no fault in your code, but has not shown that there is none"
    )
}

fn end(message: &Message) -> ! {
    if !say(message) {
        let (Message::Failed(report) | Message::Undecided(report)) = message else {
            unreachable!()
        };
        eprintln!("{report}");
    }
    std::process::exit(101)
}

/// Tells how much was explored.
pub fn explored(report: &Report) {
    let (executions, bounded) = (report.executions, !report.complete);
    if !say(&Message::Explored { executions, bounded }) {
        println!("explored {executions} executions{}", if bounded { " within bounds" } else { "" });
    }
}

/// Which steps are worth a line, and where they then stand.
struct Shown(Vec<Option<usize>>);

impl Shown {
    fn new(steps: &[rc11::Step]) -> Self {
        let mut next = 0;
        let mut place = |step: &rc11::Step| {
            // A wait says itself how it ended.
            next += usize::from(step.is_shown());
            step.is_shown().then(|| next - 1)
        };
        Self(steps.iter().map(&mut place).collect())
    }

    /// The line of a step that is an access.
    fn at(&self, step: usize) -> usize {
        self.0[step].expect("accesses are shown")
    }
}

/// The failing execution, as a reader sees it.
pub fn execution(failure: &Failure) -> Execution {
    let shown = Shown::new(&failure.steps);
    let waiting = || {
        let of = |&(thread, why): &(usize, Blocked)| {
            let joins = if let Blocked::Joining(other) = why { Some(other) } else { None };
            Waiting { thread, joins, stopped: why == Blocked::Halted }
        };
        Cause::Stuck(failure.blocked.iter().map(of).collect())
    };
    let (headline, cause) = match failure.kind {
        FailureKind::Race => match failure.race.map(|(a, b)| (shown.at(a), shown.at(b))) {
            Some((a, b)) => {
                let (first, second) = (a.min(b), a.max(b));
                let frees = |step: usize| text(&failure.steps[step]) == "free the memory";
                let headline = match failure.race {
                    Some((free, used)) | Some((used, free)) if frees(free) => {
                        timeline::free_headline(shown.at(free), shown.at(used))
                    }
                    _ => timeline::race_headline(first, second),
                };
                (headline, Cause::Race(first, second))
            }
            None => (failure.message.clone(), Cause::Other),
        },
        FailureKind::Panic => {
            let at = failure.at.as_ref().map(|(file, line)| timeline::place(file, *line));
            (timeline::panic_headline(&failure.message, at.as_deref()), Cause::Other)
        }
        FailureKind::Deadlock => (timeline::DEADLOCK.into(), waiting()),
        FailureKind::Blind => (timeline::BLIND.into(), waiting()),
        FailureKind::Livelock => (timeline::LIVELOCK.into(), waiting()),
        FailureKind::TooLong => (undecided_by_loop(&failure.steps), waiting()),
        FailureKind::Nondeterminism if failure.at.is_none() => {
            (failure.message.clone(), Cause::Other)
        }
        FailureKind::Memory
        | FailureKind::Leak
        | FailureKind::Escape
        | FailureKind::End
        | FailureKind::Nondeterminism => {
            let at = failure.at.as_ref().map(|(file, line)| timeline::place(file, *line));
            let dropped = failure.dropped.map(|at| timeline::place(at.file(), at.line()));
            let dropped = dropped.map(|at| format!("; it was dropped at {at}"));
            let at = at.unwrap_or_default();
            let words = format!("{} ({at}){}", failure.message, dropped.unwrap_or_default());
            (words, Cause::Other)
        }
        FailureKind::Wait if failure.blocked.iter().any(|(_, why)| *why == Blocked::Halted) => {
            (failure.message.clone(), waiting())
        }
        FailureKind::Wait | FailureKind::Refused => (failure.message.clone(), Cause::Other),
    };
    let mut told = told(&failure.steps, &shown, &failure.trail);
    // What one thread does alone says nothing of machines, and an exchange fails for no reason on some of them only.
    let is_alone = failure.steps.iter().all(|step| step.thread == 0);
    let is_spurious = failure.steps.iter().any(|step| step.spurious);
    told.graph.machines = failure.machines.filter(|_| !is_alone && !is_spurious).map(|machines| {
        Machines { sc: answer(machines.interleaving), x86_tso: answer(machines.x86_tso) }
    });
    told.graph.nearest = failure.nearest.as_deref().map(nearest).map(Box::new);
    let history = failure.objection.as_ref().filter(|objection| !objection.calls.is_empty());
    let history = history.map(|objection| history_of(objection, &failure.steps));
    Execution { headline, cause, history, ..told }
}

/// The calls, by the lines of the timeline that they begin and end with.
fn history_of(objection: &Objection, steps: &[rc11::Step]) -> History {
    let call = |call: &CallSpan| {
        let (mut before, mut first, mut last, mut line) = (0, None, None, 0);
        for step in steps {
            let number = usize::from(step.number);
            if step.thread == call.thread && number <= call.begin {
                before = line + usize::from(step.is_shown());
            } else if step.thread == call.thread
                && step.is_shown()
                && call.end.is_none_or(|end| number <= end)
            {
                first = first.or(Some(line));
                last = Some(line);
            }
            line += usize::from(step.is_shown());
        }
        let at = |line: usize| 2 * line + 1;
        Call {
            thread: call.thread,
            text: call.text.clone(),
            result: call.result.clone(),
            begin: first.map_or(2 * before, at),
            end: call.end.map(|_| last.map_or(2 * before, at)),
            is_blamed: call.is_blamed,
        }
    };
    let mut calls: Vec<Call> = objection.calls.iter().map(call).collect();
    calls.sort_by_key(|call| call.begin);
    History { calls, because: objection.because.clone() }
}

/// How many of the last steps of a thread tell what its loop does.
const TURNS: usize = 60;

/// Why an execution does not end, as far as its longest thread shows: what a turn of the loop does, in which it is.
fn undecided_by_loop(steps: &[rc11::Step]) -> String {
    let threads = (0..rc11::MAX_THREADS).map(|thread| {
        let mine = steps.iter().rev().filter(move |step| step.thread == thread);
        (mine.clone().count(), mine)
    });
    let Some((count, longest)) = threads.max_by_key(|(count, _)| *count) else {
        return timeline::UNDECIDED.into();
    };
    let turns: Vec<_> = longest.take(TURNS.min(count)).collect();
    let is_wait = |step: &&&rc11::Step| step.op == "wait";
    let sleeps = turns.iter().any(|step| step.op == "asleep");
    let at = |step: &rc11::Step| timeline::place(step.at.file(), step.at.line());
    let wait = turns.iter().find(is_wait).filter(|_| !sleeps);
    let write = turns.iter().find(|step| step.atomic && step.writes && !step.repeats);
    let why = match (wait, write) {
        (Some(wait), _) => format!(
            "a loop waits for the wrong value. Its `wait` never sleeps, because the word has another value each time ({})",
            at(wait)
        ),
        (None, Some(write)) => format!(
            "a loop changes something in each turn while it waits ({}), so that no turn is like the one before. If it waits for another \
             thread, let it sleep until that one wakes it, or only look",
            at(write)
        ),
        (None, None) => match turns.first() {
            Some(step) => format!(
                "a loop goes on and never sleeps ({}). One that waits needs `hint::spin_loop()`",
                at(step)
            ),
            None => "a loop that waits needs `hint::spin_loop()`".into(),
        },
    };
    format!("not decided: the execution does not end: {why}")
}

/// The steps that are worth a line, and their relations.
fn told(steps: &[rc11::Step], shown: &Shown, trail: &rc11::Trail) -> Execution {
    let threads = steps.iter().map(|step| step.thread + 1).max().unwrap_or(1);
    let all = steps.iter().enumerate().filter(|&(index, _)| shown.0[index].is_some());
    let (kept, lines): (Vec<&rc11::Step>, Vec<Step>) =
        all.map(|(index, rc11)| (rc11, step(rc11, &steps[index + 1..], shown))).unzip();
    let graph = Graph {
        id: Some(trail.to_string()),
        happens_before: timeline::happens_before(&lines, |a, b| kept[a].happens_before(kept[b])),
        modification_order: timeline::modification_order(&lines, |step| kept[step].order_in_mo),
        ..Graph::default()
    };
    let (headline, cause) = (String::new(), Cause::Other);
    Execution { headline, cause, threads, steps: lines, graph, history: None }
}

/// An execution that has passed.
pub fn passed(execution: &rc11::Execution) -> Execution {
    let told = told(&execution.steps, &Shown::new(&execution.steps), &execution.trail);
    Execution { headline: "this execution passes".into(), ..told }
}

fn answer(answer: rc11::Answer) -> Answer {
    match answer {
        rc11::Answer::Yes => Answer::Yes,
        rc11::Answer::No => Answer::No,
        rc11::Answer::NotFound(tried) => Answer::NotFound(tried),
    }
}

fn nearest(nearest: &rc11::Nearest) -> Nearest {
    let rc11::Nearest { steps, trail, same, turns_in_step } = nearest;
    let shown = Shown::new(steps);
    let same = shown.0[..*same].iter().flatten().count();
    Nearest { execution: told(steps, &shown, trail), same, turns_in_step: *turns_in_step }
}

fn step(step: &rc11::Step, later: &[rc11::Step], shown: &Shown) -> Step {
    let kind = match step.op {
        "fence" => Kind::Fence(step.order),
        _ if step.atomic => {
            Kind::Atomic { order: step.order, reads: step.reads, writes: step.writes }
        }
        _ => Kind::Other,
    };
    let result = step.result.as_ref().filter(|_| step.op != "unpark");
    let result = result.map(|result| match step.op {
        "wait" => end_of_wait(step, later),
        "park" if result == "0" => "asleep".into(),
        "park" => "has its token".into(),
        _ if step.spurious => format!("{result} (spurious)"),
        _ => result.clone(),
    });
    Step {
        thread: step.thread,
        at: Place { file: step.at.file(), line: step.at.line(), column: step.at.column() },
        text: text(step),
        result,
        kind,
        object: step.location,
        name: step.name.clone(),
        reads_from: step.reads_from.and_then(|from| shown.0[from]),
        repeats: step.repeats,
        stale: step.stale,
        overtaken: step.overtaken,
    }
}

/// What came of a wait on a futex.
fn end_of_wait(wait: &rc11::Step, later: &[rc11::Step]) -> String {
    let value = wait.result.as_deref().unwrap_or_default();
    let next = later.iter().find(|step| step.thread == wait.thread);
    match next.is_some_and(|step| step.op == "asleep") {
        true => "asleep".into(),
        false if wait.text.starts_with(&format!("wait({value},")) => {
            "not woken, and goes on".into()
        }
        false => format!("not asleep: it is {value}"),
    }
}

/// The operation as the timeline shows it.
fn text(step: &rc11::Step) -> String {
    let operand = step.text.trim_start_matches(step.op).trim_matches(['(', ')']);
    match step.op {
        "wait" => format!("wait({})", operand.split(',').next().unwrap_or_default()),
        "woken" => step.op.to_owned(),
        "lock" | "unlock" | "try_lock" | "is_poisoned" | "clear_poison" | "park" => {
            format!("{}()", step.op)
        }
        "poison and unlock" => "unlock(), poisoned".to_owned(),
        "unlock and sleep" => "wait(): unlocks and sleeps".to_owned(),
        "lock again" => "wait(): locks again".to_owned(),
        "lock again, not woken" => "wait(): locks again, woken by nobody".to_owned(),
        "spawn" | "join" => format!("{} thread {operand}", step.op),
        "unpark" => format!("unpark(thread {})", operand.split(',').next().unwrap_or_default()),
        "free" => "free the memory".to_owned(),
        "read the data" => step.op.to_owned(),
        "write the data" => format!("write {operand} to the data"),
        _ => step.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{execution, not_decided};
    use rc11::atomic::AtomicU32;
    use rc11::atomic::Ordering::Relaxed;
    use rc11::{Builder, Report, thread};

    /// Is it said of the failure on which machines it can happen?
    fn names_machines(f: impl Fn() + Send + Sync + 'static) -> bool {
        let builder = Builder::new().spurious_failures(1).investigate(1_000);
        let failure = builder.check(f).expect_err("it fails");
        execution(&failure).graph.machines.is_some()
    }

    /// Two threads, of which the main one finds what it must not.
    fn beside_another(finds: fn(&AtomicU32) -> bool) {
        let x = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| x.store(1, Relaxed));
            assert!(!finds(&x));
        });
    }

    #[test]
    fn machines_are_named_where_threads_meet_and_nothing_fails_for_no_reason() {
        assert!(names_machines(|| beside_another(|x| x.load(Relaxed) == 1)));
        let exchange = |x: &AtomicU32| x.compare_exchange_weak(0, 2, Relaxed, Relaxed) == Err(0);
        assert!(!names_machines(move || beside_another(exchange)));
        assert!(!names_machines(|| assert_eq!(AtomicU32::new(0).load(Relaxed), 1)));
    }

    #[test]
    fn what_is_not_decided_is_told_with_what_was_drawn_and_what_there_may_be() {
        let report = Report { executions: 3, blocked: 4, complete: false, ..Report::default() };
        let told = not_decided(&report);
        assert!(
            told.contains(
                ": 7 executions were explored, no failure among them, and there are more."
            )
        );
        let told = not_decided(&Report { drawn: 5, estimate: Some(12_345), ..report.clone() });
        assert!(told.contains("explored, and 5 others were drawn at random, no failure"), "{told}");
        assert!(told.contains("there may be about 12000 in all"), "{told}");
        // It was too low.
        let told = not_decided(&Report { estimate: Some(6), ..report });
        assert!(told.contains("and there are more"), "{told}");
    }
}
