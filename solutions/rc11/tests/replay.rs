//! One execution of many: run again, among all of them, and what is asked about one that fails.

use rc11::atomic::Ordering::{self, *};
use rc11::atomic::{AtomicBool, AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{Answer, Builder, Execution, Failure, FailureKind, Machines, Trail, hint, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// How many executions each question may take.
const MOST: u64 = 5_000;

/// All executions of a program.
fn all(builder: &Builder, program: fn()) -> Vec<Execution> {
    let all: Arc<Mutex<Vec<Execution>>> = Arc::default();
    let sink = all.clone();
    builder.explore(program, move |execution| sink.lock().unwrap().push(execution.clone()));
    std::mem::take(&mut *all.lock().unwrap())
}

/// What can be told of an execution without the addresses in it.
fn told(execution: &Execution) -> Vec<String> {
    let steps = execution.steps.iter();
    let mut told: Vec<String> = steps
        .map(|step| format!("{} {} {} {:?}", step.thread, step.at, step.op, step.result))
        .collect();
    let failure = execution.failure.as_ref();
    told.extend(failure.map(|failure| format!("{:?} {:?}", failure.kind, failure.at)));
    told
}

fn fail(builder: &Builder, program: fn()) -> Failure {
    *builder.clone().investigate(MOST).check(program).unwrap_err()
}

fn shown(steps: &[rc11::Step]) -> usize {
    steps.iter().filter(|step| step.is_shown()).count()
}

/// Passes a message, and gives nobody a reason to see it.
fn relaxed_message() {
    message(Relaxed);
}

fn message(order: Ordering) {
    let (ready, data) = (AtomicBool::new(false), Watch::new());
    thread::scope(|s| {
        s.spawn(|| {
            data.write();
            ready.store(true, order);
        });
        if ready.load(Acquire) {
            data.read();
        }
    });
}

/// Each thread says that it enters, and looks whether the other one has.
fn both_enter(order: Ordering) {
    let (x, y, inside) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|s| {
        for (mine, other) in [(&x, &y), (&y, &x)] {
            let inside = &inside;
            s.spawn(move || {
                mine.store(1, order);
                if other.load(order) == 0 {
                    inside.fetch_add(1, Relaxed);
                }
            });
        }
    });
    assert!(inside.load(Relaxed) < 2, "both are inside");
}

/// A counter that forgets.
fn lost_update() {
    let count = AtomicU32::new(0);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| count.store(count.load(Relaxed) + 1, Relaxed));
        }
    });
    assert_eq!(count.load(Relaxed), 2);
}

/// Two threads each wait for what the other one does afterwards.
fn deadlock() {
    let (x, y) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|s| {
        for (mine, other) in [(&x, &y), (&y, &x)] {
            s.spawn(move || {
                while !other.load(Acquire) {
                    hint::spin_loop();
                }
                mine.store(true, Release);
            });
        }
    });
}

/// Sleeps for ever: nobody wakes.
fn never_woken() {
    let word = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| rc11::futex::wait(&word, 0));
        word.store(1, Release);
    });
}

/// Weak exchanges, which may fail for no reason, and choices of who is woken.
fn weak() {
    let word = AtomicU32::new(0);
    thread::scope(|s| {
        for value in [1, 2] {
            let word = &word;
            s.spawn(move || word.compare_exchange_weak(0, value, AcqRel, Acquire));
        }
    });
    assert_ne!(word.load(Relaxed), 0, "both have failed");
}

/// Old values, and writes that come too late.
fn weak_memory() {
    let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|s| {
        s.spawn(|| {
            x.store(1, Relaxed);
            y.store(2, Relaxed);
        });
        s.spawn(|| (y.load(Relaxed), x.load(Relaxed)));
        y.store(1, Relaxed);
        x.store(2, Relaxed);
    });
    assert_ne!((x.load(Relaxed), y.load(Relaxed)), (1, 1));
}

