//! What `ch07_processor/store_buffer` must do.

use super::subject::Machine;
use grader::Check;
use tso::judge::judge;
use tso::program::{Action, Program};

mod tso {
    #[path = "../tso/explore.rs"]
    mod explore;
    #[path = "../tso/judge.rs"]
    pub mod judge;
    #[path = "../tso/machine.rs"]
    mod machine;
    #[path = "../tso/program.rs"]
    pub mod program;
}

/// In the order in which they are run. The machine is no concurrent program: it is one that runs them, in every way.
pub const CHECKS: &[Check] = &[
    Check::fact("store_is_not_seen_by_other_cores_yet", store_waits),
    Check::fact("core_sees_its_own_newest_store", forwarding),
    Check::fact("stores_reach_memory_one_by_one_in_order", in_order),
    Check::fact("store_that_changes_nothing_waits_as_any_other", silent),
    Check::fact("buffer_has_room_for_every_store", room),
    Check::fact("drain_of_an_empty_buffer_does_nothing", empty),
    Check::fact("fence_waits_for_its_own_buffer", fence),
    Check::fact("locked_instruction_reads_and_writes_memory_in_one_step", locked),
    Check::fact("locked_instruction_waits_for_its_own_buffer", locked_waits),
    Check::fact("machines_that_behave_alike_are_equal", equality),
    Check::fact("programs_of_loads_and_stores_end_as_on_an_x86", || {
        judge(|program| !has(program, is_fence) && !has(program, is_locked));
    }),
    Check::fact("programs_with_fences_end_as_on_an_x86", || {
        judge(|program| has(program, is_fence) && !has(program, is_locked));
    }),
    Check::fact("programs_with_locked_instructions_end_as_on_an_x86", || {
        judge(|program| has(program, is_locked));
    }),
];

fn has(program: &Program, is_so: fn(Action) -> bool) -> bool {
    program.cores.iter().flatten().any(|instruction| is_so(instruction.action))
}

fn is_fence(action: Action) -> bool {
    matches!(action, Action::Fence)
}

fn is_locked(action: Action) -> bool {
    matches!(action, Action::Exchange(..) | Action::Add(..) | Action::CompareExchange(..))
}

const X: usize = 0;
const Y: usize = 1;

fn store_waits() {
    let mut machine = Machine::new(2, 2);
    machine.store(0, X, 1);
    assert_eq!(
        machine.load(1, X),
        0,
        "core 0 has stored and nothing was drained, but core 1 already loads the value"
    );
    assert_eq!(machine.load(1, Y), 0, "core 0 has stored to another location");
    assert!(machine.drain(0), "core 0 has stored, but `drain` says that there is nothing to drain");
    assert_eq!(machine.load(1, X), 1, "the store has reached memory, but core 1 does not see it");
}

fn forwarding() {
    let mut machine = Machine::new(2, 2);
    machine.store(0, X, 1);
    assert_eq!(machine.load(0, X), 1, "core 0 has stored 1, but does not see it");
    assert_eq!(machine.load(0, Y), 0, "core 0 has stored to another location only");
    machine.store(0, Y, 2);
    assert_eq!(
        machine.load(0, X),
        1,
        "core 0 has stored x = 1, then y = 2, but no longer sees the first store"
    );
    machine.store(0, X, 3);
    assert_eq!(machine.load(0, X), 3, "core 0 has stored 1 and then 3: what does it see?");
    // Another core's store reaches memory first.
    machine.store(1, X, 4);
    machine.drain(1);
    assert_eq!(machine.load(0, X), 3, "core 0 has stored 3, which is on its way, but memory has 4");
}

fn in_order() {
    let mut machine = Machine::new(2, 2);
    machine.store(0, X, 1);
    machine.store(0, Y, 1);
    machine.store(0, X, 2);
    let mut seen = vec![[machine.load(1, X), machine.load(1, Y)]];
    while machine.drain(0) && seen.len() < 5 {
        seen.push([machine.load(1, X), machine.load(1, Y)]);
    }
    assert_eq!(
        seen,
        [[0, 0], [1, 0], [1, 1], [2, 1]],
        "core 0 stored x = 1, y = 1, x = 2. What core 1 sees of x and y at the start and after each `drain`"
    );
}

fn silent() {
    let mut machine = Machine::new(2, 1);
    // Of a value that memory has, and of one that the core has just stored.
    machine.store(0, X, 0);
    machine.store(0, X, 1);
    machine.store(0, X, 1);
    machine.store(1, X, 2);
    machine.drain(1);
    let mut seen = Vec::new();
    while machine.drain(0) && seen.len() < 5 {
        seen.push(machine.load(1, X));
        machine.store(1, X, 2);
        machine.drain(1);
    }
    assert_eq!(
        seen,
        [0, 1, 1],
        "core 0 stored x = 0, x = 1 and x = 1 again. Before each `drain` of core 0, core 1 has set x to 2. What core 1 sees of x after \
         each `drain`"
    );
}

