//! What `ch07_processor/ll_sc_loop` must do.

use super::subject::{Core, compare_exchange, compare_exchange_weak, fetch_add, lock, unlock};
use super::sync::{
    self, Turn,
    atomic::{
        AtomicU32,
        Ordering::{self, Relaxed, Release},
    },
    cell::{Probe, UnsafeCell},
    thread,
};
use grader::{Check, Shared};
use ll_sc::scripted::{OTHERS_ADD, Scripted, others_add_at, with_every_script};
use ll_sc::shared::{Watching, word};

mod ll_sc {
    #[path = "../ll_sc/scripted.rs"]
    pub mod scripted;
    #[path = "../ll_sc/shared.rs"]
    pub mod shared;
}

/// In the order in which they are run. The facts try every failure on one core, with other cores in between; the models run
/// several cores.
pub const CHECKS: &[Check] = &[
    Check::fact("addition_adds_to_what_is_there_when_it_stores", adds),
    Check::fact("addition_wraps_around", wraps),
    Check::fact("weak_exchange_is_one_attempt", weak),
    Check::fact("exchange_fails_only_if_the_value_is_another", strong),
    Check::fact("exchange_of_a_value_for_the_same_stores_it", same),
    Check::fact("bad_luck_of_any_length_is_borne", bears_bad_luck),
    Check::fact("free_lock_is_taken_whatever_fails", takes),
    Check::fact("lock_is_free_when_it_is_zero_and_not_otherwise", waits_for_zero),
    Check::model("two_additions_are_both_counted", two_additions),
    Check::model("what_comes_before_an_exchange_is_seen_after_one_that_finds_its_value", || {
        publishes(|core, current, new| compare_exchange(core, current, new).is_ok());
    }),
    Check::model(
        "what_comes_before_a_weak_exchange_is_seen_after_one_that_finds_its_value",
        || {
            publishes(|core, current, new| compare_exchange_weak(core, current, new).is_ok());
        },
    ),
    Check::model(
        "what_comes_before_a_store_is_seen_by_an_exchange_that_finds_another_value",
        || {
            failure_learns(|core, current, new| compare_exchange(core, current, new));
        },
    ),
    Check::model(
        "what_comes_before_a_store_is_seen_by_a_weak_exchange_that_finds_another_value",
        || {
            failure_learns(|core, current, new| compare_exchange_weak(core, current, new));
        },
    ),
    Check::model("two_cores_never_hold_the_lock_at_once", one_holder),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", hand_over),
    Check::counted("waiting_core_stores_nothing", waits),
];

fn adds() {
    for start in [0, 3] {
        with_every_script(start, |core| {
            let old = fetch_add(core, 2);
            if core.stored != Some(core.found + 2) {
                return Err(format!(
                    "the addition of 2 returns {old}, but has not stored {} + 2",
                    core.found
                ));
            }
            if old != core.found {
                return Err(format!("the addition returns {old}, but has added to {}", core.found));
            }
            if core.word != start + core.added * OTHERS_ADD + 2 {
                return Err("an addition is lost, or counted twice".into());
            }
            Ok(())
        });
    }
}

fn wraps() {
    let mut core = Scripted::new(u32::MAX, 0);
    let old = fetch_add(&mut core, 3);
    assert_eq!((old, core.word), (u32::MAX, 2), "what 3 is added to, and the sum");
}

fn weak() {
    for (start, new) in [(7, 9), (8, 9), (7, 7 + OTHERS_ADD)] {
        with_every_script(start, |core| {
            let result = compare_exchange_weak(core, 7, new);
            if core.loads > 1 {
                return Err(format!(
                    "{} exclusive loads: that is more than one attempt",
                    core.loads
                ));
            }
            is_consistent(core, new, result)
        });
    }
}

fn strong() {
    // In the last of these, others may store what it is about to store.
    let before = 7_u32.wrapping_sub(OTHERS_ADD);
    for (start, new) in [(7, 9), (8, 9), (before, 9), (7, 7 + OTHERS_ADD)] {
        with_every_script(start, |core| {
            let result = compare_exchange(core, 7, new);
            if result == Err(7) {
                return Err(format!(
                    "the exchange of 7 for {new} fails, but the value that it found is 7"
                ));
            }
            is_consistent(core, new, result)
        });
    }
}

