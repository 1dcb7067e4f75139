//! What `ch10_ideas/lock_free_list` must do.

use super::subject::{Handle, Set};
use super::sync::{self, alloc, cell::Probe, thread, track::Tracked};
use bounded::stays_bounded;
use grader::{Check, Moved, Unit, impls};
use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::MutexGuard;

#[path = "reclaim/bounded.rs"]
mod bounded;
#[path = "clients/lock_free_list.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("set_is_shared_exactly_where_the_keys_are_send_and_sync", is_sync_where_both),
    Check::model("keys_come_and_go_in_any_order", alone),
    Check::model("keys_and_nodes_are_freed_once", frees_once),
    Check::model("set_is_dropped_with_nodes_that_were_removed", drops_what_is_marked),
    Check::fact("many_keys_that_are_left_are_dropped", drops_many),
    Check::counted("nodes_that_nobody_reads_are_freed_but_for_a_few", frees_soon),
    Check::model("what_was_done_before_an_insert_happens_before_the_key_is_found", hand_over),
    Check::model("of_two_that_insert_or_remove_a_key_one_succeeds", same_key),
    Check::model("key_behind_one_that_is_removed_is_not_lost", behind_a_removed_one),
    Check::model("neighbours_can_be_removed_at_once", neighbours),
    Check::model("node_is_not_freed_while_another_thread_reads_it", read_beside_remove),
    Check::model("three_threads_hand_on_what_they_know", three_threads),
    Check::counted("every_small_program_does_what_a_set_does", clients::check::<small::Sets>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Sets>,
    ),
];

fn is_sync_where_both() {
    assert!(
        impls!(Set<u8>: Sync) && impls!(Handle<'static, u8>: Send),
        "a set of `u8` is not `Sync`, or its handle not `Send`: no two threads could use it"
    );
    assert!(
        !impls!(Set<Cell<u8>>: Sync),
        "a set of `Cell<u8>`, which is not `Sync`, is `Sync`. Two threads compare with a key at once"
    );
    assert!(
        !impls!(Set<*const u8>: Sync) && !impls!(Set<*const u8>: Send),
        "a set of `*const u8`, which is not `Send`, is `Sync` or `Send`. Another thread drops the key"
    );
    assert!(
        !impls!(Handle<'static, MutexGuard<'static, u8>>: Send),
        "a handle to a set of `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
    assert!(impls!(Set<Cell<u8>>: Send), "a set of keys that are `Send` is not `Send`");
}

/// A key whose every use is watched, and that must be dropped exactly once.
pub struct Key(Tracked<Probe>);

pub fn key(number: u32) -> Key {
    let mut key = Tracked::new(Probe::new(0));
    key.set(number);
    Key(key)
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.get().cmp(&other.0.get())
    }
}

fn insert(handle: &mut Handle<'_, Key>, number: u32) -> bool {
    handle.insert(key(number))
}

fn remove(handle: &mut Handle<'_, Key>, number: u32) -> bool {
    handle.remove(&key(number))
}

/// Which keys from 1 to 4 are in the set.
fn keys(handle: &mut Handle<'_, Key>) -> Vec<u32> {
    (1..5).filter(|number| handle.contains(&key(*number))).collect()
}

fn alone() {
    for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1], [1, 3, 2]] {
        sync::Model::new().faults(0).check(move || {
            let mut set = Set::new(1);
            let handle = &mut set.handles()[0];
            assert!(!remove(handle, 1), "`remove` found a key in an empty set");
            for number in order {
                assert!(insert(handle, number), "`insert` of {number} says that it was there");
            }
            assert_eq!(keys(handle), [1, 2, 3], "what is in the set after {order:?} were put in");
            assert!(!insert(handle, 2), "a second `insert` of 2 says that it was not there");
            for number in order {
                assert!(remove(handle, number), "`remove` of {number} says that it was not there");
                assert!(
                    !remove(handle, number),
                    "a second `remove` of {number} says that it was there"
                );
            }
            assert!(insert(handle, 2), "`insert` of 2 into an empty set says that it was there");
            assert_eq!(keys(handle), [2], "what is in the set");
        });
    }
}

