//! Plain memory that the compiler tells of. Here the calls that it would make are made by hand: `read` and `write` say what they
//! do, as instrumented code does. That the compiler makes them is tested where code is graded.

use rc11::alloc::Quarantine;
use rc11::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::*, fence};
use rc11::thread::{scope, spawn};
use rc11::{Builder, Failure, FailureKind};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::ptr;

#[global_allocator]
static ALLOCATOR: Quarantine = Quarantine;

unsafe extern "C" {
    safe fn __tsan_init();
    safe fn __tsan_func_entry(address: *const c_void);
    safe fn __tsan_func_exit();
    safe fn __tsan_read1(at: *const c_void);
    safe fn __tsan_read4(at: *const c_void);
    safe fn __tsan_unaligned_read8(at: *const c_void);
    safe fn __tsan_write1(at: *const c_void);
    safe fn __tsan_write4(at: *const c_void);
    fn __tsan_memcpy(to: *mut c_void, from: *const c_void, len: usize) -> *mut c_void;
    fn __tsan_atomic32_load(at: *mut u32, order: i32) -> u32;
    fn __tsan_atomic32_store(at: *mut u32, value: u32, order: i32);
    fn __tsan_atomic32_fetch_add(at: *mut u32, value: u32, order: i32) -> u32;
    safe fn __tsan_atomic_thread_fence(order: i32);
}

const RELAXED: i32 = 0;
const ACQUIRE: i32 = 2;
const RELEASE: i32 = 3;

/// Memory that threads share without a word.
#[derive(Default)]
#[repr(C, align(8))]
struct Slot([UnsafeCell<u32>; 2]);

// SAFETY: the threads of a model run in turn.
unsafe impl Sync for Slot {}

impl Slot {
    fn at(&self) -> *mut u32 {
        self.0[0].get()
    }

    fn read(&self) -> u32 {
        __tsan_read4(self.at().cast());
        // SAFETY: nobody else runs.
        unsafe { *self.at() }
    }

    fn write(&self, value: u32) {
        __tsan_write4(self.at().cast());
        // SAFETY: nobody else runs.
        unsafe { *self.at() = value };
    }
}

fn check(f: impl Fn() + Send + Sync + 'static) -> Result<(), Box<Failure>> {
    __tsan_init();
    // What these programs get wrong is something else.
    Builder::new().may_leak(true).check(f).map(drop)
}

#[track_caller]
fn assert_races(f: impl Fn() + Send + Sync + 'static) -> Box<Failure> {
    let failure = check(f).expect_err("nothing orders the accesses");
    assert_eq!(failure.kind, FailureKind::Race, "{failure}");
    let (first, second) = failure.race.expect("both accesses are steps");
    assert!(first < second, "{failure}");
    failure
}

#[track_caller]
fn assert_passes(f: impl Fn() + Send + Sync + 'static) {
    if let Err(failure) = check(f) {
        panic!("{failure}");
    }
}

/// A message: the writer tells with `publish`, the reader looks with `look`.
fn hand_over(publish: fn(&AtomicBool, &Slot), look: fn(&AtomicBool) -> bool) {
    let (flag, slot) = (AtomicBool::new(false), Slot::default());
    scope(|scope| {
        scope.spawn(|| publish(&flag, &slot));
        if look(&flag) {
            assert_eq!(slot.read(), 1);
        }
    });
}

#[test]
fn release_and_acquire_order_plain_accesses() {
    assert_passes(|| {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            slot.write(1);
            flag.store(true, Release);
        };
        hand_over(publish, |flag| flag.load(Acquire));
    });
}

#[test]
fn relaxed_store_orders_nothing() {
    let failure = assert_races(|| {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            slot.write(1);
            flag.store(true, Relaxed);
        };
        hand_over(publish, |flag| flag.load(Acquire));
    });
    let (first, second) = failure.race.unwrap();
    let (first, second) = (&failure.steps[first], &failure.steps[second]);
    assert_eq!((first.thread, second.thread), (1, 0));
    assert!(
        first.at.file().ends_with("sight.rs") && second.at.file().ends_with("sight.rs"),
        "{failure}"
    );
    assert!(
        first.at.line() > second.at.line(),
        "the write is further down than the read: {failure}"
    );
}

