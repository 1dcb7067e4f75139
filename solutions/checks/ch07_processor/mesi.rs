//! What `ch07_processor/mesi` must do.

use super::subject::{
    self,
    Request::{self, Read, ReadToWrite, Upgrade},
    State::{Exclusive, Invalid, Modified, Shared},
};
use bus::{Event, World};
use grader::Check;

#[path = "mesi_bus/bus.rs"]
mod bus;
#[path = "mesi_bus/explore.rs"]
mod explore;

/// In the order in which they are run. Everything is explored: with two caches and with three, from the state in which nobody
/// has the line, every load, store and eviction, until there is no new state.
pub const CHECKS: &[Check] = &[
    Check::fact("load_of_a_copy_needs_no_bus", loads_hit),
    Check::fact("cache_without_a_copy_keeps_out_of_it", invalid_is_silent),
    Check::fact("at_most_one_cache_puts_the_line_on_the_bus", || explore::all(one_supplier)),
    Check::fact("one_may_write_or_many_may_read", || explore::all(one_writer_or_readers)),
    Check::fact("every_load_gives_what_was_stored_last", || explore::all(copies_are_up_to_date)),
    Check::fact("nothing_that_was_stored_is_lost", || explore::all(nothing_is_lost)),
    Check::fact("line_that_is_fetched_is_kept", fetched_is_kept),
    Check::fact("line_that_nobody_else_has_becomes_exclusive", alone_is_exclusive),
    Check::fact("store_to_a_line_of_ones_own_needs_no_bus", own_line_needs_no_bus),
    Check::fact("copy_that_is_here_is_not_fetched_again", upgrade_without_data),
    Check::fact("readers_share_the_line", readers_share),
    Check::fact("only_a_modified_line_is_written_back", clean_is_dropped),
];

/// No two caches answer one request.
fn one_supplier(world: &World) -> Result<(), String> {
    match world.suppliers[..] {
        [first, second, ..] => Err(format!(
            "caches {first} and {second} put the line on the bus at the same time, and nobody can read either"
        )),
        _ => Ok(()),
    }
}

/// Invariant: single writer, or many readers.
fn one_writer_or_readers(world: &World) -> Result<(), String> {
    let owner = world.position(|copy| matches!(copy.state, Modified | Exclusive));
    let Some(owner) = owner else { return Ok(()) };
    let other = (0..world.caches.len())
        .find(|&cache| cache != owner && world.caches[cache].state != Invalid);
    other.map_or(Ok(()), |other| {
        Err(format!(
            "cache {owner} has the line {:?}, which means that it is alone with it, and cache {other} has it {:?}",
            world.caches[owner].state, world.caches[other].state
        ))
    })
}

/// Invariant: a copy has what was stored last.
fn copies_are_up_to_date(world: &World) -> Result<(), String> {
    if let Some(cache) = world.read_stale {
        return Err(format!(
            "the load of core {cache} gives something older than what was stored last"
        ));
    }
    let stale = world.position(|copy| copy.state != Invalid && copy.is_stale());
    stale.map_or(Ok(()), |cache| {
        Err(format!(
            "cache {cache} has the line {:?}, and in it something older than what was stored last",
            world.caches[cache].state
        ))
    })
}

/// Invariant: memory has what was stored last, or one cache says that it alone has it.
fn nothing_is_lost(world: &World) -> Result<(), String> {
    let owned = world.position(|copy| copy.state == Modified && !copy.is_stale()).is_some();
    if owned || world.memory.iter().all(|&fresh| fresh) {
        return Ok(());
    }
    Err("memory is out of date, but no cache has the line Modified: what was stored last will never get there".into())
}

fn loads_hit() {
    for state in [Modified, Exclusive, Shared] {
        let asked = subject::before_load(state);
        assert!(
            asked.is_none(),
            "a load of a line that is {state:?} asks for {asked:?}: the data is here"
        );
    }
}

fn invalid_is_silent() {
    for request in [Read, ReadToWrite, Upgrade] {
        let answer = subject::answer(Invalid, request);
        assert!(!answer.supplies, "a cache without a copy puts it on the bus, for a {request:?}");
        assert!(
            answer.next == Invalid,
            "a cache without a copy has it {:?} after a {request:?} of another: where would the data come from?",
            answer.next
        );
    }
}

fn fetched_is_kept() {
    for (request, others) in all_requests() {
        assert!(
            subject::after_request(request, others) != Invalid,
            "after a {request:?} the cache has no copy: the next load has to ask again, and so on"
        );
    }
}

fn all_requests() -> impl Iterator<Item = (Request, bool)> {
    [Read, ReadToWrite, Upgrade].into_iter().flat_map(|r| [(r, false), (r, true)])
}

fn alone_is_exclusive() {
    let state = subject::after_request(Read, false);
    assert!(
        state == Exclusive,
        "a cache loads a line that nobody else has, and it is {state:?}. Most data is used by one core alone: Exclusive spares \
         its first store the bus. That is the E of MESI"
    );
}

fn own_line_needs_no_bus() {
    for state in [Exclusive, Modified] {
        let asked = subject::before_store(state);
        assert!(
            asked.is_none(),
            "a store to a line that is {state:?} asks for {asked:?}. Nobody else has a copy: whom would it tell?"
        );
    }
}

fn upgrade_without_data() {
    let asked = subject::before_store(Shared);
    assert!(
        asked != Some(ReadToWrite),
        "a store to a line that is Shared fetches the whole line once more. Invariant: a copy is up to date"
    );
}

fn readers_share() {
    for state in [Shared, Exclusive, Modified] {
        let next = subject::answer(state, Read).next;
        assert!(
            next != Invalid,
            "a cache that has the line {state:?} drops its copy because another wants to read. Two that read would take it from \
             each other for ever"
        );
    }
    // By the bus, since what is said of one state may hang on another.
    let mut world = World::new(2);
    world.run(Event::Load(0));
    world.run(Event::Load(1));
    let states = world.caches.iter().map(|copy| copy.state).collect::<Vec<_>>();
    assert!(states == [Shared, Shared], "two caches have loaded the line, and it is {states:?}");
}

fn clean_is_dropped() {
    for state in [Exclusive, Shared, Invalid] {
        assert!(
            !subject::must_write_back(state),
            "a line that is {state:?} is written back, although memory has the same already"
        );
    }
}
