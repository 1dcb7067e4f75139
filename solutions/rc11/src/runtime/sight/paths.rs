//! Where in the program something happens: a tree of calls.
//!
//! An access is told by the address that the call of the ABI returns to. In code that is not optimised, that is often inside of a
//! function of std (`ptr::write`), and who called it is what a reader wants to know. So the calls that led to an access are kept, as
//! a node of a tree whose edges are return addresses.

use super::Vec;
use hashbrown::{DefaultHashBuilder, HashMap};
use std::alloc::System;
use std::panic::Location;

/// A node: who called, and where.
type Node = (u32, usize);

/// The tree. It only grows: the places of a program are few.
pub struct Paths {
    nodes: Vec<Node>,
    numbers: HashMap<Node, u32, DefaultHashBuilder, System>,
    /// Nodes that were asked for not long ago, each at the only place where it can be.
    recent: [u32; RECENT],
}

/// How many nodes are found without the map.
const RECENT: usize = 4096;

/// The node that nobody called.
pub const ROOT: u32 = 0;

/// The node above those whose address is that of a `Location`.
const OPERATION: u32 = 1;

impl Paths {
    pub fn new() -> Self {
        let mut nodes = super::new_vec();
        nodes.extend_from_slice(&[(ROOT, 0); 2]);
        let numbers = HashMap::with_hasher_in(DefaultHashBuilder::default(), System);
        Self { nodes, numbers, recent: [ROOT; RECENT] }
    }

    /// The node for what happens at `address` after the calls of `parent`.
    #[inline]
    pub fn child(&mut self, parent: u32, address: usize) -> u32 {
        let node = (parent, address);
        // Both are small differences of small numbers; a multiplication spreads them.
        let mixed = (address ^ parent as usize).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as usize);
        let recent = mixed >> (usize::BITS - RECENT.ilog2());
        let number = self.recent[recent];
        if self.nodes[number as usize] == node && number != ROOT {
            return number;
        }
        let number = self.look_up(node);
        self.recent[recent] = number;
        number
    }

    #[cold]
    fn look_up(&mut self, node: Node) -> u32 {
        *self.numbers.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() as u32 - 1
        })
    }

    /// The node of an operation of the checker's that is called at `at`.
    pub fn operation(&mut self, at: &'static Location<'static>) -> u32 {
        self.child(OPERATION, std::ptr::from_ref(at).expose_provenance())
    }

    /// What led to a node, the innermost call first.
    pub fn calls(&self, node: u32) -> impl Iterator<Item = Call> {
        let mut node = node;
        std::iter::from_fn(move || {
            if node <= OPERATION {
                return None;
            }
            let (parent, address) = self.nodes[node as usize];
            node = parent;
            Some(Call { address, is_operation: parent == OPERATION })
        })
    }
}

/// A call that led to a node.
pub struct Call {
    address: usize,
    is_operation: bool,
}

impl Call {
    /// What it returns to.
    pub fn address(&self) -> usize {
        self.address
    }

    /// Where it is, if it is an operation of the checker's.
    pub fn operation(&self) -> Option<&'static Location<'static>> {
        let at = std::ptr::with_exposed_provenance(self.address);
        // SAFETY: `Paths::operation` has made the node of such a reference.
        self.is_operation.then(|| unsafe { &*at })
    }
}

/// A function of the program that has begun.
#[derive(Clone, Copy)]
struct Frame {
    /// Where it will return to.
    address: usize,
    /// Where its part of the stack is.
    stack: usize,
    /// Its node, if that is known; else [`ROOT`].
    node: u32,
}

/// How many calls are kept of each thread. The innermost of a deeper recursion are not told apart.
const DEPTH: usize = 512;

/// The calls that a thread is in.
pub struct Calls {
    frames: [Frame; DEPTH],
    depth: usize,
}

impl Calls {
    pub fn new() -> Self {
        Self { frames: [Frame { address: 0, stack: 0, node: ROOT }; DEPTH], depth: 0 }
    }

    pub fn clear(&mut self) {
        self.depth = 0;
    }

    /// A function begins. `stack` is where its part of the stack ends.
    #[inline]
    pub fn enter(&mut self, address: usize, stack: usize) {
        // A panic ends functions without a word. None of the callers is as deep as the function that they have called.
        while self.depth > 0 && self.top().is_some_and(|frame| frame.stack <= stack) {
            self.depth -= 1;
        }
        if let Some(frame) = self.frames.get_mut(self.depth) {
            *frame = Frame { address, stack, node: ROOT };
        }
        self.depth += 1;
    }

    /// A function ends.
    #[inline]
    pub fn leave(&mut self, stack: usize) {
        while self.depth > 0 {
            let of_callee = self.top().is_some_and(|frame| frame.stack < stack);
            let of_caller = self.top().is_some_and(|frame| frame.stack > stack);
            self.depth -= usize::from(!of_caller);
            if !of_callee {
                return;
            }
        }
    }

    /// The innermost call, if it is not too deep to be kept.
    #[inline]
    fn top(&self) -> Option<&Frame> {
        self.frames.get(self.depth - 1)
    }

    /// The node of the function that runs.
    #[inline]
    pub fn node(&mut self, paths: &mut Paths) -> u32 {
        let depth = self.depth.min(DEPTH);
        match depth.checked_sub(1) {
            None => ROOT,
            Some(last) if self.frames[last].node != ROOT => self.frames[last].node,
            Some(_) => self.find(depth, paths),
        }
    }

    fn find(&mut self, depth: usize, paths: &mut Paths) -> u32 {
        let frames = &mut self.frames[..depth];
        let known = frames.iter().rposition(|frame| frame.node != ROOT);
        let mut node = known.map_or(ROOT, |index| frames[index].node);
        for frame in &mut frames[known.map_or(0, |index| index + 1)..] {
            node = paths.child(node, frame.address);
            frame.node = node;
        }
        node
    }
}