/// The stack of a thread is looked at where another thread has been, and the exploration begins anew when one comes there.
#[test]
fn stack_on_which_others_come_one_after_the_other_is_seen_and_no_execution_counts_twice() {
    let program = |order| {
        move || {
            let slots = [(); 3].map(|()| (Slot::default(), [0_u64; 32]));
            let go = AtomicU32::new(0);
            scope(|scope| {
                scope.spawn(|| {
                    let steps = go.load(order) as usize;
                    // In one execution none, in the next one the first, then the second as well, and so on.
                    slots[..steps].iter().for_each(|(slot, _)| assert_eq!(slot.read(), 1));
                });
                for (step, (slot, _)) in (1..).zip(&slots) {
                    slot.write(1);
                    go.store(step, Release);
                }
            });
        }
    };
    __tsan_init();
    let report = Builder::new().may_leak(true).check(program(Acquire)).expect("it is ordered");
    assert_eq!((report.executions, report.complete), (4, true), "{report:?}");
    assert_races(program(Relaxed));
}

#[test]
fn relaxed_load_orders_nothing() {
    assert_races(|| {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            slot.write(1);
            flag.store(true, Release);
        };
        hand_over(publish, |flag| flag.load(Relaxed));
    });
}

#[test]
fn release_fence_before_the_write_is_too_early() {
    let fenced = |flag: &AtomicBool| {
        let seen = flag.load(Relaxed);
        fence(Acquire);
        seen
    };
    assert_passes(move || {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            slot.write(1);
            fence(Release);
            flag.store(true, Relaxed);
        };
        hand_over(publish, fenced);
    });
    assert_races(move || {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            fence(Release);
            slot.write(1);
            flag.store(true, Relaxed);
        };
        hand_over(publish, fenced);
    });
}

#[test]
fn two_reads_are_no_race() {
    assert_passes(|| {
        let slot = Slot::default();
        slot.write(1);
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert_eq!(slot.read(), 1));
            }
            assert_eq!(slot.read(), 1);
        });
        slot.write(2);
    });
}

#[test]
fn write_after_the_message_was_sent_races() {
    assert_races(|| {
        let publish = |flag: &AtomicBool, slot: &Slot| {
            slot.write(1);
            flag.store(true, Release);
            slot.write(1);
        };
        hand_over(publish, |flag| flag.load(Acquire));
    });
}

#[test]
fn accesses_of_other_widths_race_where_they_overlap() {
    let writes = |byte: usize, reads: fn(*const c_void)| {
        move || {
            let slot = Slot::default();
            scope(|scope| {
                scope.spawn(|| __tsan_write1(slot.at().cast::<u8>().wrapping_add(byte).cast()));
                reads(slot.at().cast());
            });
        }
    };
    assert_races(writes(3, |at| __tsan_read4(at)));
    assert_passes(writes(4, |at| __tsan_read4(at)));
    assert_passes(writes(3, |at| __tsan_read4(at.wrapping_byte_add(4))));
    assert_races(writes(4, |at| __tsan_unaligned_read8(at.wrapping_byte_sub(3))));
    assert_passes(writes(5, |at| __tsan_unaligned_read8(at.wrapping_byte_sub(3))));
    assert_passes(writes(5, |at| __tsan_read1(at.wrapping_byte_add(6))));
}

