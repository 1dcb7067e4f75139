//! Parts of a search, for several to explore.
//!
//! What is left to explore is a stack of graphs, each with its work. The last piece of work is done first, so what lies at the bottom
//! comes last, and no graph of it depends on what is above. So a search can be cut in two: the lower half of the work, with the
//! graphs that it applies to, is a search of its own, and all of it comes after all of the upper half. Who explores the halves side by side
//! sees what one search would have seen, and can say in which order it would have.

use super::search::{Frame, Search};

/// A part of a search, that nobody has explored yet.
#[derive(Clone, Default)]
pub struct Part {
    /// The first is explored last.
    frames: Vec<Frame>,
}

impl Search {
    /// Takes the half of the work that would be done last, rounded down. `None` if that is nothing.
    pub fn split(&mut self) -> Option<Part> {
        let below: usize = self.frames.iter().map(|frame| frame.work.len()).sum();
        let mut rest = (below + self.work.len()) / 2;
        if rest == 0 {
            return None;
        }
        let whole = self.frames.iter().take_while(|frame| {
            let is_taken = frame.work.len() <= rest;
            rest -= if is_taken { frame.work.len() } else { 0 };
            is_taken
        });
        let whole = whole.count();
        let mut frames: Vec<Frame> = self.frames.drain(..whole).collect();
        if rest > 0 {
            let (graph, work, depth) = match self.frames.first_mut() {
                Some(frame) => (&frame.graph, &mut frame.work, frame.depth),
                None => (&self.graph, &mut self.work, self.depth),
            };
            let work = work.drain(..rest).collect();
            frames.push(Frame { graph: graph.clone(), work, depth });
        }
        Some(Part { frames })
    }

    /// All that is left.
    pub fn whole(&self) -> Part {
        let mut frames = self.frames.clone();
        let (graph, work) = (self.graph.clone(), self.work.clone());
        frames.push(Frame { graph, work, depth: self.depth });
        Part { frames }
    }

    /// Explores `part` and nothing else.
    pub fn begin(&mut self, part: Part) {
        self.frames = part.frames;
        self.work.clear();
        self.deepest = 0;
    }

    /// Explores these parts, too, one after the other, when all else is explored.
    pub fn append(&mut self, parts: impl DoubleEndedIterator<Item = Part>) {
        let mut frames: Vec<Frame> = parts.rev().flat_map(|part| part.frames).collect();
        frames.append(&mut self.frames);
        self.frames = frames;
    }
}
