//! Nodes that nobody reads do not gather.

use super::super::sync::alloc;

/// Each user puts a value in and takes it out, eight times. What is in use must not grow with the turns: after each of them, each user may have
/// so many blocks of memory.
pub fn stays_bounded<H>(users: &mut [H], each: usize, turn: impl Fn(&mut H)) {
    let before = alloc::blocks_in_use();
    for turns in 1..=8 {
        users.iter_mut().for_each(&turn);
        let more = alloc::blocks_in_use().saturating_sub(before);
        let users = users.len();
        assert!(
            more <= users * each,
            "blocks of memory that are still in use after each of {users} users has put in and taken out a value, {turns} times: {more}"
        );
    }
}