#[test]
fn copy_reads_and_writes() {
    let copies = |from_shared: bool| {
        move || {
            let slot = Slot::default();
            scope(|scope| {
                scope.spawn(|| slot.write(1));
                let own = UnsafeCell::new(0_u32);
                let (to, from) =
                    if from_shared { (own.get(), slot.at()) } else { (slot.at(), own.get()) };
                // SAFETY: both are four bytes, and nobody else runs.
                unsafe { __tsan_memcpy(to.cast(), from.cast(), 4) };
            });
        }
    };
    assert_races(copies(true));
    assert_races(copies(false));
}

/// A boxed number whose making is told of.
fn make(value: u32) -> *mut AtomicU32 {
    let made = Box::into_raw(Box::new(AtomicU32::new(value)));
    // SAFETY: the bytes stay what they are; so they are told of as written.
    unsafe { __tsan_memcpy(made.cast(), made.cast_const().cast(), size_of::<AtomicU32>()) };
    made
}

#[test]
fn atomic_is_not_made_yet_for_who_reads_a_pointer_relaxed() {
    let publishes = |store, load| {
        move || {
            let pointer = AtomicPtr::new(ptr::null_mut());
            scope(|scope| {
                scope.spawn(|| pointer.store(make(5), store));
                let made: *mut AtomicU32 = pointer.load(load);
                if !made.is_null() {
                    // SAFETY: leaked, so alive.
                    assert_eq!(unsafe { (*made).load(Relaxed) }, 5);
                }
            });
        }
    };
    assert_races(publishes(Relaxed, Relaxed));
    assert_races(publishes(Release, Relaxed));
    assert_races(publishes(Relaxed, Acquire));
    assert_passes(publishes(Release, Acquire));
}

#[test]
fn get_mut_of_an_atomic_races_with_a_load() {
    assert_races(|| {
        let number = make(0).expose_provenance();
        let at = move || ptr::with_exposed_provenance_mut::<AtomicU32>(number);
        // SAFETY: leaked, so alive.
        let other = spawn(move || unsafe { (*at()).load(Relaxed) });
        // SAFETY: as above; that the other thread has a reference is what is to be found.
        *unsafe { (*at()).get_mut() } = 5;
        other.join().unwrap();
    });
}

/// A box that is freed by a thread when the flag is set, by `free`.
fn frees(order: std::sync::atomic::Ordering, access: fn(*mut Slot)) {
    let slot = Box::into_raw(Box::new(Slot::default())).expose_provenance();
    let at = move || ptr::with_exposed_provenance_mut::<Slot>(slot);
    let freed = AtomicBool::new(false);
    scope(|scope| {
        scope.spawn(|| {
            // A function that this one has called, and that returns to it.
            __tsan_func_entry((frees as fn(_, _) as *const c_void).wrapping_byte_add(1));
            // SAFETY: made by a box; that it is used afterwards is what is to be found.
            drop(unsafe { Box::from_raw(at()) });
            __tsan_func_exit();
            freed.store(true, Release);
        });
        if freed.load(order) {
            access(at());
        }
    });
}

#[test]
fn use_after_free_says_who_has_freed() {
    let failure = check(|| frees(Acquire, |slot| __tsan_write4(slot.cast()))).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Memory, "{failure}");
    assert!(failure.message.contains("use after free: thread 0 writes"), "{failure}");
    assert!(failure.message.contains("that thread 1 has freed before, at sight.rs:"), "{failure}");
    assert_eq!(failure.steps.iter().filter(|step| step.op == "access").count(), 2, "{failure}");
}

#[test]
fn free_that_nothing_orders_is_a_race() {
    assert_races(|| frees(Relaxed, |slot| __tsan_read4(slot.cast())));
}

#[test]
fn access_before_the_memory_is_freed_must_be_ordered_too() {
    let uses = |store| {
        move || {
            let slot = Box::into_raw(Box::new(Slot::default())).expose_provenance();
            let at = move || ptr::with_exposed_provenance_mut::<Slot>(slot);
            let done = AtomicBool::new(false);
            scope(|scope| {
                scope.spawn(|| {
                    __tsan_read4(at().cast_const().cast());
                    done.store(true, store);
                });
                if done.load(Acquire) {
                    // SAFETY: made by a box, and not used again.
                    drop(unsafe { Box::from_raw(at()) });
                }
            });
        }
    };
    assert_passes(uses(Release));
    assert_races(uses(Relaxed));
}

