//! Linearizability, held to its definition: all orders of the calls, one after the other.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rc11::history::{Call, End, History, Next, Spec};
use std::collections::VecDeque;

/// A queue that may lose what is put into it, and whose `Take` waits while it is empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Queue(VecDeque<u8>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Op {
    Put(u8),
    Take,
    TryTake,
    /// `Put`, in two steps: there is a moment at which the number is in the queue, and the call has not returned.
    PutSlowly(u8),
    Return,
}

type Ret = Option<u8>;

impl Spec for Queue {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match op {
            Op::Put(number) => {
                next.0.push_back(*number);
                vec![Next::Returns(None, next), Next::Returns(None, self.clone())]
            }
            Op::PutSlowly(number) => {
                next.0.push_back(*number);
                Next::goes_on(Op::Return, next)
            }
            Op::Return => Next::returns(None, next),
            Op::Take if self.0.is_empty() => Next::waits(),
            Op::Take | Op::TryTake => Next::returns(next.0.pop_front(), next),
        }
    }
}

fn empty() -> Queue {
    Queue(VecDeque::new())
}

fn call(thread: usize, op: Op, ret: Option<Ret>, after: u64) -> Call<Queue> {
    Call { thread, op, ret, after }
}

fn history(calls: impl IntoIterator<Item = Call<Queue>>) -> History<Queue> {
    let mut history = History::new();
    for call in calls {
        history.push(call);
    }
    history
}

/// All that can come of running these calls in this order, each in one go.
fn runs(state: &Queue, order: &[usize], calls: &[Call<Queue>]) -> Vec<Queue> {
    let Some((first, rest)) = order.split_first() else { return vec![state.clone()] };
    let call = &calls[*first];
    let mut states = Vec::new();
    let mut open: Vec<_> = state.next(&call.op);
    while let Some(next) = open.pop() {
        match next {
            Next::GoesOn(op, state) => open.extend(state.next(&op)),
            Next::Returns(ret, state) if call.ret.is_none_or(|real| real == ret) => {
                states.extend(runs(&state, rest, calls));
            }
            Next::Returns(..) => {}
        }
    }
    states
}

fn permutations(of: Vec<usize>) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let with = |place: usize| {
        let mut rest = of.clone();
        let first = rest.remove(place);
        permutations(rest).into_iter().map(move |rest| [&[first], &rest[..]].concat())
    };
    (0..of.len()).flat_map(with).collect()
}

/// The definition. A call that has not returned may be left out.
fn is_linearizable(calls: &[Call<Queue>], end: End) -> bool {
    let open: Vec<usize> = (0..calls.len()).filter(|i| calls[*i].ret.is_none()).collect();
    (0..1_u32 << open.len()).any(|chosen| {
        let is_in = |i: &usize| {
            open.iter().position(|open| open == i).is_none_or(|bit| chosen >> bit & 1 == 1)
        };
        let taken: Vec<usize> = (0..calls.len()).filter(is_in).collect();
        // Who sleeps for ever has done nothing. (Of calls in two steps this is not true: there are none here.)
        if end == End::Still && taken.len() + open.len() != calls.len() {
            return false;
        }
        permutations(taken).into_iter().any(|order| {
            let place = |call: usize| order.iter().position(|other| *other == call);
            let is_in_order = order.iter().enumerate().all(|(at, call)| {
                let before = (0..calls.len()).filter(|i| calls[*call].after >> i & 1 == 1);
                before.into_iter().all(|i| place(i).is_some_and(|earlier| earlier < at))
            });
            let sleeps = |state: &Queue| open.iter().all(|i| state.next(&calls[*i].op).is_empty());
            is_in_order
                && runs(&empty(), &order, calls)
                    .iter()
                    .any(|state| end == End::Open || sleeps(state))
        })
    })
}

/// As above, where nothing is asked of the calls that are not in `core`: they may be left out, and may have returned anything.
fn is_explained(core: &[usize], calls: &[Call<Queue>]) -> bool {
    let with_core = |set: &u32| core.iter().all(|call| set >> call & 1 == 1);
    (0..1_u32 << calls.len()).filter(with_core).any(|set| {
        let kept: Vec<usize> = (0..calls.len()).filter(|call| set >> call & 1 == 1).collect();
        let place = |call: usize| kept.iter().position(|other| *other == call);
        let part = kept.iter().map(|&number| {
            let mut call = calls[number].clone();
            if !core.contains(&number) {
                call.ret = None;
            }
            let after = (0..calls.len()).filter(|other| call.after >> other & 1 == 1);
            call.after = after.filter_map(place).map(|other| 1 << other).sum();
            call
        });
        is_linearizable(&part.collect::<Vec<_>>(), End::Open)
    })
}

