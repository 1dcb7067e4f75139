//! What can be done with a barrier, and what it is to do.

use super::super::subject::{Arrival, Barrier};
use clients::{Clients, Next, Place, Scene, Spec};

/// A barrier for two, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Meeting {
    round: u32,
    arrived: u32,
    /// Who has arrived, by a number of its own, and in which round.
    arrivals: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Arrive(u32),
    Wait(u32),
}

impl Spec for Meeting {
    type Op = Op;
    /// Is it the leader?
    type Ret = bool;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match op {
            Op::Arrive(who) => {
                next.arrivals.push((*who, self.round));
                next.arrived += 1;
                let leads = next.arrived == 2;
                if leads {
                    next.round += 1;
                    next.arrived = 0;
                }
                Next::returns(leads, next)
            }
            Op::Wait(who) => {
                let number = self.arrivals.iter().filter(|(it, _)| it == who).count();
                let arrival = self.arrivals.iter().position(|(it, _)| it == who);
                match arrival {
                    Some(place) if number == 1 && self.arrivals[place].1 < self.round => {
                        let is_last = |(it, round): &(u32, u32)| {
                            it != who && *round == self.arrivals[place].1
                        };
                        let last = self.arrivals.iter().rposition(is_last);
                        // The later of the two arrivals leads.
                        Next::returns(last.is_some_and(|last| last < place), next)
                    }
                    _ => Next::waits(),
                }
            }
        }
    }
}

pub struct Hand {
    arrival: Option<Arrival<'static>>,
    /// Dropped last: the arrival borrows from it.
    barrier: Place<Barrier>,
}

fn hands(others: usize) -> Vec<Hand> {
    clients::hands(Barrier::new(2), others, |barrier| Hand { arrival: None, barrier })
}

pub struct Barriers;

impl Clients for Barriers {
    type Spec = Meeting;
    type Hand = Hand;
    /// The number of the arrival that the thread has.
    type Kit = Option<u32>;
    const WAKES: bool = true;
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let barrier = Barrier::new(2);",
            spec: Meeting { round: 0, arrived: 0, arrivals: Vec::new() },
            kits: vec![None; 1 + others],
            hands,
            finally: vec![Op::Arrive(99)],
        };
        vec![scene(2, || hands(2)), scene(3, || hands(3))]
    }

    fn next(kit: &Option<u32>, fresh: u32) -> Vec<(Op, Option<u32>)> {
        match kit {
            None => vec![(Op::Arrive(fresh), Some(fresh))],
            // It may also be forgotten: the thread arrives again.
            Some(who) => vec![(Op::Wait(*who), None), (Op::Arrive(fresh), Some(fresh))],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<bool> {
        match op {
            Op::Arrive(_) => {
                let arrival = hand.barrier.get().arrive();
                let leads = arrival.is_leader();
                hand.arrival = Some(arrival);
                Some(leads)
            }
            Op::Wait(_) => Some(hand.arrival.take()?.wait()),
        }
    }

    fn never_waits(op: &Op) -> bool {
        matches!(op, Op::Arrive(_))
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Arrive(_) => "barrier.arrive()",
            Op::Wait(_) => "arrival.wait()",
        }
        .into()
    }

    fn show_ret(leads: &bool) -> String {
        if *leads { "the leader" } else { "not the leader" }.into()
    }
}
