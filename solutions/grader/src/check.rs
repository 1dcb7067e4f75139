//! Checks, and which of them run where.

/// Where a check runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Once, over the real types: what the compiler knows.
    Fact,
    /// In every execution of the model; if that passes, also over real threads, many times.
    Model,
    /// In every execution of the model only: it asks for the counters, which only a model has.
    Counted,
}

/// What `sync` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum World {
    /// The model checker.
    Model,
    /// The machine's own atomics and threads.
    Real,
}

impl Kind {
    /// The worlds in which such a check runs, in this order.
    pub const fn worlds(self) -> &'static [World] {
        match self {
            Self::Fact => &[World::Real],
            Self::Model => &[World::Model, World::Real],
            Self::Counted => &[World::Model],
        }
    }

    /// `fact`, `model` or `counted`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Model => "model",
            Self::Counted => "counted",
        }
    }

    /// The kind of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Fact, Self::Model, Self::Counted].into_iter().find(|kind| kind.name() == name)
    }

    /// Does it run there? `once`: does it run there first?
    const fn runs_in(self, world: World, once: bool) -> bool {
        match (world, self) {
            (World::Model, kind) => !matches!(kind, Self::Fact),
            (World::Real, Self::Fact) => true,
            (World::Real, Self::Model) => !once,
            (World::Real, Self::Counted) => false,
        }
    }
}

/// One thing that an exercise must do.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// A sentence: `second_lock_waits_until_unlock`.
    pub name: &'static str,
    /// Where it runs.
    pub kind: Kind,
    /// Panics, or fails its model, if the subject does not do it.
    pub run: fn(),
}

impl Check {
    /// What the compiler knows: traits and sizes.
    pub const fn fact(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Fact, run }
    }

    /// A closure for `sync::model`, explored and then tried with real threads.
    pub const fn model(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Model, run }
    }

    /// A model that counts operations.
    pub const fn counted(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Counted, run }
    }
}

/// Something that is judged, as the process of a check knows it.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// What the judge calls it.
    pub name: &'static str,
    /// All its checks, in order.
    pub list: &'static [(&'static str, Kind)],
    /// Those that can be run in this process.
    pub checks: &'static [Check],
    /// The file that was compiled, as the compiler calls it, and what it says: for the names of variables in a timeline.
    pub source: (&'static str, &'static str),
}

// What follows runs at compile time. What is not in the constant that comes of it is not compiled: a process that runs one
// check of many is built in the time of one.

/// The names and kinds of all checks.
///
/// # Panics
///
/// Panics if there are not `N`.
pub const fn list<const N: usize>(checks: &'static [Check]) -> [(&'static str, Kind); N] {
    let mut all = [("", Kind::Fact); N];
    let mut at = 0;
    while at < N {
        all[at] = (checks[at].name, checks[at].kind);
        at += 1;
    }
    all
}

/// How many checks run in this world; `once`, those that run there first.
pub const fn count(checks: &[Check], world: World, once: bool) -> usize {
    let (mut at, mut found) = (0, 0);
    while at < checks.len() {
        if checks[at].kind.runs_in(world, once) {
            found += 1;
        }
        at += 1;
    }
    found
}

/// The checks that run in this world; `once`, those that run there first.
///
/// # Panics
///
/// Panics if there are not `N`.
pub const fn of<const N: usize>(checks: &'static [Check], world: World, once: bool) -> [Check; N] {
    let mut all = [Check::fact("", || {}); N];
    let (mut at, mut found) = (0, 0);
    while at < checks.len() {
        if checks[at].kind.runs_in(world, once) {
            all[found] = checks[at];
            found += 1;
        }
        at += 1;
    }
    all
}

/// The check of this name.
pub const fn named(checks: &[Check], name: &str) -> Option<Check> {
    let mut at = 0;
    while at < checks.len() {
        if is_same(checks[at].name.as_bytes(), name.as_bytes()) {
            return Some(checks[at]);
        }
        at += 1;
    }
    None
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}