/// Its sixth try gives nobody a reason to see the message. Most of the tries before it are repeated without events.
fn relaxed_try() {
    let (ready, data) = (AtomicBool::new(false), Watch::new());
    thread::scope(|s| {
        s.spawn(|| {
            data.write();
            ready.store(true, Release);
        });
        for tried in 0.. {
            if ready.load(if tried < 5 { Acquire } else { Relaxed }) {
                data.read();
                break;
            }
            hint::spin_loop();
        }
    });
}

/// Fails if the sixth of equal tries succeeds, which is only seen where many turns are explored.
fn sixth_try() {
    let ready = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| ready.store(true, Release));
        let succeeds = |_: &usize| {
            hint::spin_loop();
            ready.load(Acquire)
        };
        assert_ne!((0..8).find(succeeds), Some(5));
    });
}

const PROGRAMS: [fn(); 8] = [
    relaxed_message,
    || both_enter(Relaxed),
    lost_update,
    deadlock,
    never_woken,
    weak,
    weak_memory,
    || both_enter(SeqCst),
];

/// A thread that looks with a read-modify-write, and is not content.
fn looks_with_an_addition() {
    let word = Arc::new(AtomicU32::new(0));
    let theirs = word.clone();
    let other = thread::spawn(move || assert_eq!(theirs.fetch_add(0, Relaxed), 2));
    for _ in 0..2 {
        word.fetch_add(1, Relaxed);
    }
    other.join().unwrap();
}

#[test]
fn failure_behind_a_read_modify_write_that_changes_nothing_has_a_name() {
    let builder = Builder::new();
    let failed: Vec<Execution> = all(&builder, looks_with_an_addition)
        .into_iter()
        .filter(|execution| execution.failure.is_some())
        .collect();
    assert_eq!(failed.len(), 2);
    for execution in failed {
        let again = builder.replay(&execution.trail, looks_with_an_addition);
        assert_eq!(told(&again.expect("the trail leads to it")), told(&execution));
    }
}

#[test]
fn every_execution_is_found_again_by_its_name() {
    let builder = Builder::new().spurious_failures(1);
    for program in PROGRAMS {
        for execution in all(&builder, program) {
            let name = execution.trail.to_string();
            let trail: Trail = name.parse().unwrap();
            let again = builder.replay(&trail, program);
            let again = again.unwrap_or_else(|| panic!("{name} leads nowhere"));
            let mut lines = [told(&execution), told(&again)];
            // One that passes is told in the order in which it is run.
            lines.iter_mut().for_each(|lines| lines.sort());
            assert_eq!(lines[0], lines[1], "{name}");
        }
    }
}

/// The search that finds it explores few turns of such a loop, or many.
#[test]
fn a_failure_in_a_loop_that_counts_its_turns_is_found_again_by_its_name() {
    for (program, is_repeated) in [(relaxed_try as fn(), true), (sixth_try, false)] {
        for builder in [Builder::new(), Builder::new().minimize(100)] {
            let failure = fail(&builder, program);
            let name = failure.trail.to_string();
            assert_eq!(name.contains('+'), is_repeated, "{name}");
            let again = builder.replay(&name.parse().unwrap(), program);
            let again = again.unwrap_or_else(|| panic!("{name} leads nowhere"));
            let lines = |steps: &[rc11::Step]| -> Vec<String> {
                steps.iter().map(|step| format!("{step:?}")).collect()
            };
            assert_eq!(lines(&again.steps), lines(&failure.steps), "{name}");
            let again = again.failure.expect("it fails again");
            assert_eq!((again.kind, &again.at), (failure.kind, &failure.at), "{name}");
            assert!(failure.machines.is_some(), "who has a name can be asked about");
        }
    }
}

