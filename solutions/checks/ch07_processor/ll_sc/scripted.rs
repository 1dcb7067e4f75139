//! One core, and a script of what others do and of when an exclusive store fails. All scripts of some length are tried.

use super::super::super::subject::Core;
use super::super::super::sync::atomic::Ordering::{self, AcqRel, Acquire, Release};
use std::fmt::Write as _;

/// What comes between two instructions of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Luck {
    Nothing,
    /// The next exclusive store fails for no reason.
    Fails,
    /// Another core adds to the word.
    Changes,
    /// Another core changes the word, and changes it back.
    ThereAndBack,
}

const LUCK: [Luck; 4] = [Luck::Nothing, Luck::Fails, Luck::Changes, Luck::ThereAndBack];

/// So many instructions have luck of some kind; then nothing more happens.
const LENGTH: u32 = 5;

/// More instructions than any operation needs.
const PATIENCE: usize = 40;

/// What other cores add.
pub const OTHERS_ADD: u32 = 10;

pub struct Scripted {
    /// What is in memory.
    pub word: u32,
    script: u32,
    is_watching: bool,
    instructions: usize,
    /// So many exclusive stores in a row are going to fail, beside what the script says.
    bad_luck: usize,
    /// So many have failed for no reason.
    pub failures: usize,
    pub loads: usize,
    /// What the last exclusive load gave.
    pub found: u32,
    /// What the last exclusive store that succeeded has stored.
    pub stored: Option<u32>,
    /// How often others have added.
    pub added: u32,
    pub log: String,
}

/// Runs `f` with every script. What it returns as an error is told with the events that led there.
pub fn with_every_script(start: u32, f: impl Fn(&mut Scripted) -> Result<(), String>) {
    for script in 0..4_u32.pow(LENGTH) {
        let mut core = Scripted::new(start, script);
        if let Err(error) = f(&mut core) {
            panic!(
                "{error}.\n\n    the word is {start}{}\n\n  The word is {} at the end.",
                core.log, core.word
            );
        }
    }
}

/// The scripts in which others add once.
pub fn others_add_at() -> impl Iterator<Item = u32> {
    let changes = LUCK.iter().position(|luck| *luck == Luck::Changes).unwrap_or_default() as u32;
    (0..LENGTH).map(move |at| changes * 4_u32.pow(at))
}

impl Scripted {
    pub fn new(start: u32, script: u32) -> Self {
        Self {
            word: start,
            script,
            is_watching: false,
            instructions: 0,
            bad_luck: 0,
            failures: 0,
            loads: 0,
            found: start,
            stored: None,
            added: 0,
            log: String::new(),
        }
    }

    /// A word of zero, and a core whose next exclusive stores fail, so many of them.
    pub fn unlucky(failures: usize) -> Self {
        Self { bad_luck: failures, ..Self::new(0, 0) }
    }

    fn luck(&mut self) -> Luck {
        if self.bad_luck > 0 {
            // Nothing is logged, and nothing else happens: this may be long.
            return Luck::Fails;
        }
        self.instructions += 1;
        assert!(
            self.instructions <= PATIENCE,
            "{PATIENCE} instructions without an end, though nothing comes in between any more.{}",
            self.log
        );
        let luck = LUCK[(self.script % 4) as usize];
        self.script /= 4;
        let now = self.word;
        let other = now.wrapping_add(OTHERS_ADD);
        match luck {
            Luck::Nothing | Luck::Fails => {}
            Luck::Changes => {
                self.word = other;
                self.added += 1;
                self.is_watching = false;
                let _ = write!(self.log, "\n    another core stores {other}");
            }
            Luck::ThereAndBack => {
                self.is_watching = false;
                let _ = write!(self.log, "\n    another core stores {other}, and then {now} again");
            }
        }
        luck
    }
}

impl Core for Scripted {
    fn load_exclusive(&mut self, order: Ordering) -> u32 {
        assert!(
            !matches!(order, Release | AcqRel),
            "`load_exclusive` with {order:?}: a load publishes nothing, and there is no such instruction"
        );
        self.luck();
        self.loads += 1;
        self.is_watching = true;
        self.found = self.word;
        if self.bad_luck == 0 {
            let _ = write!(self.log, "\n    load_exclusive gives {}", self.found);
        }
        self.found
    }

    fn store_exclusive(&mut self, value: u32, order: Ordering) -> bool {
        assert!(
            !matches!(order, Acquire | AcqRel),
            "`store_exclusive` with {order:?}: a store learns nothing, and there is no such instruction"
        );
        let fails = self.luck() == Luck::Fails;
        let succeeds = self.is_watching && !fails;
        self.is_watching = false;
        self.failures += usize::from(fails);
        if self.bad_luck > 0 {
            self.bad_luck -= 1;
            return false;
        }
        let end = match succeeds {
            true => "stores it",
            false if fails => "fails, for no reason",
            false => "fails",
        };
        let _ = write!(self.log, "\n    store_exclusive of {value} {end}");
        if succeeds {
            self.word = value;
            self.stored = Some(value);
        }
        succeeds
    }

    fn clear_exclusive(&mut self) {
        self.is_watching = false;
    }

    fn store(&mut self, value: u32, _: Ordering) {
        self.luck();
        self.is_watching = false;
        self.word = value;
        let _ = write!(self.log, "\n    store of {value}");
    }
}