fn frees_once() {
    // What leaks, and what is freed or dropped twice, is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        drop(Set::<Key>::new(2));
        let mut set = Set::new(2);
        for handle in &mut set.handles() {
            for number in 1..8 {
                insert(handle, number);
            }
            remove(handle, 2);
        }
        assert_eq!(
            keys(&mut set.handles()[1]),
            [1, 3, 4],
            "what is in the set, through a new handle"
        );
        drop(set);
    });
}

/// A number, and what counts that it is dropped.
struct Numbered(usize, #[allow(dead_code, reason = "it is dropped")] Unit);

impl PartialEq for Numbered {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Numbered {}

impl PartialOrd for Numbered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Numbered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

/// A node that was removed may still be in the list when nobody comes by any more.
fn drops_what_is_marked() {
    sync::model(|| {
        let mut set = Set::new(2);
        let mut handles = set.handles();
        insert(&mut handles[0], 2);
        insert(&mut handles[0], 3);
        let acts: [Act<Key>; 2] = [|set| remove(set, 2), |set| insert(set, 1)];
        assert_eq!(
            together(&mut handles, acts),
            [true; 2],
            "what two threads got, which removed 2 and inserted 1"
        );
    });
}

fn drops_many() {
    grader::on_small_stack(|| {
        let mut set = Set::new(1);
        // Each comes before all others, so that its place is found at once.
        (0..Unit::MANY).rev().for_each(|number| {
            set.handles()[0].insert(Numbered(number, Unit));
        });
    });
    assert_eq!(
        Unit::dropped(),
        Unit::MANY,
        "keys that were left in the set, and are dropped with it"
    );
}

fn frees_soon() {
    sync::Model::new().faults(0).check(|| {
        let mut set = Set::new(3);
        // Until there are more than users, and a list.
        stays_bounded(&mut set.handles(), 5, |handle| {
            handle.insert(key(1));
            assert!(handle.remove(&key(1)), "`remove` of 1 says that it did nothing");
        });
    });
    // The last first: no step walks over what was removed before it.
    sync::Model::new().faults(0).check(|| {
        let mut set = Set::new(1);
        let mut handles = set.handles();
        let before = alloc::blocks_in_use();
        for number in 1..=10 {
            handles[0].insert(key(number));
        }
        for number in (1..=10).rev() {
            assert!(handles[0].remove(&key(number)), "`remove` of {number} says that it did nothing");
        }
        let more = alloc::blocks_in_use().saturating_sub(before);
        assert!(
            more <= 5,
            "blocks of memory that are still in use after one user has put in 10 keys and taken them out, the last first: {more}"
        );
    });
}

type Act<T> = fn(&mut Handle<'_, T>) -> bool;

/// What threads get that do something at once.
fn together<T, const N: usize>(handles: &mut [Handle<'_, T>], acts: [Act<T>; N]) -> [bool; N] {
    let mut got = [false; N];
    let (first, others) = handles.split_first_mut().expect("as many handles as threads");
    thread::scope(|scope| {
        let others = acts.into_iter().skip(1).zip(others).map(|(act, handle)| {
            let handle = Moved(handle);
            scope.spawn(move || act(handle.here()))
        });
        let others: Vec<_> = others.collect();
        got[0] = acts[0](first);
        for (other, got) in others.into_iter().zip(&mut got[1..]) {
            *got = other.join().unwrap();
        }
    });
    got
}

/// Threads that do something at once, on a set with these keys: what each got, and which keys are there in the end.
fn at_once<const N: usize>(numbers: &[u32], acts: [Act<Key>; N]) -> ([bool; N], Vec<u32>) {
    among(N, numbers, acts)
}

/// As [`at_once`], by the first and the last ones of so many users.
fn among<const N: usize>(
    users: usize,
    numbers: &[u32],
    acts: [Act<Key>; N],
) -> ([bool; N], Vec<u32>) {
    let mut set = Set::new(users);
    let mut handles = set.handles();
    drop(handles.drain(1..=users - N));
    for number in numbers {
        insert(&mut handles[0], *number);
    }
    let got = together(&mut handles, acts);
    let left = keys(&mut handles[0]);
    (got, left)
}

fn hand_over() {
    sync::model(|| {
        let (got, left) = at_once(&[], [|set| insert(set, 1), |set| set.contains(&key(1))]);
        assert!(got[0], "`insert` into an empty set says that the key was there");
        assert_eq!(left, [1], "what is in the set after 1 was put in");
    });
}

fn same_key() {
    sync::model(|| {
        let (got, left) = at_once(&[], [|set| insert(set, 1), |set| insert(set, 1)]);
        assert!(got[0] != got[1], "two threads inserted the same key, and both got {}", got[0]);
        assert_eq!(left, [1], "what is in the set after 1 was put in twice");
    });
    sync::model(|| {
        let (got, left) = at_once(&[1], [|set| remove(set, 1), |set| remove(set, 1)]);
        assert!(got[0] != got[1], "two threads removed the same key, and both got {}", got[0]);
        assert_eq!(left, [0; 0], "what is in the set after 1 was removed twice");
    });
}

fn behind_a_removed_one() {
    sync::model(|| {
        let (got, left) = at_once(&[1], [|set| remove(set, 1), |set| insert(set, 2)]);
        assert_eq!(
            (got, &*left),
            ([true; 2], &[2][..]),
            "what two threads got, one of which removed 1 and the other put 2 in, and what is there"
        );
    });
}

fn neighbours() {
    sync::model(|| {
        let (got, left) = at_once(&[1, 2, 3], [|set| remove(set, 1), |set| remove(set, 2)]);
        assert_eq!(
            (got, &*left),
            ([true; 2], &[3][..]),
            "what two threads that removed 1 and 2 of 1, 2, 3 got, and what is there"
        );
    });
}

fn read_beside_remove() {
    sync::model(|| {
        let removes: Act<Key> = |set| remove(set, 1) && remove(set, 2);
        let (got, left) = among(6, &[1, 2], [removes, |set| set.contains(&key(3))]);
        assert_eq!(
            (got, &*left),
            ([true, false], &[][..]),
            "what two threads got, one of which removed 1 and 2, and what is there"
        );
    });
    // Who takes 2 out, and goes on to 3, still reads the link in 1.
    sync::Model::new().faults(0).check(|| {
        let removes: Act<Key> = |set| remove(set, 2) && remove(set, 1);
        let (got, left) = at_once(&[1, 2, 3], [removes, |set| set.contains(&key(3))]);
        assert_eq!(
            (got, &*left),
            ([true; 2], &[3][..]),
            "what two threads got, one of which removed 2 and 1 and one looked for 3, and what is there"
        );
    });
}

/// The keys are plain numbers, nobody looks at the set in the end, and who looks for 1 need not go on to 2: otherwise, this one would be
/// large.
fn three_threads() {
    let check = |removes: Act<u32>, helps: Act<u32>| {
        sync::Model::new().faults(0).check(move || {
            let mut set = Set::new(3);
            let mut handles = set.handles();
            handles[0].insert(1);
            let [removed, helped, _] =
                together(&mut handles, [removes, helps, |set| set.contains(&1)]);
            assert!(removed && helped, "`remove` of 1, or `insert` of 2, says that it did nothing");
        });
    };
    check(|set| set.remove(&1), |set| set.insert(2));
    // It may take 1 out of the list, whether it finds it or not.
    let helps: Act<u32> = |set| {
        set.contains(&1);
        true
    };
    check(|set| set.insert(2) && set.remove(&1), helps);
}