/// More than a learner's buffer of some fixed size.
const MANY: u32 = 5_000;

fn room() {
    let mut machine = Machine::new(2, 1);
    for value in 1..=MANY {
        machine.store(0, X, value);
        assert_eq!(
            machine.load(1, X),
            0,
            "core 0 has stored to x {value} times and nothing was drained, but core 1 already sees a store. It sees"
        );
    }
    for value in 1..=MANY {
        assert!(
            machine.drain(0),
            "core 0 has stored to x {MANY} times, but `drain` says after {} that there are no more",
            value - 1
        );
        assert_eq!(
            machine.load(1, X),
            value,
            "core 0 stored 1, 2, 3, … to x. After `drain` number {value}, core 1 sees"
        );
    }
}

fn empty() {
    let mut machine = Machine::new(2, 1);
    assert!(!machine.drain(0), "nobody has stored, but `drain` says that a store reached memory");
    machine.store(1, X, 1);
    assert!(
        !machine.drain(0),
        "core 0 has not stored, but its `drain` says that a store reached memory"
    );
    assert_eq!(machine.load(0, X), 0, "`drain` of core 0 has sent a store of core 1 to memory");
    assert!(machine.drain(1), "core 1 has stored, but `drain` says that there is nothing to drain");
    assert!(
        !machine.drain(1),
        "the only store has reached memory, but `drain` says that there was another"
    );
}

fn fence() {
    let mut machine = Machine::new(2, 1);
    assert!(machine.passes_fence(0), "nothing is on its way, but a fence waits");
    // A store that changes nothing, too: nobody knows what memory has when it gets there.
    for value in [0, 1] {
        machine.store(0, X, value);
        assert!(
            !machine.passes_fence(0),
            "core 0 has a store of {value} to x on its way, but passes a fence; x is 0 in memory"
        );
    }
    assert!(machine.passes_fence(1), "core 1 waits at a fence for a store of core 0");
    machine.drain(0);
    machine.drain(0);
    assert!(
        machine.passes_fence(0),
        "all stores of core 0 have reached memory, but a fence still waits"
    );
}

fn equality() {
    let stored = |values: &[u32]| {
        let mut machine = Machine::new(2, 1);
        for &value in values {
            machine.store(0, X, value);
            machine.drain(0);
        }
        machine
    };
    let mut locked = Machine::new(2, 1);
    locked.locked(1, X, |_| 2);
    let all = [stored(&[2]), stored(&[1, 2]), locked];
    assert!(
        all.iter().all(|machine| *machine == all[0]),
        "in three machines nothing is on its way, and x is 2 in memory: all three will behave alike. One has got there by one store, one by two, \
         one by a locked instruction; but they are not equal. The grader keeps machines in a set, and would never see where two ways meet"
    );
}

fn locked() {
    let mut machine = Machine::new(2, 2);
    let old = machine.locked(0, X, |old| old + 5);
    assert_eq!(old, Some(0), "what a locked instruction on an untouched machine reads");
    assert_eq!(
        machine.load(1, X),
        5,
        "what core 1 loads after a locked instruction of core 0 has added 5"
    );
    let old = machine.locked(1, X, |old| old + 1);
    assert_eq!(old, Some(5), "what the next locked instruction reads, on core 1");
    assert_eq!(machine.load(0, X), 6, "what core 0 loads after that");
    assert!(
        !machine.drain(0) && !machine.drain(1),
        "a locked instruction leaves something in a buffer"
    );
}

fn locked_waits() {
    let mut machine = Machine::new(2, 2);
    machine.store(0, Y, 1);
    let before = machine.clone();
    let mut calls = 0;
    let old = machine.locked(0, X, |old| {
        calls += 1;
        old + 1
    });
    assert_eq!(
        old, None,
        "core 0 has a store on its way to another location, but does not wait for it"
    );
    assert!(
        machine == before && calls == 0,
        "`locked` returns `None`, but has changed the machine or called `update`"
    );
    assert_eq!(
        machine.locked(1, X, |old| old + 1),
        Some(0),
        "core 1 has nothing on its way, but waits"
    );
    assert_eq!(
        machine.locked(1, Y, |old| old),
        Some(0),
        "core 1 has nothing on its way. What its locked instruction reads of the place to which core 0's store is on its way"
    );
    assert!(
        machine.drain(0),
        "a locked instruction of core 1 has sent a store of core 0 to memory"
    );
    assert_eq!(
        machine.locked(0, X, |old| old + 1),
        Some(1),
        "core 0 has nothing on its way any more"
    );
}
