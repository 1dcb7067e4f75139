//! What ties the objects of a program to the locations of a graph.

use crate::core::event::Loc;
use crate::runtime::alloc;
use crate::runtime::failure::Failure;
use crate::runtime::state::{Engine, Owner};
use std::sync::atomic::{AtomicU64, Ordering};

/// What ties an object of the program to a location of the graph: the number of the execution, and the location.
///
/// The first event of an execution that touches an object gives it its location: the one that the graph has there, or a
/// new one. So the program may create, move and drop objects as it likes.
#[derive(Debug)]
pub struct Tag(AtomicU64);

const LOC_BITS: u32 = 16;

impl Tag {
    #[inline]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    // Relaxed, here and below: an execution runs on one OS thread, and two that share the object are given up.
    pub fn get(&self, number: u64) -> Option<Loc> {
        let tag = self.0.load(Ordering::Relaxed);
        (tag >> LOC_BITS == number).then_some(tag as Loc)
    }

    /// Returns the number of the execution that has used the object before, or 0. In one step: of two executions that use it at the same
    /// time, one learns of the other.
    fn set(&self, number: u64, loc: Loc) -> u64 {
        self.0.swap(number << LOC_BITS | u64::from(loc), Ordering::Relaxed) >> LOC_BITS
    }

    pub fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// An object of the program: its tag, and its value before the first access of an execution.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    pub tag: &'a Tag,
    pub init: u64,
    /// The memory that stands for its value: address and length.
    pub memory: (usize, usize),
}

impl<'a> Object<'a> {
    /// An object that is its tag, whose value is at first `init`.
    pub fn new(tag: &'a Tag, init: u64) -> Self {
        Self { tag, init, memory: (std::ptr::from_ref(tag).addr(), size_of::<Tag>()) }
    }

    /// An object whose value stands for what is in `memory`.
    pub fn at<T: ?Sized>(tag: &'a Tag, init: u64, memory: *const T, len: usize) -> Self {
        Self { tag, init, memory: (memory.addr(), len) }
    }

    /// An object that stands for no memory.
    pub fn nowhere(tag: &'a Tag, init: u64) -> Self {
        Self { tag, init, memory: (0, 0) }
    }
}

/// What an operation accesses.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    Object(Object<'a>),
    Word(Owner),
    /// A location that is already bound.
    Loc(Loc),
}

impl Target<'_> {
    pub fn bind(self, engine: &mut Engine, loc: Loc) {
        match self {
            Target::Object(object) => engine.bind(object, loc),
            Target::Word(owner) => engine.bind_word(owner, loc),
            Target::Loc(_) => {}
        }
    }

    pub fn locate(self, engine: &mut Engine) -> Loc {
        match self {
            Target::Object(object) => engine.locate(object),
            Target::Word(owner) => engine.word(owner),
            Target::Loc(loc) => loc,
        }
    }
}

impl Engine {
    /// The location of `object` in an event that is already in the graph.
    pub fn bind(&mut self, object: Object<'_>, loc: Loc) {
        alloc::note(object.tag, loc);
        match object.tag.get(self.number) {
            Some(known) if known == loc => {}
            Some(_) => self.failure = Some(Failure::nondeterminism(self)),
            None => {
                self.tie(object.tag, loc);
                self.search.graph.places[usize::from(loc)].init = object.init;
            }
        }
    }

    fn tie(&mut self, tag: &Tag, loc: Loc) {
        let before = tag.set(self.number, loc);
        if before != 0 && before != self.number && !self.is_for_one {
            self.is_found_to_be_for_one();
        }
    }

    /// The location of `object` in an event that is to be added.
    pub fn locate(&mut self, object: Object<'_>) -> Loc {
        let loc = object.tag.get(self.number).unwrap_or_else(|| {
            let loc = self.search.graph.new_place();
            self.search.graph.places[usize::from(loc)].init = object.init;
            self.tie(object.tag, loc);
            loc
        });
        alloc::note(object.tag, loc);
        loc
    }

    /// One of the engine's own words, whose initial value is 0.
    pub fn word(&mut self, owner: Owner) -> Loc {
        if let Some((_, loc)) = self.words.iter().find(|(o, _)| *o == owner) {
            return *loc;
        }
        // An event of the graph that uses the word has bound it before anything can be added.
        let loc = self.search.graph.new_place();
        self.search.graph.places[usize::from(loc)].init = 0;
        self.words.push((owner, loc));
        loc
    }

    pub fn bind_word(&mut self, owner: Owner, loc: Loc) {
        if !self.words.iter().any(|(o, _)| *o == owner) {
            self.words.push((owner, loc));
        }
    }
}