#[test]
fn executions_have_different_names() {
    for program in PROGRAMS {
        let all = all(&Builder::new().spurious_failures(1), program);
        let passing = all.iter().filter(|execution| execution.failure.is_none());
        let names: Vec<String> = passing.map(|execution| execution.trail.to_string()).collect();
        let different: BTreeSet<&String> = names.iter().collect();
        assert_eq!(names.len(), different.len());
    }
}

#[test]
fn explore_tells_of_as_many_executions_as_check_counts() {
    fn program() {
        both_enter(SeqCst);
    }
    let report = Builder::new().check(program).unwrap();
    assert_eq!(all(&Builder::new(), program).len() as u64, report.executions);
    assert!(report.executions > 1);
}

#[test]
fn a_name_of_another_program_leads_nowhere() {
    let failure = fail(&Builder::new(), lost_update);
    assert!(Builder::new().replay(&failure.trail, relaxed_message).is_none());
}

#[test]
fn the_steps_of_a_replay_are_run_in_the_order_in_which_they_are_told() {
    let failure = fail(&Builder::new(), lost_update);
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let sink = said.clone();
    let program = move || {
        let count = AtomicU32::new(0);
        sink.lock().unwrap().clear();
        thread::scope(|s| {
            for name in ["one", "two"] {
                let (sink, count) = (&sink, &count);
                s.spawn(move || {
                    let old = count.load(Relaxed);
                    sink.lock().unwrap().push(format!("{name} reads {old}"));
                    count.store(old + 1, Relaxed);
                    sink.lock().unwrap().push(format!("{name} writes"));
                });
            }
        });
        assert_eq!(count.load(Relaxed), 2);
    };
    let again = Builder::new().replay(&failure.trail, program).unwrap();
    let order: Vec<usize> = again
        .steps
        .iter()
        .filter(|step| step.thread > 0 && matches!(step.op, "load" | "store"))
        .map(|step| step.thread)
        .collect();
    let said = said.lock().unwrap();
    let names = said.iter().map(|line| if line.starts_with("one") { 1 } else { 2 });
    assert_eq!(names.collect::<Vec<usize>>(), order, "{said:?}");
    assert_eq!(said.iter().filter(|line| line.ends_with("reads 0")).count(), 2, "{said:?}");
}

#[test]
fn a_machine_shows_a_failure_if_one_of_its_executions_does() {
    use Answer::{No, Yes};
    fn on(program: fn()) -> (Answer, Answer) {
        let machines = fail(&Builder::new(), program).machines.unwrap();
        (machines.interleaving, machines.x86_tso)
    }
    // The update is lost by taking turns.
    assert_eq!(on(lost_update), (Yes, Yes));
    // Stores that are kept back: what x86-64 is known for.
    assert_eq!(on(|| both_enter(Relaxed)), (No, Yes));
    // Stores that overtake one another: not on x86-64.
    assert_eq!(on(relaxed_message), (No, No));
    assert_eq!(on(deadlock), (Yes, Yes));
}

/// The execution that is told is none of x86-64, and none of any interleaving. Another one fails in the same way, and is.
#[test]
fn one_impossible_execution_does_not_speak_for_a_machine() {
    fn program() {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|s| {
            s.spawn(|| {
                x.store(1, Relaxed);
                y.store(1, Relaxed);
                z.store(1, Relaxed);
            });
            let (ahead, late) = (y.load(Relaxed), x.load(Relaxed));
            let is_overtaken = ahead == 1 && late == 0;
            assert!(!(is_overtaken || z.load(Relaxed) == 1), "one of two things");
        });
    }
    let tried = Builder::new().minimize(100).investigate(MOST).check(program).unwrap_err();
    assert!(tried.steps.iter().any(|step| step.stale), "{tried}");
    assert_eq!(tried.machines.unwrap().interleaving, Answer::Yes);
}

#[test]
fn a_search_that_is_cut_off_does_not_say_no() {
    fn program() {
        both_enter(Relaxed);
    }
    let failure = Builder::new().investigate(2).check(program).unwrap_err();
    let machines = failure.machines.unwrap();
    assert_eq!(machines.interleaving, Answer::NotFound(2));
}

