//! What `ch07_processor/cache_padding` must do.

use super::subject::{BLOCK, CachePadded, Indices};
use grader::{Check, impls};
use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

/// In the order in which they are run. All of it is known when the program is compiled: where what lies. Nothing is timed.
pub const CHECKS: &[Check] = &[
    Check::fact("padded_value_has_its_blocks_to_itself", has_blocks),
    Check::fact("padding_fills_the_last_block_and_no_more", is_small),
    Check::fact("padded_value_can_be_used_as_the_value", is_the_value),
    Check::fact("indices_are_five_places_with_their_first_values", are_five),
    Check::fact("sender_and_receiver_write_to_different_blocks", sides_are_apart),
    Check::fact("what_nobody_writes_is_in_no_block_that_is_written", capacity_is_apart),
    Check::fact("queues_side_by_side_share_no_block", rows_are_apart),
    Check::fact("indices_are_no_larger_than_four_blocks", indices_are_small),
];

fn has_blocks() {
    assert_eq!(BLOCK, 128, "the size of a block");
    let align = align_of::<CachePadded<u8>>();
    assert!(
        align >= BLOCK,
        "a padded value may begin at any multiple of {align}, so in the middle of a block: whatever stands before it may be in the \
         same one"
    );
    for (size, what) in [
        (size_of::<CachePadded<u8>>(), "a padded byte"),
        (size_of::<CachePadded<[u64; 16]>>(), "128 padded bytes"),
        (size_of::<CachePadded<[u8; 129]>>(), "129 padded bytes"),
    ] {
        assert!(
            size.is_multiple_of(BLOCK),
            "{what} take {size} bytes: the next value begins in the last block of this one"
        );
    }
}

fn is_small() {
    let sizes = [
        size_of::<CachePadded<u8>>(),
        size_of::<CachePadded<[u64; 16]>>(),
        size_of::<CachePadded<[u8; 129]>>(),
    ];
    assert_eq!(
        sizes,
        [BLOCK, BLOCK, 2 * BLOCK],
        "what 1, 128 and 129 bytes take when they are padded"
    );
}

fn is_the_value() {
    let mut padded = CachePadded::new(String::from("a"));
    padded.push('b');
    assert_eq!(padded.len(), 2, "the length of a padded string");
    assert_eq!(padded.into_inner(), "ab", "the string that was padded");
    let is_sync = impls!(CachePadded<u8>: Sync) && !impls!(CachePadded<Cell<u8>>: Sync);
    assert!(is_sync, "whether a padded value may be shared is not what it is for the value");
}

/// The name of a field, its address in a queue of indices that begins at a multiple of the alignment, and who writes it.
fn fields(indices: &Indices) -> [(&'static str, usize, Option<&'static str>); 5] {
    let base = std::ptr::from_ref(indices).addr();
    let at = |field: *const u8| field.addr().wrapping_sub(base);
    [
        ("tail", at(std::ptr::from_ref(indices.tail()).cast()), Some("the sender")),
        ("head_seen", at(std::ptr::from_ref(indices.head_seen()).cast()), Some("the sender")),
        ("head", at(std::ptr::from_ref(indices.head()).cast()), Some("the receiver")),
        ("tail_seen", at(std::ptr::from_ref(indices.tail_seen()).cast()), Some("the receiver")),
        ("capacity", at(std::ptr::from_ref(indices.capacity()).cast()), None),
    ]
}

/// A number of which no byte is zero, so that no part of it can be left out.
const CAPACITY: usize = usize::MAX / 3;

fn are_five() {
    let indices = Indices::new(CAPACITY);
    let all = [indices.tail(), indices.head_seen(), indices.head(), indices.tail_seen()];
    for index in all {
        assert_eq!(index.load(Relaxed), 0, "an index of an empty queue");
    }
    assert_eq!(*indices.capacity(), CAPACITY, "the capacity of a queue for {CAPACITY} messages");
    let fields = fields(&indices);
    for (at, (name, place, _)) in fields.iter().enumerate() {
        for (other, same, _) in &fields[..at] {
            assert_ne!(place, same, "`{name}` and `{other}` are at the same place. The place");
        }
        assert!(
            place + size_of::<usize>() <= size_of::<Indices>(),
            "`{name}` is not in the `Indices`, but behind a pointer: one more line to fetch"
        );
    }
}

/// Fails if two fields for which `clash` holds can be in one block, wherever the indices are put.
fn apart(clash: fn(Option<&str>, Option<&str>) -> bool) {
    let indices = Indices::new(8);
    let fields = fields(&indices);
    for base in (0..BLOCK).step_by(align_of::<Indices>()) {
        let block = |place: usize| (base + place) / BLOCK;
        for (at, &(name, place, writer)) in fields.iter().enumerate() {
            for &(other, same, by) in &fields[..at] {
                assert!(
                    !(clash(writer, by) && block(place) == block(same)),
                    "`{other}` and `{name}`, {} bytes apart, can be in the same block of {BLOCK} bytes.\n  {} {}",
                    place.abs_diff(same),
                    tell(other, by),
                    tell(name, writer)
                );
            }
        }
    }
}

fn tell(name: &str, writer: Option<&str>) -> String {
    writer.map_or_else(
        || format!("Nobody writes `{name}`, and each write to its line takes it out of all other caches."),
        |writer| format!("{} writes `{name}`.", writer.replacen('t', "T", 1)),
    )
}

fn sides_are_apart() {
    apart(|one, other| one.is_some() && other.is_some() && one != other);
}

fn capacity_is_apart() {
    apart(|one, other| one.is_some() != other.is_some());
}

fn rows_are_apart() {
    let (size, align) = (size_of::<Indices>(), align_of::<Indices>());
    let indices = Indices::new(8);
    for base in (0..BLOCK).step_by(align) {
        for (name, place, _) in fields(&indices) {
            for (other, same, _) in fields(&indices) {
                assert_ne!(
                    (base + place) / BLOCK,
                    (base + size + same) / BLOCK,
                    "in an array, `{name}` of one queue and `{other}` of the next can be in the same block. That block"
                );
            }
        }
    }
}

fn indices_are_small() {
    let size = size_of::<Indices>();
    assert!(
        size <= 4 * BLOCK,
        "the indices take {size} bytes. Caches are small, and here padding fills them: fields that the same thread writes \
         may share a block"
    );
}
