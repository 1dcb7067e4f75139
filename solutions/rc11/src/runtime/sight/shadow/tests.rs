//! The shadow against a comparison of all accesses with all.

use super::{Kind, Now, Place, Shadow};
use crate::core::clock::MAX_THREADS;
use proptest::prelude::*;

/// A step of a program: an access, or a message from one thread to another.
#[derive(Clone, Copy, Debug)]
enum Step {
    Access { thread: usize, at: usize, len: usize, kind: Kind },
    Message { from: usize, to: usize },
}

const THREADS: usize = 4;

/// The bytes lie about the end of a page.
const BASE: usize = 3 * super::PAGE - 20;

fn step() -> impl Strategy<Value = Step> {
    let kinds = [Kind::READ, Kind::WRITE, Kind::ATOMIC_READ, Kind::ATOMIC_WRITE];
    let kind = prop::sample::select(kinds.to_vec());
    let access = (0..THREADS, 0..28_usize, 1..17_usize, kind);
    let access = access.prop_map(|(thread, at, len, kind)| Step::Access { thread, at, len, kind });
    let message = (0..THREADS, 0..THREADS).prop_map(|(from, to)| Step::Message { from, to });
    prop_oneof![3 => access, 2 => message]
}

/// The clocks of the threads, with an event at each message.
struct Clocks([[u16; MAX_THREADS]; THREADS]);

impl Clocks {
    fn message(&mut self, from: usize, to: usize) {
        self.0[from][from] += 1;
        let sent = self.0[from];
        for (mine, theirs) in self.0[to].iter_mut().zip(sent) {
            *mine = (*mine).max(theirs);
        }
        self.0[to][to] += 1;
    }

    fn now(&self, thread: usize) -> Now {
        Now { thread: thread as u8, epoch: self.0[thread][thread], clock: self.0[thread] }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Whether an access races with one before is what it is if all are kept, byte for byte.
    #[test]
    fn nothing_is_forgotten_that_a_later_access_races_with(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut shadow = Shadow::new();
        shadow.clear();
        let mut clocks = Clocks([[0; MAX_THREADS]; THREADS]);
        let mut all: Vec<(usize, usize, usize, Kind, u16)> = Vec::new();
        for step in steps {
            let (thread, at, len, kind) = match step {
                Step::Message { from, to } => {
                    clocks.message(from, to);
                    continue;
                }
                Step::Access { thread, at, len, kind } => (thread, at, len, kind),
            };
            let now = clocks.now(thread);
            let races = all.iter().any(|&(other, from, other_len, other_kind, epoch)| {
                let overlap = from < at + len && at < from + other_len;
                let ordered = other == thread || now.clock[other] > epoch;
                overlap && !ordered && kind.conflicts(other_kind)
            });
            let range = (BASE + at, len);
            if shadow.is_known(range, kind, &now) {
                prop_assert!(!races, "a race with an access that is taken for known");
            }
            let met = shadow.access(range, kind, &now, Place::of_call(0));
            prop_assert_eq!(met.is_some(), races);
            if races {
                return Ok(());
            }
            all.push((thread, at, len, kind, now.epoch));
        }
    }
}

#[test]
fn access_to_no_bytes_is_none() {
    let mut shadow = Shadow::new();
    shadow.clear();
    for at in BASE..BASE + 9 {
        let now = Now::default();
        assert!(shadow.is_known((at, 0), Kind::WRITE, &now));
        assert!(shadow.access((at, 0), Kind::WRITE, &now, Place::of_call(0)).is_none());
    }
    let other = Now { thread: 1, ..Now::default() };
    assert!(shadow.access((BASE, 8), Kind::WRITE, &other, Place::of_call(0)).is_none());
}

#[test]
fn execution_begins_with_an_empty_shadow() {
    let mut shadow = Shadow::new();
    let now = |thread| Now { thread, ..Now::default() };
    for _ in 0..3 {
        shadow.clear();
        assert!(shadow.access((BASE, 8), Kind::WRITE, &now(0), Place::of_call(0)).is_none());
        assert!(shadow.access((BASE, 8), Kind::READ, &now(1), Place::of_call(0)).is_some());
    }
}
