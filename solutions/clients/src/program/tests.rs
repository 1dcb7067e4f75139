//! How many programs there are, of an object with two operations.

use super::{Program, Programs};
use crate::object::{self, Typed};
use crate::size::Size;
use crate::{Clients, Next, Scene, Spec};
use std::rc::Rc;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Toy;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Op {
    Ask,
    Tell(u32),
    /// Gives up what the thread has.
    End,
}

impl Spec for Toy {
    type Op = Op;
    type Ret = ();

    fn next(&self, _: &Op) -> Vec<Next<Self>> {
        Next::returns((), Self)
    }
}

/// Threads that may `ask` and `tell`. `ENDS`: what they have they give up, at the end or before.
struct Uses<const ENDS: bool>;

/// Which threads have something. Those with another number are told apart.
type Kit = Option<u8>;

impl<const ENDS: bool> Clients for Uses<ENDS> {
    type Spec = Toy;
    type Hand = ();
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        vec![scene(&[0, 0])]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        if kit.is_none() {
            return Vec::new();
        }
        let mut next = vec![(Op::Ask, *kit), (Op::Tell(fresh), *kit)];
        if ENDS {
            next.push((Op::End, None));
        }
        next
    }

    fn end(kit: &Kit) -> Vec<Op> {
        if ENDS { kit.iter().map(|_| Op::End).collect() } else { Vec::new() }
    }

    fn perform((): &mut (), _: &Op) -> Option<()> {
        Some(())
    }
}

fn scene<const ENDS: bool>(threads: &[u8]) -> Scene<Uses<ENDS>> {
    let threads = threads.iter().map(|number| Some(*number));
    Scene {
        text: "",
        spec: Toy,
        kits: [None].into_iter().chain(threads).collect(),
        hands: Vec::new,
        finally: Vec::new(),
    }
}

const SIZE: Size = Size {
    before: 0,
    each: [2, 2, 2, 2],
    together: [2, 4, 4, 4],
    executions: u64::MAX,
    of_one: u64::MAX,
    late: 0,
    unwinding: 0,
    restless: 0,
    fickle: 0,
    many: 0,
};

/// The scenes in numbers.
fn numbered<C: Clients>(scenes: &[Scene<C>]) -> (Rc<Typed<C>>, Vec<object::Scene>) {
    let typed = Rc::new(Typed::new());
    let scenes = scenes.iter().map(|scene| typed.scene(scene)).collect();
    (typed, scenes)
}

/// The programs with so many calls.
fn with_calls<C: Clients>(scene: Scene<C>, size: Size, calls: usize) -> Vec<Program> {
    let threads = scene.kits.len() - 1;
    let (object, scenes) = numbered(&[scene]);
    let mut programs = Programs::new(&*object, &scenes, size);
    (0..=calls + threads).map(|sum| programs.of(sum)).last().expect("one size at least")
}

fn counts<const ENDS: bool>(threads: &[u8], size: Size) -> Vec<usize> {
    (0..=size.together[threads.len() - 1])
        .map(|calls| with_calls(scene::<ENDS>(threads), size, calls).len())
        .collect()
}

#[test]
fn one_thread_may_do_everything_in_every_order() {
    assert_eq!(counts::<false>(&[0], SIZE), [1, 2, 4]);
}

#[test]
fn two_threads_that_differ_are_told_apart() {
    // With two calls: 4 on one thread, 4 on the other, and 2 times 2 on both.
    assert_eq!(counts::<false>(&[0, 1], SIZE), [1, 4, 12, 16, 16]);
}

#[test]
fn two_threads_that_are_alike_are_run_in_one_order_only() {
    // With two calls: 4 on one thread, and on both two times the one, two times the other, or one of each.
    assert_eq!(counts::<false>(&[0, 0], SIZE), [1, 2, 7, 8, 10]);
}

#[test]
fn three_threads_that_are_alike_make_at_most_four_calls() {
    // With four calls, one thread makes none, or two make one each: multisets again.
    assert_eq!(counts::<false>(&[0, 0, 0], SIZE), [1, 2, 7, 12, 22]);
}

#[test]
fn a_program_that_says_what_its_end_says_is_left_out() {
    // To give up at once is what the program without calls does.
    assert_eq!(counts::<true>(&[0], SIZE), [1, 2, 4]);
}

#[test]
fn a_call_comes_before_the_threads_only_where_its_thread_has_no_room_for_it() {
    let size = Size { before: 1, each: [1; 4], together: [2; 4], ..SIZE };
    for calls in 1..=3 {
        for program in with_calls(scene::<false>(&[0, 0]), size, calls) {
            let is_full = |hand: usize| program.calls[hand].len() == 1;
            assert!(program.before.iter().all(|(hand, _)| is_full(*hand)), "{calls} calls");
        }
    }
    let made_first = with_calls(scene::<false>(&[0, 0]), size, 2);
    // Before: 2 ways. Then the same thread, with 2 ways to go on: 4. And none before: 3.
    assert_eq!(made_first.len(), 7);
}

#[test]
fn no_program_is_made_twice() {
    let (object, scenes) = numbered(&[scene::<true>(&[0, 0])]);
    let size = Size { before: 2, ..SIZE };
    let mut programs = Programs::new(&*object, &scenes, size);
    let all: Vec<_> = (0..=programs.largest()).flat_map(|sum| programs.of(sum)).collect();
    let mut keys: Vec<_> =
        all.iter().map(|program| format!("{:?} {:?}", program.before, program.calls)).collect();
    keys.sort();
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
fn a_scene_with_one_thread_more_adds_what_all_its_threads_do() {
    let (object, scenes) = numbered(&[scene::<false>(&[0, 0]), scene::<false>(&[0, 0, 0])]);
    let mut programs = Programs::new(&*object, &scenes, SIZE);
    // One call on two threads is one on three as well: the second scene adds nothing until there are three calls.
    let of_second =
        |programs: Vec<Program>| programs.iter().filter(|program| program.scene == 1).count();
    let added: Vec<usize> = (0..=6).map(|size| of_second(programs.of(size))).collect();
    assert_eq!(added, [0, 0, 0, 0, 0, 0, 4]);
}

#[test]
fn each_message_has_a_number_of_its_own() {
    let (object, scenes) = numbered(&[scene::<false>(&[0, 0])]);
    let mut programs = Programs::new(&*object, &scenes, Size { before: 2, ..SIZE });
    for program in (0..=programs.largest()).flat_map(|sum| programs.of(sum)) {
        let told = |op| if let Op::Tell(number) = object.op(op) { Some(*number) } else { None };
        let mut told: Vec<u32> = program.all().filter_map(told).collect();
        let count = told.len();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), count);
    }
}