/// Whatever a search meets first: the execution that is shown is one of the machine's.
#[test]
fn an_execution_that_is_an_interleaving_is_said_to_be_one_however_short_the_search() {
    let machines = |program: fn()| {
        let failure = Builder::new().investigate(1).check(program).unwrap_err();
        (failure.steps.iter().any(|step| step.stale), failure.machines.unwrap())
    };
    let yes = Machines { interleaving: Answer::Yes, x86_tso: Answer::Yes };
    assert_eq!(machines(lost_update), (false, yes));
    assert_eq!(machines(deadlock), (false, yes));
    // Stores that are kept back, and nothing else.
    let (_, kept_back) = machines(|| both_enter(Relaxed));
    assert_eq!(kept_back.interleaving, Answer::NotFound(1));
    assert_eq!(kept_back.x86_tso, Answer::Yes);
}

#[test]
fn a_fence_on_each_side_is_a_barrier_on_x86() {
    fn program(order: Ordering) -> Result<(), FailureKind> {
        let result = Builder::new().memory(rc11::Memory::X86Tso).check(move || {
            let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
            let read = thread::scope(|s| {
                let other = s.spawn(|| {
                    x.store(1, Relaxed);
                    fence(order);
                    y.load(Relaxed)
                });
                y.store(1, Relaxed);
                fence(order);
                let mine = x.load(Relaxed);
                (mine, other.join().unwrap())
            });
            assert_ne!(read, (0, 0));
        });
        result.map(drop).map_err(|failure| failure.kind)
    }
    assert_eq!(program(SeqCst), Ok(()));
    assert_eq!(program(AcqRel), Err(FailureKind::Panic));
}

#[test]
fn the_nearest_execution_that_passes_begins_in_the_same_way() {
    for (program, turns_in_step) in
        [(relaxed_message as fn(), true), (lost_update, false), (weak, true)]
    {
        let builder = Builder::new().spurious_failures(1);
        let failure = fail(&builder, program);
        let nearest = failure.nearest.as_ref().expect("one passes");
        let line = |step: &rc11::Step| (step.thread, step.at, step.op, step.result.clone());
        let (failing, passing) = (&failure.steps, &nearest.steps);
        let same = nearest.same;
        let lines = |steps: &[rc11::Step]| steps[..same].iter().map(line).collect::<Vec<_>>();
        assert_eq!(lines(failing), lines(passing));
        assert_eq!(nearest.turns_in_step, turns_in_step);
        assert_eq!(failing[same].thread == passing[same].thread, turns_in_step);
        assert_ne!(line(&failing[same]), line(&passing[same]));
        let again = builder.replay(&nearest.trail, program).unwrap();
        assert!(again.failure.is_none() && shown(&again.steps) == shown(passing));
    }
}

#[test]
fn where_every_execution_fails_none_is_near() {
    let failure = fail(&Builder::new(), || {
        let x = AtomicU32::new(0);
        thread::scope(|s| {
            s.spawn(|| x.store(1, Relaxed));
            x.load(Relaxed);
        });
        panic!("always");
    });
    assert!(failure.nearest.is_none());
}

#[test]
fn who_asks_nothing_is_told_nothing() {
    let failure = Builder::new().check(lost_update).unwrap_err();
    assert!(failure.machines.is_none() && failure.nearest.is_none());
}

#[test]
fn a_failure_that_does_not_come_again_has_no_name() {
    static RUNS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    for builder in [Builder::new(), Builder::new().investigate(MOST)] {
        RUNS.store(0, Relaxed);
        let result = builder.check(|| {
            let x = AtomicU32::new(0);
            thread::scope(|s| {
                s.spawn(|| x.store(1, Relaxed));
                x.load(Relaxed);
            });
            assert_ne!(RUNS.fetch_add(1, Relaxed), 1, "only once");
        });
        let failure = result.unwrap_err();
        assert!(failure.trail.is_empty() && failure.nearest.is_none(), "{}", failure.trail);
    }
}