/// Says what was stored, and what was found.
fn is_consistent(core: &Scripted, new: u32, result: Result<u32, u32>) -> Result<(), String> {
    let exchange = format!("the exchange of 7 for {new}");
    match (core.stored, result) {
        (Some(_), Err(_)) => Err(format!("{exchange} returns {result:?}, but has stored")),
        (None, Ok(_)) => Err(format!("{exchange} returns {result:?}, but has not stored")),
        (Some(value), Ok(_)) if core.found != 7 || value != new => {
            Err(format!("{exchange} has found {} and stored {value}", core.found))
        }
        (_, Ok(found) | Err(found)) if found != core.found => {
            Err(format!("the exchange says that it found {found}, but it found {}", core.found))
        }
        _ => Ok(()),
    }
}

fn same() {
    let exchanges: [(&str, fn(&mut Scripted) -> Result<u32, u32>); 2] = [
        ("compare_exchange", |core| compare_exchange(core, 7, 7)),
        ("compare_exchange_weak", |core| compare_exchange_weak(core, 7, 7)),
    ];
    for (name, exchange) in exchanges {
        let mut core = Scripted::new(7, 0);
        assert_eq!(exchange(&mut core), Ok(7), "what `{name}` of 7 for 7 returns");
        assert!(
            core.stored.is_some(),
            "`{name}` of 7 for 7 returns `Ok`, but has not stored.\n  Its store is a release: whoever finds the 7 must see what came before. \
             And a store ends the watch of all other cores.{}",
            core.log
        );
    }
}

/// More failures in a row than anybody counts to.
const MANY: usize = 1_000_000;

fn bears_bad_luck() {
    let operations: [(&str, fn(&mut Scripted)); 3] = [
        ("fetch_add(1)", |core| {
            fetch_add(core, 1);
        }),
        ("compare_exchange(0, 1)", |core| {
            let _ = compare_exchange(core, 0, 1);
        }),
        ("lock", |core| lock(core)),
    ];
    for (name, operation) in operations {
        let mut core = Scripted::unlucky(MANY);
        operation(&mut core);
        let why = match core.failures {
            0 => "No exclusive store was tried. Any other store does not ask whether somebody has stored in the meantime"
                .to_owned(),
            1 => "Its exclusive store has failed once for no reason. It may fail more often than you count to".to_owned(),
            times => format!(
                "Its exclusive store has failed {times} times for no reason. It may fail more often than you count to"
            ),
        };
        assert!(
            core.stored.is_some(),
            "`{name}` has returned, but no exclusive store of it has succeeded, though the word is 0 and nobody has changed it.\n  {why}"
        );
    }
}

/// Every exclusive store of the first few fails.
const BAD_LUCK: u32 = 0b01_01_01_01_01;

fn takes() {
    let mut core = Scripted::new(0, BAD_LUCK);
    lock(&mut core);
    assert!(
        core.stored.is_some(),
        "`lock` has returned, but no store of it has succeeded.{}",
        core.log
    );
    assert_ne!(core.word, 0, "the lock was taken, but its word is zero, which means free");
    let mut core = Scripted::new(core.word, BAD_LUCK);
    unlock(&mut core);
    assert_eq!(
        core.word, 0,
        "`unlock` has returned, but the word is not zero, which means free.{}",
        core.log
    );
}

fn waits_for_zero() {
    // Held, by somebody who has another number for that; and then it is zero.
    for script in others_add_at() {
        let mut core = Scripted::new(0_u32.wrapping_sub(OTHERS_ADD), script);
        lock(&mut core);
        assert_eq!(
            core.found, 0,
            "the lock was taken, but the word was not zero, so somebody held it.{}\n  The word",
            core.log
        );
    }
}

fn two_additions() {
    sync::model(|| {
        let word = word();
        let theirs = word.clone();
        let other = thread::spawn(move || fetch_add(&mut Watching::new(&theirs, 2), 1));
        let mut core = Watching::new(&word, 1);
        let mine = fetch_add(&mut core, 1);
        let theirs = other.join().unwrap();
        assert_eq!(core.value(), 2, "the sum of two additions of 1");
        assert_ne!(mine, theirs, "both additions return the same");
    });
}

