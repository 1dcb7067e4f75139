//! The threads of a program, and the rows of the graph that they have.

use crate::core::clock::{Clock, MAX_THREADS};
use crate::core::event::{EventId, Kind};
use crate::runtime::locals::Locals;
use crate::runtime::object::Tag;
use crate::runtime::state::{Engine, Entry, Status, ThreadKey};

impl Engine {
    /// Can the thread go on?
    pub fn can_run(&self, thread: usize) -> bool {
        if self.left > 0 {
            let unfinished = self.cursor[thread] < self.search.graph.threads[thread].len();
            return unfinished
                && match self.status[thread] {
                    Status::Absent | Status::Done => false,
                    Status::Waiting(needs) => needs.index() < self.cursor[needs.thread()],
                    _ => true,
                };
        }
        match self.status[thread] {
            Status::Ready | Status::Waiting(_) => true,
            Status::Joining(child) => self.end_of(child).is_some(),
            Status::Asleep { since, .. } => self.woken_by(since).is_some(),
            Status::Absent | Status::Stuck(_) | Status::Done => false,
        }
    }

    /// The last event of a thread that has ended.
    pub fn end_of(&self, thread: ThreadKey) -> Option<EventId> {
        let ThreadKey { row, begin } = thread;
        let events = &self.search.graph.threads[row];
        let end = if begin == self.begins[row] {
            let last = events.len().checked_sub(1).filter(|last| *last >= begin);
            last.filter(|last| events[*last].kind == Kind::End)
        } else {
            // The row has another thread by now.
            (begin..events.len()).find(|index| events[*index].kind == Kind::End)
        };
        end.map(|end| EventId::new(row, end))
    }

    /// The object by which a thread tells that it has ended. It stays where it is until the execution has ended.
    pub fn end_tag(&self, thread: ThreadKey) -> Option<*const Tag> {
        let slot = self.slots.iter().find(|(key, _)| *key == thread);
        slot.map(|(_, slot)| &raw const *slot.ended())
    }

    /// The thread that a row belongs to now.
    pub fn key_of(&self, row: usize) -> ThreadKey {
        ThreadKey { row, begin: self.begins[row] }
    }

    /// What happens before the next event of the current thread.
    pub fn known(&self) -> Clock {
        let last = self.cursor[self.current].checked_sub(1);
        last.map_or(Clock::default(), |last| self.search.graph.threads[self.current][last].hb)
    }

    /// A row for a new thread: one without a thread, or one whose thread has ended, as the current one knows.
    pub fn free_row(&self) -> Option<usize> {
        let known = self.known();
        let is_over = |row: &usize| {
            self.status[*row] == Status::Done
                && self.end_of(self.key_of(*row)).is_some_and(|end| known.has(end))
        };
        let absent = (0..MAX_THREADS).find(|row| self.status[*row] == Status::Absent);
        absent.or_else(|| (1..MAX_THREADS).find(is_over))
    }

    /// Registers what a new thread will run.
    pub fn add_thread(&mut self, row: usize, entry: Entry) -> ThreadKey {
        if let Some(ended) = self.threads[row].take() {
            self.stacks.push(ended.into_stack());
        }
        self.entries[row] = Some(entry);
        self.status[row] = Status::Ready;
        self.spins[row].clear();
        self.gates[row].close();
        self.unfinished[row] = None;
        self.expecting[row].clear();
        self.panicking[row] = false;
        self.begins[row] = self.cursor[row];
        self.locals[row] = Locals::default();
        self.key_of(row)
    }
}