#[test]
fn second_free_says_who_was_first() {
    let failure = check(|| {
        frees(Acquire, |slot| {
            // SAFETY: made by a box. That it is freed twice is what is to be found, and the allocator keeps it.
            drop(unsafe { Box::from_raw(slot) });
        });
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Memory, "{failure}");
    assert!(failure.message.contains("freed for the second time"), "{failure}");
}

/// As `hand_over`, through an atomic that is not the checker's.
fn hand_over_by_std(store: i32, load: i32) {
    let (flag, slot) = (UnsafeCell::new(0_u32), Slot::default());
    let (flag, slot) = (flag.get().expose_provenance(), &slot);
    let at = move || ptr::with_exposed_provenance_mut::<u32>(flag);
    scope(|scope| {
        scope.spawn(move || {
            slot.write(1);
            // SAFETY: aligned, and alive while the scope is.
            unsafe { __tsan_atomic32_store(at(), 1, store) };
        });
        // The search runs thread 0 first. So that the other thread has run, it is waited for by an atomic that orders nothing.
        let gate = AtomicBool::new(false);
        scope.spawn(move || {
            let gate = gate;
            gate.store(true, Relaxed);
            // SAFETY: as above.
            if unsafe { __tsan_atomic32_load(at(), load) } == 1 {
                slot.read();
            }
        });
    });
}

#[test]
fn atomics_of_std_order_as_they_say() {
    assert_passes(|| hand_over_by_std(RELEASE, ACQUIRE));
    assert_races(|| hand_over_by_std(RELAXED, ACQUIRE));
    assert_races(|| hand_over_by_std(RELEASE, RELAXED));
}

#[test]
fn last_owner_by_atomics_of_std_may_free() {
    let counts = |release: i32, acquire: bool| {
        move || {
            let count = Box::leak(Box::new(UnsafeCell::new(2_u32))).get().expose_provenance();
            let slot = Box::into_raw(Box::new(Slot::default())).expose_provenance();
            let give_back = move || {
                let count = ptr::with_exposed_provenance_mut::<u32>(count);
                let slot = ptr::with_exposed_provenance_mut::<Slot>(slot);
                // SAFETY: alive, since it is not the last that is given back.
                unsafe { (*slot).read() };
                // SAFETY: leaked.
                if unsafe { __tsan_atomic32_fetch_add(count, u32::MAX, release) } == 1 {
                    if acquire {
                        __tsan_atomic_thread_fence(ACQUIRE);
                    }
                    // SAFETY: the last owner.
                    drop(unsafe { Box::from_raw(slot) });
                }
            };
            let other = spawn(give_back);
            give_back();
            other.join().unwrap();
        }
    };
    assert_passes(counts(RELEASE, true));
    assert_races(counts(RELEASE, false));
    assert_races(counts(RELAXED, true));
}

#[test]
fn nothing_is_seen_outside_of_a_model() {
    __tsan_init();
    let slot = Slot::default();
    slot.write(1);
    std::thread::scope(|scope| {
        scope.spawn(|| slot.write(2));
        slot.write(3);
    });
}

/// Where a program keeps a block that it does not free.
static KEPT: std::sync::atomic::AtomicPtr<u64> = std::sync::atomic::AtomicPtr::new(ptr::null_mut());

/// A block that the optimiser leaves there.
fn block() -> Box<u64> {
    std::hint::black_box(Box::new(1))
}

/// The leak that a program is told of; none, if it passes.
fn leak(f: impl Fn() + Send + Sync + 'static) -> Option<String> {
    __tsan_init();
    let failure = Builder::new().check(f).err()?;
    assert_eq!(failure.kind, FailureKind::Leak, "{failure}");
    Some(failure.message)
}

#[test]
#[cfg(target_os = "linux")]
fn block_that_is_neither_freed_nor_at_hand_is_a_leak() {
    assert_eq!(
        leak(|| std::mem::forget(block())).as_deref(),
        Some("leak: memory is never freed: 8 bytes, asked for here")
    );
    // One block is in the other.
    let two = leak(|| {
        spawn(|| std::mem::forget(std::hint::black_box(Box::new(block())))).join().unwrap();
    });
    assert!(two.is_some_and(|words| words.contains("2 blocks, 16 bytes together")));
    // What grows is another block, and the old one is freed.
    let grown = leak(|| {
        let mut list = Vec::with_capacity(1);
        (0..9_u64).for_each(|number| list.push(number));
        std::mem::forget(std::hint::black_box(list));
    });
    assert!(grown.is_some_and(|words| words.contains("never freed: 128 bytes")));
    // In one execution only: the thread was faster.
    let sometimes = leak(|| {
        let flag = std::sync::Arc::new(AtomicBool::new(false));
        let theirs = flag.clone();
        let other = spawn(move || theirs.store(true, Relaxed));
        if flag.load(Relaxed) {
            std::mem::forget(block());
        }
        other.join().unwrap();
    });
    assert!(sometimes.is_some());
}

#[test]
fn block_that_is_freed_or_at_hand_is_no_leak() {
    assert_eq!(leak(|| drop(block())), None);
    // Another thread frees it, and what a thread returns is dropped here.
    assert_eq!(leak(|| drop(spawn(block).join().unwrap())), None);
    assert_eq!(
        leak(|| {
            let mine = block();
            spawn(move || drop(mine)).join().unwrap();
        }),
        None
    );
    // A variable has it that outlives the execution.
    assert_eq!(
        leak(|| {
            let block = Box::into_raw(block());
            KEPT.store(block, std::sync::atomic::Ordering::Relaxed);
        }),
        None
    );
    // The checker frees it.
    assert_eq!(leak(|| rc11::free(block())), None);
    // A message of a panic that is caught.
    assert_eq!(
        leak(|| {
            let caught = std::panic::catch_unwind(|| std::panic::resume_unwind(block()));
            assert!(caught.is_err());
        }),
        None
    );
    let says_so = || std::mem::forget(block());
    __tsan_init();
    assert!(Builder::new().may_leak(true).check(says_so).is_ok());
}

#[test]
#[cfg(target_os = "linux")]
fn handle_of_a_thread_that_is_forgotten_is_a_leak() {
    let forgotten = leak(|| std::mem::forget(rc11::thread::current()));
    assert!(forgotten.is_some_and(|message| message.contains("memory is never freed")));
    assert_eq!(leak(|| drop(rc11::thread::current().clone())), None);
}

#[test]
fn whoever_drops_the_last_handle_frees_memory_of_the_checkers() {
    // A name: read by one thread, and given back by the other.
    assert_passes(|| {
        let builder = rc11::thread::Builder::new().name("worker".to_owned());
        let worker = builder.spawn(rc11::thread::current).unwrap();
        let first = worker.join().unwrap();
        let second = first.clone();
        spawn(move || {
            __tsan_read1(first.name().expect("a name").as_ptr().cast());
            drop(first);
        });
        __tsan_read1(second.name().expect("a name").as_ptr().cast());
        drop(second);
    });
    // The two ends of a channel, one of which nobody waits for.
    assert_passes(|| {
        let (sender, receiver) = rc11::sync::mpsc::channel();
        spawn(move || sender.send(1));
        let _ = receiver.try_recv();
    });
}

#[test]
fn memory_of_a_channel_that_is_never_given_back_is_a_leak() {
    assert!(leak(|| std::mem::forget(rc11::sync::mpsc::channel::<u32>())).is_some());
    assert_eq!(leak(|| drop(rc11::sync::mpsc::channel::<u32>())), None);
}