fn publishes(exchange: fn(&mut Watching, u32, u32) -> bool) {
    sync::model(move || {
        let shared = Shared::new((word(), UnsafeCell::new(Probe::new(0))));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (word, data) = &*theirs;
            if exchange(&mut Watching::new(word, 2), 1, 2) {
                // SAFETY: what is under test: an exchange that has found 1 comes after the one that stored it.
                let data = unsafe { &*data.get() };
                assert_eq!(data.get(), 5, "the data that came before the exchange");
            }
        });
        let (word, data) = &*shared;
        // SAFETY: nobody else looks before the exchange.
        unsafe { &mut *data.get() }.set(5);
        exchange(&mut Watching::new(word, 1), 0, 1);
        other.join().unwrap();
    });
}

fn failure_learns(exchange: fn(&mut Watching, u32, u32) -> Result<u32, u32>) {
    sync::model(move || {
        let shared = Shared::new((word(), UnsafeCell::new(Probe::new(0))));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (word, data) = &*theirs;
            // It finds the 1 at once, or when it tries again: it has found a 0, and the store came in between.
            if exchange(&mut Watching::new(word, 2), 0, 8) == Err(1) {
                // SAFETY: what is under test: an exchange that has found 1 comes after the store of it, though it fails.
                let data = unsafe { &*data.get() };
                assert_eq!(data.get(), 5, "the data that came before the store");
            }
        });
        let (word, data) = &*shared;
        // SAFETY: nobody else looks before the store.
        unsafe { &mut *data.get() }.set(5);
        Watching::new(word, 1).store(1, Release);
        other.join().unwrap();
    });
}

fn one_holder() {
    sync::model(|| {
        let shared = Shared::new((word(), AtomicU32::new(0)));
        let theirs = shared.clone();
        let hold = |(word, inside): &(_, AtomicU32), id| {
            let core = &mut Watching::new(word, id);
            lock(core);
            // Relaxed: a read-modify-write never misses another.
            assert_eq!(inside.fetch_add(1, Relaxed), 0, "cores that hold the lock already");
            inside.fetch_sub(1, Relaxed);
            unlock(core);
        };
        let other = thread::spawn(move || {
            hold(&theirs, 2);
            // It comes back: an unlock that stores twice has let go of another core's lock by then.
            hold(&theirs, 2);
        });
        hold(&shared, 1);
        other.join().unwrap();
    });
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((word(), UnsafeCell::new(Probe::new(0))));
        let add = |(word, data): &(_, UnsafeCell<Probe>), id| {
            let core = &mut Watching::new(word, id);
            lock(core);
            // SAFETY: what is under test: whoever holds the lock is alone.
            let data = unsafe { &mut *data.get() };
            data.set(data.get() + 1);
            unlock(core);
        };
        let others = [2, 3].map(|id| {
            let theirs = shared.clone();
            thread::spawn(move || add(&theirs, id))
        });
        for other in others {
            other.join().unwrap();
        }
        add(&shared, 1);
        // SAFETY: all others have ended.
        let sum = unsafe { &*shared.1.get() }.get();
        assert_eq!(sum, 3, "the sum of three additions, the lock held");
    });
}

const STORES: &str = "a core that waits for the lock stores to it, or tries to. Each such store ends the watch of all others, the one \
                      that could take the lock among them";

fn stores_nothing(turn: &Turn) -> Result<(), String> {
    if turn.rmws + turn.writes == 0 { Ok(()) } else { Err(STORES.into()) }
}

/// A core that waits for a lock that nobody frees.
struct Waiting(Watching);

impl Core for Waiting {
    #[track_caller]
    fn load_exclusive(&mut self, order: Ordering) -> u32 {
        self.0.load_exclusive(order)
    }

    fn store_exclusive(&mut self, _: u32, _: Ordering) -> bool {
        panic!("{STORES}")
    }

    fn clear_exclusive(&mut self) {
        self.0.clear_exclusive();
    }

    fn store(&mut self, _: u32, _: Ordering) {
        panic!("{STORES}")
    }
}

fn waits() {
    sync::Model::new().waits(stores_nothing).check(|| {
        let word = word();
        lock(&mut Watching::new(&word, 1));
        // Nobody unlocks it.
        lock(&mut Waiting(Watching::new(&word, 2)));
    });
}
