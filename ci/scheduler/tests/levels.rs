//! What the page promises of its levels.

mod axioms;
mod checker;

use axioms::Naive;
use scheduler::level::{LEVELS, Level};
use scheduler::page;
use scheduler::play::{Broken, No, Play};
use scheduler::program::Line;
use scheduler::states::{self, Choice, State};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering::SeqCst;

/// The way by which a state was found.
fn way(states: &[State<'_>], mut at: usize) -> Vec<Choice> {
    let mut way = Vec::new();
    while let Some((before, choice)) = states[at].from {
        way.push(choice);
        at = before;
    }
    way.reverse();
    way
}

/// Plays, and tells of each step to the second implementation.
fn along<'a>(level: &'a Level, way: &[Choice]) -> (Play<'a>, Naive) {
    let (mut play, mut naive) = (Play::new(level), Naive::new(level.memory.len()));
    for &(thread, place) in way {
        let request = play.request(thread).expect("the thread goes on");
        naive.add(&play.execution, thread, &request, place);
        play = play.choices(thread).swap_remove(place).expect("it was offered");
    }
    (play, naive)
}

#[test]
fn the_book_has_what_the_levels_make_of_it() {
    let stale: Vec<_> = page::files().into_iter().filter(|file| !file.is_written()).collect();
    assert!(stale.is_empty(), "type `cargo scheduler`: {stale:?}");
}

#[test]
fn every_level_can_be_won_and_not_in_fewer_steps() {
    for level in LEVELS.iter() {
        let states = states::all(level);
        assert!(states.len() < 200, "{}: the page says so", level.id);
        let shortest = states::shortest(&states).expect(&level.id);
        assert!(along(level, &shortest).0.broken.is_some(), "{}", level.id);
        // Without states: all that can be done in one step less breaks nothing.
        assert!(!breaks_within(&Play::new(level), shortest.len() - 1), "{}", level.id);
    }
}

fn breaks_within(play: &Play<'_>, steps: usize) -> bool {
    let mut next = (0..play.level.threads.len()).flat_map(|t| play.choices(t)).flatten();
    play.broken.is_some() || steps > 0 && next.any(|next| breaks_within(&next, steps - 1))
}

#[test]
fn what_is_offered_is_consistent_and_what_is_not_violates_the_axiom_that_is_named() {
    let (mut offered, mut refused) = (0, BTreeSet::new());
    for level in LEVELS.iter() {
        let states = states::all(level);
        for (at, state) in states.iter().enumerate() {
            let (play, naive) = along(level, &way(&states, at));
            for (thread, places) in state.choices.iter().enumerate() {
                let Some(request) = play.request(thread) else { continue };
                for (place, choice) in places.iter().enumerate() {
                    let mut next = naive.clone();
                    next.add(&play.execution, thread, &request, place);
                    let what = format!("{}: {request:?} at {place}, {choice:?}", level.id);
                    match choice {
                        Ok(_) => {
                            assert!(next.is_consistent(), "{what}");
                            offered += 1;
                        }
                        Err(No::Turns) => {
                            assert!(next.is_consistent(), "{what}");
                            refused.insert("turns");
                        }
                        Err(No::Axiom(axiom)) => {
                            assert!(next.violates(*axiom), "{what}");
                            refused.insert(axiom_name(*axiom));
                        }
                    }
                }
            }
        }
    }
    assert!(offered > 500, "{offered}");
    // The page speaks of all of them.
    let all = ["atomicity", "overwritten", "sc", "seen", "turns"];
    assert_eq!(refused.into_iter().collect::<Vec<_>>(), all);
}

fn axiom_name(axiom: rc11::by_hand::Axiom) -> &'static str {
    use rc11::by_hand::Axiom::{Overwritten, Seen, SeqCst, Taken};
    match axiom {
        Overwritten(_) => "overwritten",
        Seen(_) => "seen",
        Taken(_) => "atomicity",
        SeqCst => "sc",
    }
}

#[test]
fn a_race_is_one_and_where_none_is_told_there_is_none() {
    for level in LEVELS.iter() {
        let states = states::all(level);
        for at in 0..states.len() {
            let (play, naive) = along(level, &way(&states, at));
            match play.broken {
                Some(Broken::Race(one, other)) => {
                    assert!(naive.races().contains(&(one, other)), "{}", level.id);
                }
                _ => assert_eq!(naive.races(), [], "{}", level.id),
            }
        }
    }
}

#[test]
fn the_checker_finds_a_race_where_the_game_has_one() {
    for level in LEVELS.iter().filter(|level| level.broken.is_empty()) {
        assert!(checker::races(level), "{}", level.id);
    }
}

#[test]
fn the_first_four_break_whatever_the_orderings_and_the_others_do_not() {
    for (index, level) in LEVELS.iter().enumerate() {
        let mut strong = level.clone();
        for (_, line) in strong.threads.iter_mut().flat_map(|(_, lines)| lines) {
            if let Line::Does(operation) = line {
                operation.order = SeqCst;
            }
        }
        let way = states::shortest(&states::all(&strong));
        assert_eq!(way.is_some(), index < 4, "{}: {way:?}", level.id);
    }
}

#[test]
fn nothing_breaks_a_level_that_is_mended_as_its_words_say() {
    let mut without = Vec::new();
    for level in LEVELS.iter() {
        if level.mended.is_empty() {
            without.push(&level.id);
            continue;
        }
        let mended = Level { threads: level.mended.clone(), ..level.clone() };
        let way = states::shortest(&states::all(&mended));
        assert_eq!(way, None, "{}", level.id);
    }
    // Its words give no edit: a count, or no reuse.
    assert_eq!(without, ["same_again"]);
}

#[test]
fn the_checker_explores_as_many_executions_with_the_same_outcomes() {
    let mut compared = 0;
    for level in LEVELS.iter().filter(|level| !level.broken.is_empty()) {
        // A level ends where it is broken, so this compares what is left: all executions that end well.
        let states = states::all(level);
        let ends: Vec<_> = states
            .iter()
            .filter(|state| state.play.is_over() && state.play.broken.is_none())
            .map(|state| checker::outcome(&state.play))
            .collect();
        let (broken, mut good): (Vec<_>, Vec<_>) =
            checker::outcomes(level).into_iter().partition(|outcome| outcome.is_broken);
        let mut ends = ends;
        ends.sort();
        good.sort();
        assert_eq!(ends, good, "{}", level.id);

        let shortest = states::shortest(&states).expect(&level.id);
        let end = checker::outcome(&along(level, &shortest).0);
        let fits = |failing: &checker::Outcome| {
            end.registers.iter().all(|r| failing.registers.contains(r))
        };
        assert!(
            broken.iter().any(fits),
            "{}: no execution of the checker fails like this",
            level.id
        );
        compared += ends.len();
    }
    assert!(compared > 100, "{compared}");
}