fn any_call() -> impl Strategy<Value = (Op, Option<Ret>)> {
    let op = prop_oneof![(0..2_u8).prop_map(Op::Put), Just(Op::Take), Just(Op::TryTake)];
    let number = prop_oneof![Just(None), (0..2_u8).prop_map(Some)];
    (op, number, 0..6_u8).prop_map(|(op, number, open)| {
        let ret = match op {
            Op::Put(_) => None,
            _ => number,
        };
        (op, (open > 0).then_some(ret))
    })
}

/// Calls, each after some of those before it (and after what those come after).
fn any_history() -> impl Strategy<Value = Vec<Call<Queue>>> {
    let calls = proptest::collection::vec((any_call(), any::<u8>(), any::<u8>()), 0..6);
    calls.prop_map(|calls| {
        let mut made: Vec<Call<Queue>> = Vec::new();
        for (number, ((op, ret), a, b)) in calls.into_iter().enumerate() {
            let mut after = 0;
            for (earlier, call) in made.iter().enumerate() {
                if (a & b) >> earlier & 1 == 1 && call.ret.is_some() {
                    after |= 1 << earlier | call.after;
                }
            }
            made.push(call(number, op, ret, after));
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn search_agrees_with_the_definition(calls in any_history()) {
        for end in [End::Open, End::Still] {
            let found = history(calls.clone()).check(&empty(), end).is_ok();
            prop_assert_eq!(found, is_linearizable(&calls, end), "{:?}", end);
        }
    }

    #[test]
    fn culprit_could_return_what_it_is_said_to(calls in any_history()) {
        if let Err(violation) = history(calls.clone()).check(&empty(), End::Open)
            && let Some(culprit) = violation.culprit
        {
            for ret in violation.could {
                // Nothing is asked of what comes later.
                let mut mended = calls.clone();
                mended[culprit].ret = Some(ret);
                let up_to: Vec<usize> = (0..=culprit).collect();
                prop_assert!(is_explained(&up_to, &mended));
            }
        }
    }

    #[test]
    fn named_calls_are_a_smallest_set_that_no_order_explains(calls in any_history()) {
        if let Err(violation) = history(calls.clone()).check(&empty(), End::Open) {
            let core = violation.core;
            prop_assert!(!is_explained(&core, &calls), "{core:?}");
            for left_out in &core {
                let fewer: Vec<usize> = core.iter().copied().filter(|call| call != left_out).collect();
                prop_assert!(is_explained(&fewer, &calls), "{core:?} without {left_out}");
            }
            prop_assert!(violation.culprit.is_none_or(|culprit| core.contains(&culprit)));
        }
    }
}

#[test]
fn random_histories_are_of_both_kinds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = [0, 0];
    for _ in 0..500 {
        let calls = any_history().new_tree(&mut runner).unwrap().current();
        if calls.len() > 2 {
            counts[usize::from(is_linearizable(&calls, End::Open))] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

#[test]
fn calls_that_overlap_may_come_in_either_order() {
    let calls = [call(1, Op::Put(1), Some(None), 0), call(2, Op::TryTake, Some(Some(1)), 0)];
    assert!(history(calls).check(&empty(), End::Open).is_ok());
    let calls = [call(1, Op::TryTake, Some(Some(1)), 0), call(1, Op::Put(1), Some(None), 0b1)];
    let violation = history(calls).check(&empty(), End::Open).unwrap_err();
    assert_eq!(violation.to_string(), "`TryTake` returns `Some(1)`, but must return `None`");
}

#[test]
fn who_could_go_on_must_not_sleep() {
    let calls = [call(1, Op::PutSlowly(1), Some(None), 0), call(2, Op::Take, None, 0)];
    let violation = history(calls).check(&empty(), End::Still).unwrap_err();
    assert_eq!(violation.to_string(), "`Take` waits for ever, but must return `Some(1)`");
}

#[test]
fn who_has_nothing_to_take_may_sleep() {
    let calls = [call(1, Op::Put(1), Some(None), 0), call(2, Op::Take, Some(Some(1)), 0)];
    let calls = calls.into_iter().chain([call(3, Op::Take, None, 0)]);
    assert!(history(calls).check(&empty(), End::Still).is_ok());
}

#[test]
fn call_in_two_steps_is_seen_between_them() {
    // It does not return, and has been seen: no call in one step does that and sleeps.
    let calls = [call(1, Op::PutSlowly(1), None, 0), call(2, Op::TryTake, Some(Some(1)), 0)];
    assert!(history(calls).check(&empty(), End::Open).is_ok());
}