/// Repeated turns and the use of what is freed are no events.
#[test]
fn a_failure_has_no_name_or_one_that_leads_to_it() {
    fn tries(acquires: usize) {
        let (ready, data) = (AtomicBool::new(false), Watch::new());
        thread::scope(|s| {
            s.spawn(|| {
                data.write();
                ready.store(true, Release);
            });
            for tried in 0.. {
                if ready.load(if tried < acquires { Acquire } else { Relaxed }) {
                    data.read();
                    break;
                }
                hint::spin_loop();
            }
        });
    }
    fn uses_what_is_freed() {
        let (word, flag) = (Box::into_raw(Box::new(AtomicU32::new(0))), AtomicBool::new(false));
        let word = word.expose_provenance();
        thread::scope(|s| {
            s.spawn(|| {
                let at = std::ptr::with_exposed_provenance_mut::<AtomicU32>(word);
                flag.load(Relaxed);
                // SAFETY: from `into_raw`, and freed once.
                rc11::free(unsafe { Box::from_raw(at) });
                // SAFETY: none: this is what is to be found. The checker keeps the memory.
                unsafe { (*at).load(Relaxed) };
            });
            flag.store(true, Relaxed);
        });
    }
    let programs = [|| tries(10), || tries(1_000), || tries(3_000), uses_what_is_freed];
    let mut names = 0;
    for (number, program) in programs.into_iter().enumerate() {
        let builder = Builder::new().max_turns(5_000);
        let failure = builder.check(program).unwrap_err();
        if failure.trail.is_empty() {
            continue;
        }
        names += 1;
        let again = builder.replay(&failure.trail, program);
        let again = again.and_then(|execution| execution.failure);
        let again = again.unwrap_or_else(|| panic!("{number}: {} leads elsewhere", failure.trail));
        assert_eq!((again.kind, &again.at), (failure.kind, &failure.at));
    }
    assert!(names >= 2, "{names}");
}

/// That no execution ends is seen in none of them.
#[test]
fn what_is_seen_in_no_single_execution_has_no_name() {
    let failure = Builder::new().max_busy_turns(2).check(|| {
        let turns = || {
            let word = AtomicU32::new(1);
            while word.fetch_add(1, Relaxed) != 0 {
                hint::spin_loop();
            }
        };
        thread::spawn(turns).join().unwrap();
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooLong);
    assert!(failure.trail.is_empty(), "{}", failure.trail);
}

#[test]
fn each_step_of_an_execution_that_is_replayed_is_told_when_it_has_happened() {
    let failure = fail(&Builder::new(), relaxed_message);
    let told: Arc<Mutex<Vec<(usize, usize)>>> = Arc::default();
    let (sink, seen) = (told.clone(), told.clone());
    let builder = Builder::new().on_event(move |thread, number| {
        sink.lock().unwrap().push((thread, number));
    });
    let counts = Arc::new(Mutex::new(Vec::new()));
    let before = counts.clone();
    let execution = builder.replay(&failure.trail, move || {
        before.lock().unwrap().push(seen.lock().unwrap().len());
        relaxed_message();
    });
    let execution = execution.expect("it is there");
    assert!(execution.failure.is_some());
    assert_eq!(
        *counts.lock().unwrap(),
        [0],
        "the program is run once, and nothing has happened before"
    );
    let told = told.lock().unwrap();
    for step in &execution.steps {
        let number = usize::from(step.number);
        assert!(
            told.contains(&(step.thread, number)),
            "{told:?} has no {number} of {}",
            step.thread
        );
    }
    // One after the other in each thread.
    for thread in 0..2 {
        let numbers: Vec<usize> = told.iter().filter(|of| of.0 == thread).map(|of| of.1).collect();
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    }
}
