//! Caches on a bus: one line, of two words. What a transition means is the subject's to say; what it does to the data is not.

use super::super::subject::{
    self,
    Request::{self, Upgrade},
    State::{self, Invalid},
};
use std::fmt::{self, Write as _};

/// A line has several words, and a store writes one of them.
pub const WORDS: usize = 2;

/// Something that a core, or want of room, makes its cache do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Load(usize),
    /// To one word.
    Store(usize, usize),
    Evict(usize),
}

impl Event {
    /// Every event of so many caches.
    pub fn all(caches: usize) -> impl Iterator<Item = Self> {
        (0..caches).flat_map(|cache| {
            let stores = (0..WORDS).map(move |word| Self::Store(cache, word));
            [Self::Load(cache), Self::Evict(cache)].into_iter().chain(stores)
        })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(cache) => write!(f, "core {cache} loads"),
            Self::Store(cache, word) => write!(f, "core {cache} stores word {word}"),
            Self::Evict(cache) => write!(f, "cache {cache} needs the room"),
        }
    }
}

/// A cache's copy. Of each word only this is of interest: is it what was stored last?
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Copy {
    pub state: State,
    pub fresh: [bool; WORDS],
}

impl Copy {
    pub fn is_stale(&self) -> bool {
        self.fresh.contains(&false)
    }
}

/// The caches and memory, and what the last event did.
#[derive(Clone)]
pub struct World {
    pub caches: Vec<Copy>,
    pub memory: [bool; WORDS],
    /// Who put the line on the bus.
    pub suppliers: Vec<usize>,
    /// The core that has read something old.
    pub read_stale: Option<usize>,
    /// What was on the bus, in words.
    pub bus: String,
}

impl World {
    /// Nobody has the line.
    pub fn new(caches: usize) -> Self {
        Self {
            caches: vec![Copy { state: Invalid, fresh: [false; WORDS] }; caches],
            memory: [true; WORDS],
            suppliers: Vec::new(),
            read_stale: None,
            bus: String::new(),
        }
    }

    /// What tells it from other worlds.
    pub fn key(&self) -> (Vec<Copy>, [bool; WORDS]) {
        (self.caches.clone(), self.memory)
    }

    pub fn position(&self, is_so: impl FnMut(&Copy) -> bool) -> Option<usize> {
        self.caches.iter().position(is_so)
    }

    /// One event, to its end: the bus is busy until then, and nothing comes in between.
    pub fn run(&mut self, event: Event) {
        self.suppliers.clear();
        self.read_stale = None;
        self.bus.clear();
        match event {
            Event::Load(cache) => {
                let request = subject::before_load(self.caches[cache].state);
                self.ask(cache, request);
                self.read_stale = self.caches[cache].is_stale().then_some(cache);
            }
            Event::Store(cache, word) => {
                let request = subject::before_store(self.caches[cache].state);
                self.ask(cache, request);
                self.caches.iter_mut().for_each(|copy| copy.fresh[word] = false);
                self.memory[word] = false;
                self.caches[cache].fresh[word] = true;
                self.caches[cache].state = subject::after_store(self.caches[cache].state);
            }
            Event::Evict(cache) => self.evict(cache),
        }
        // What is not there has no contents.
        for copy in self.caches.iter_mut().filter(|copy| copy.state == Invalid) {
            copy.fresh = [false; WORDS];
        }
    }

    fn evict(&mut self, cache: usize) {
        let Copy { state, fresh } = self.caches[cache];
        if subject::must_write_back(state) {
            self.memory = fresh;
            self.bus += "write-back";
        }
        self.caches[cache].state = Invalid;
    }

    fn ask(&mut self, asker: usize, request: Option<Request>) {
        let Some(request) = request else { return };
        let _ = write!(self.bus, "{request:?}");
        let others = |cache: &usize| *cache != asker;
        let shared = (0..self.caches.len()).filter(others).any(|c| self.caches[c].state != Invalid);
        for cache in (0..self.caches.len()).filter(others) {
            let answer = subject::answer(self.caches[cache].state, request);
            if answer.supplies {
                self.suppliers.push(cache);
            }
            self.caches[cache].state = answer.next;
        }
        if let Some(&supplier) = self.suppliers.first() {
            self.memory = self.caches[supplier].fresh;
            let _ = write!(self.bus, ", cache {supplier} answers");
        } else if request != Upgrade {
            self.bus += ", memory answers";
        }
        if request != Upgrade {
            self.caches[asker].fresh = self.memory;
        }
        self.caches[asker].state = subject::after_request(request, shared);
    }
}
