//! What `ch03_memory_ordering/one_fence_n_flags` must do.

use super::subject::Board;
use super::sync::{
    self, atomic::Ordering::Relaxed, catch_panic, cell::Probe, counters, judge, panic_quietly,
    thread,
};
use grader::{Check, Shared};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("new_board_has_no_message", empty),
    Check::counted("board_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("message_stays_at_the_place_of_its_sender", places),
    Check::model("what_a_sender_wrote_happens_before_what_a_reader_reads", hand_over),
    Check::model("two_senders_are_both_read_behind_one_fence", two_senders),
    Check::model("two_readers_read_the_same_message", two_readers),
    Check::counted("many_messages_cost_one_fence", one_fence),
    Check::counted("board_without_messages_costs_no_fence", no_fence),
    Check::counted("flags_are_looked_at_with_relaxed_loads", relaxed_loads),
    Check::model("message_whose_writing_panicked_is_not_there", write_panics),
    Check::model("sender_that_does_not_exist_panics_and_changes_nothing", no_such_sender),
];

/// Posts, once for each index.
fn post<const N: usize>(board: &Board<u8, N>, index: usize, number: u8) {
    // SAFETY: each check calls this once for an index.
    unsafe { board.post(index, |message| *message = number) }
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let board = Board::<u8, 2>::new();
        post(&board, 0, 1);
        let _ = board.read_all();
    });
}

fn empty() {
    sync::model(|| {
        assert_eq!(Board::<u8, 3>::new().read_all(), [None; 3], "a new board has a message");
        assert_eq!(Board::<u8, 3>::default().read_all(), [None; 3], "a new board has a message");
    });
}

fn places() {
    sync::model(|| {
        let board = Board::<u8, 3>::new();
        post(&board, 2, 12);
        assert_eq!(
            board.read_all(),
            [None, None, Some(&12)],
            "sender 2 has posted 12, no other has"
        );
        post(&board, 0, 10);
        let both = [Some(&10), None, Some(&12)];
        assert_eq!(board.read_all(), both, "senders 0 and 2 have posted, sender 1 has not");
        assert_eq!(board.read_all(), both, "reading has changed the board");
        // More places than a word has bits.
        let board = Board::<u8, 130>::new();
        post(&board, 129, 29);
        let mut all = [None; 130];
        all[129] = Some(&29);
        assert_eq!(board.read_all(), all, "of 130 senders only the last has posted");
    });
}

/// A message is a probe, whose every access is watched.
type Messages = Board<Probe, 2>;

fn send(board: &Messages, index: usize, number: u32) {
    // SAFETY: each check calls this once for an index.
    unsafe { board.post(index, |message| message.set(number)) }
}

fn read(board: &Messages) -> [Option<u32>; 2] {
    board.read_all().map(|message| message.map(|message| message.get()))
}

fn hand_over() {
    sync::model(|| {
        let board = Shared::new(Messages::new());
        let theirs = board.clone();
        let sender = thread::spawn(move || send(&theirs, 1, 7));
        let seen = read(&board);
        assert!(
            seen == [None, None] || seen == [None, Some(7)],
            "sender 1 posts 7 and nobody else posts, but the reader found {seen:?}"
        );
        sender.join().unwrap();
        assert_eq!(
            read(&board),
            [None, Some(7)],
            "the sender has ended, but its message is not there"
        );
    });
}

fn two_senders() {
    sync::model(|| {
        let board = Shared::new(Messages::new());
        let senders: Vec<_> = (0..2)
            .map(|index| {
                let theirs = board.clone();
                thread::spawn(move || send(&theirs, index, 10 + index as u32))
            })
            .collect();
        for (message, number) in read(&board).into_iter().zip(10..) {
            assert!(
                message.is_none_or(|message| message == number),
                "{number} was posted, but the reader found {message:?}"
            );
        }
        for sender in senders {
            sender.join().unwrap();
        }
        assert_eq!(read(&board), [Some(10), Some(11)], "both senders have ended");
    });
}

fn two_readers() {
    sync::model(|| {
        let board = Shared::new(Messages::new());
        let theirs = board.clone();
        let reader = thread::spawn(move || read(&theirs));
        let theirs = board.clone();
        let sender = thread::spawn(move || send(&theirs, 0, 7));
        let seen = [read(&board), reader.join().unwrap()];
        sender.join().unwrap();
        for message in seen {
            assert!(matches!(message, [None | Some(7), None]), "7 was posted; found {message:?}");
        }
    });
}

fn one_fence() {
    sync::model(|| {
        let board = Board::<u8, 4>::new();
        for index in 0..4 {
            post(&board, index, 1);
        }
        let before = counters();
        let _ = board.read_all();
        let fences = counters().fences - before.fences;
        assert_eq!(
            fences, 1,
            "with four messages on the board, one fence was expected after the four loads"
        );
        let rmws = counters().rmws - before.rmws;
        assert_eq!(rmws, 0, "reading the board needs no read-modify-write: it changes nothing");
    });
}

fn no_fence() {
    sync::model(|| {
        let board = Board::<u8, 4>::new();
        let _ = board.read_all();
        assert_eq!(counters().fences, 0, "there is no message, so there is nothing to order");
    });
}

fn relaxed_loads() {
    let asked = judge::orderings(|| {
        let board = Board::<u8, 2>::new();
        post(&board, 0, 1);
        let _ = board.read_all();
    });
    for load in asked.iter().filter(|asked| asked.operation == "load") {
        assert!(
            load.order == Relaxed,
            "{load}: the fence behind it does all that this ordering does, and does it once for all flags"
        );
    }
}

/// What a call did when it returned.
struct Returned;

fn no_such_sender() {
    sync::model(|| {
        let board = Board::<u8, 3>::new();
        post(&board, 0, 10);
        for index in [3, 4, 6, usize::MAX] {
            let payload = catch_panic(|| {
                post(&board, index, 99);
                panic_quietly(Returned);
            });
            assert!(
                !payload.is::<Returned>(),
                "sender {index} has posted on a board for three, numbered from 0. This must panic: whoever counts wrong loses a message"
            );
        }
        assert_eq!(
            board.read_all(),
            [Some(&10), None, None],
            "sender 0 has posted 10; then senders that do not exist tried to post 99. The board must be as it was"
        );
    });
}

fn write_panics() {
    sync::model(|| {
        let board = Board::<u8, 2>::new();
        drop(catch_panic(|| {
            // SAFETY: once for this index.
            unsafe { board.post(1, |_| panic_quietly(7_u32)) }
        }));
        assert_eq!(
            board.read_all(),
            [None, None],
            "`write` has panicked, so the message is not written, but the board shows it: the flag is set *after* `write`, not on every \
             way out"
        );
    });
}
