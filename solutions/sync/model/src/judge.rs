//! What a check may ask about a program instead of failing with it: whether a model of it passes, which orderings it asks
//! for, and which of them could be weaker.

use crate::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use crate::{check, plan, report};
use rc11::Report;
use rc11::audit::{Part, Site, Weakening};
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, mpsc};

/// Which part of the executions that a check may begin one search may begin: a check asks for several, and who wrote a model that is
/// too large hears so within seconds.
const PART: u64 = 15;

/// What came of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No execution fails.
    Passed,
    /// An execution fails; this is its report.
    Failed(String),
    /// There are too many executions to say.
    Undecided,
}

/// An ordering that a program asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub at: &'static Location<'static>,
    /// `store`, `compare_exchange on failure`.
    pub operation: String,
    /// The ordering.
    pub order: Ordering,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", timeline::place_of(self.at), self.operation, self.order)
    }
}

/// An ordering that could be one step weaker: the model still passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slack {
    /// What the program asks for.
    pub asked: Asked,
    /// What would do. A fence that is `Relaxed` is none.
    pub to: Ordering,
}

impl fmt::Display for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.asked.operation, self.to) {
            ("fence", Relaxed) => write!(f, "{} → no fence", self.asked),
            (_, to) => write!(f, "{} → {to:?}", self.asked),
        }
    }
}

/// Explores `f` as [`model`](crate::model) does, but without faults, and tells what came of it.
///
/// What fails for no reason makes a model of several threads much larger.
pub fn verdict(f: impl Fn() + Send + Sync + 'static) -> Verdict {
    explore(check::builder().spurious_failures(0).spurious_wakes(0), Arc::new(f)).0
}

/// The orderings that `f` asks for, but for those in a file of checks. `f` must be right.
///
/// # Panics
///
/// Panics if a model of `f` does not pass.
#[track_caller]
pub fn orderings(f: impl Fn() + Send + Sync + 'static) -> Vec<Asked> {
    sites(&(Arc::new(f) as Program)).iter().map(asked).collect()
}

/// The orderings of `f` that could be one step weaker: the model would still pass. Those in a file of checks are left alone.
///
/// While the ordering audit tries a weaker one itself, there is no answer, and the list is empty.
///
/// # Panics
///
/// Panics if a model of `f` does not pass.
#[track_caller]
pub fn slack(f: impl Fn() + Send + Sync + 'static) -> Vec<Slack> {
    let f: Program = Arc::new(f);
    let mut found = Vec::new();
    if plan::weakening().is_some() {
        return found;
    }
    for site in sites(&f) {
        for &to in weaker(&site) {
            let (file, line, column) = (site.at.file().into(), site.at.line(), site.at.column());
            let weakening = Weakening { file, line, column, part: site.part, to };
            let (verdict, _) = explore(check::builder().weaken(weakening), f.clone());
            if verdict == Verdict::Passed {
                found.push(Slack { asked: asked(&site), to });
            }
        }
    }
    found
}

/// Lets the current thread stand aside once, when it has made so many more steps: the thread of this number goes on first, until it cannot.
/// That decides only which execution of a model is the first. Whoever asks explores no other.
pub fn stand_aside_after(steps: usize, first: usize) {
    rc11::support::give_way_after(steps, first);
}

type Program = Arc<dyn Fn() + Send + Sync>;

/// A thread of its own explores. After a failure it stops for good, before anything of the program is unwound.
fn explore(builder: rc11::Builder, f: Program) -> (Verdict, Vec<Site>) {
    let (sender, receiver) = mpsc::channel();
    let early = sender.clone();
    let builder = builder.max_executions(check::budget() / PART).on_failure(move |failure| {
        let _ = early.send((Verdict::Failed(report::render(failure)), Vec::new()));
        loop {
            std::thread::park();
        }
    });
    std::thread::spawn(move || {
        let run = move || {
            protocol::tick();
            f();
        };
        let answer = match builder.check(run) {
            Ok(Report { complete, bounded, sites, .. }) if complete || bounded => {
                (Verdict::Passed, sites)
            }
            Ok(_) => (Verdict::Undecided, Vec::new()),
            Err(failure) => (Verdict::Failed(report::render(&failure)), Vec::new()),
        };
        let _ = sender.send(answer);
    });
    receiver.recv().expect("the explorer answers")
}

#[track_caller]
fn sites(f: &Program) -> Vec<Site> {
    let (verdict, mut sites) = explore(check::builder().list_sites(true), f.clone());
    assert!(
        verdict == Verdict::Passed,
        "it is not right yet, as another check says. The orderings that it asks for are looked at once it is right"
    );
    plan::print_if_listing(&sites);
    sites.retain(|site| !timeline::place_of(site.at).starts_with("check:"));
    sites
}

fn asked(site: &Site) -> Asked {
    let operation = match site.part {
        Part::Only => site.op.to_owned(),
        Part::Success => format!("{} on success", site.op),
        Part::Failure => format!("{} on failure", site.op),
    };
    Asked { at: site.at, operation, order: site.order }
}

/// The orderings one step weaker that the operation may have.
fn weaker(site: &Site) -> &'static [Ordering] {
    match (site.order, site.op, site.part) {
        (SeqCst, "load", _) | (SeqCst, _, Part::Failure) => &[Acquire],
        (SeqCst, "store", _) => &[Release],
        (SeqCst, ..) => &[AcqRel],
        (AcqRel, ..) => &[Acquire, Release],
        (Acquire | Release, ..) => &[Relaxed],
        _ => &[],
    }
}

/// A failure as a reader sees it.
pub fn render(failure: &rc11::Failure) -> String {
    report::render(failure)
}
