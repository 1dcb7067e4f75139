//! The functions that instrumented code calls for its atomics.
//!
//! If the model explores atomics by address, each is an event of the graph, as an operation of [`atomic`](crate::atomic) is. Otherwise, and
//! that is for atomics of std which are none of the program's business, they are made as they are, and only what they order is
//! noted.

use crate::core::event::{Op, Request};
use crate::faces::atomic::{FENCE, Ops, Word};
use crate::runtime::audit::{self, Part};
use crate::runtime::foreign;
use crate::runtime::sight::{self, Kind, Step};
use std::sync::atomic::{self, Ordering, Ordering::SeqCst};

/// The orderings of C++, as the compiler numbers them. `consume` is `acquire`, as in every compiler.
fn ordering(number: i32) -> Ordering {
    // Above the lowest bits are hints for lock elision.
    match number & 0xff {
        0 => Ordering::Relaxed,
        1 | 2 => Ordering::Acquire,
        3 => Ordering::Release,
        4 => Ordering::AcqRel,
        _ => SeqCst,
    }
}

/// The bytes of an atomic.
fn range<T>(at: *mut T) -> (usize, usize) {
    (at.expose_provenance(), size_of::<T>())
}

/// A request for `op` by the code that the call returns to.
fn request(op: &'static Op, order: i32, address: usize) -> Request {
    let at = foreign::site(address);
    Request::new(op, at, audit::ordering(at, op.name, Part::Only, ordering(order)))
}

fn load<T: Word>(at: *mut T, order: i32, address: usize) -> T {
    T::from_bits(foreign::load(range(at), request(Ops::<T>::LOAD, order, address)))
}

fn store<T: Word>(at: *mut T, value: T, order: i32, address: usize) {
    let bits = value.to_bits();
    foreign::store(
        range(at),
        bits,
        Request { a: bits, ..request(Ops::<T>::STORE, order, address) },
    );
}

fn update<T: Word>(at: *mut T, op: &'static Op, operand: T, order: i32, address: usize) -> T {
    let request = Request { a: operand.to_bits(), ..request(op, order, address) };
    T::from_bits(foreign::update(range(at), request).0)
}

/// The value that was expected, what to put in its place, and how.
struct Exchange<T> {
    expected: T,
    new: T,
    success: i32,
    failure: i32,
    weak: bool,
}

/// A compare-exchange: what was there, and whether it was exchanged.
fn exchange<T: Word>(at: *mut T, exchange: &Exchange<T>, address: usize) -> (T, bool) {
    let Exchange { expected, new, success, failure, weak } = *exchange;
    let op = if weak { Ops::<T>::COMPARE_EXCHANGE_WEAK } else { Ops::<T>::COMPARE_EXCHANGE };
    let site = foreign::site(address);
    let request = Request {
        op,
        at: site,
        a: expected.to_bits(),
        b: new.to_bits(),
        order: audit::ordering(site, op.name, Part::Success, ordering(success)),
        failure: audit::ordering(site, op.name, Part::Failure, ordering(failure)),
        weak,
        fails: false,
    };
    let (old, wrote) = foreign::update(range(at), request);
    (T::from_bits(old), wrote)
}

/// Notes what an atomic orders that is not explored. `address`: what the call returns to, if that is known.
fn note<T>(at: *mut T, step: Step, order: i32, address: Option<usize>) {
    sight::atomic(range(at), step, ordering(order), address);
}

macro_rules! atomics {
    ($($value:ident $atomic:ident, $load:ident $store:ident $exchange:ident
        $val:ident $strong:ident $weak:ident $($fetch:ident $method:ident)*;)*) => {$(
        const _: () = {
            unsafe extern "C" fn load(at: *mut $value, order: i32, address: usize) -> $value {
                if foreign::is_explored() {
                    return super::atomics::load(at, order, address);
                }
                note(at, Step::Load, order, Some(address));
                // SAFETY: as promised by the caller.
                unsafe { atomic::$atomic::from_ptr(at) }.load(SeqCst)
            }

            unsafe extern "C" fn store(at: *mut $value, value: $value, order: i32, address: usize) {
                if foreign::is_explored() {
                    return super::atomics::store(at, value, order, address);
                }
                note(at, Step::Store, order, Some(address));
                // SAFETY: as promised by the caller.
                unsafe { atomic::$atomic::from_ptr(at) }.store(value, SeqCst);
            }

            unsafe extern "C" fn swap(at: *mut $value, value: $value, order: i32, address: usize) -> $value {
                if foreign::is_explored() {
                    return update(at, Ops::<$value>::SWAP, value, order, address);
                }
                note(at, Step::Update, order, Some(address));
                // SAFETY: as promised by the caller.
                unsafe { atomic::$atomic::from_ptr(at) }.swap(value, SeqCst)
            }

            unsafe fn compare(at: *mut $value, asked: &Exchange<$value>, address: usize) -> ($value, bool) {
                if foreign::is_explored() {
                    return exchange(at, asked, address);
                }
                // SAFETY: as promised by the caller.
                let word = unsafe { atomic::$atomic::from_ptr(at) };
                // Nobody else runs between this look and the exchange: the threads of a model run in turn.
                match word.load(SeqCst) == asked.expected {
                    true => note(at, Step::Update, asked.success, None),
                    false => note(at, Step::Load, asked.failure, None),
                }
                match word.compare_exchange(asked.expected, asked.new, SeqCst, SeqCst) {
                    Ok(old) => (old, true),
                    Err(old) => (old, false),
                }
            }

            unsafe extern "C" fn value(
                at: *mut $value,
                expected: $value,
                new: $value,
                success: i32,
                failure: i32,
                address: usize,
            ) -> $value {
                let asked = Exchange { expected, new, success, failure, weak: false };
                // SAFETY: as promised by the caller.
                unsafe { compare(at, &asked, address) }.0
            }

            /// As C has it: what was there is left where the expected value is.
            unsafe fn in_place(
                at: *mut $value,
                expected: *mut $value,
                (new, success, failure, weak): ($value, i32, i32, bool),
                address: usize,
            ) -> bool {
                super::access(range(expected), Kind::READ, address);
                // SAFETY: as promised by the caller.
                let asked = Exchange { expected: unsafe { *expected }, new, success, failure, weak };
                // SAFETY: as promised by the caller.
                let (old, wrote) = unsafe { compare(at, &asked, address) };
                if !wrote {
                    super::access(range(expected), Kind::WRITE, address);
                    // SAFETY: as promised by the caller.
                    unsafe { *expected = old };
                }
                wrote
            }

            unsafe extern "C" fn strong(
                at: *mut $value,
                expected: *mut $value,
                new: $value,
                success: i32,
                failure: i32,
                address: usize,
            ) -> i32 {
                // SAFETY: as promised by the caller.
                unsafe { in_place(at, expected, (new, success, failure, false), address) }.into()
            }

            unsafe extern "C" fn weak(
                at: *mut $value,
                expected: *mut $value,
                new: $value,
                success: i32,
                failure: i32,
                address: usize,
            ) -> i32 {
                // SAFETY: as promised by the caller.
                unsafe { in_place(at, expected, (new, success, failure, true), address) }.into()
            }

            hand_over! {
                $load(2) => load;
                $store(3) => store;
                $exchange(3) => swap;
                $val(5) => value;
                $strong(5) => strong;
                $weak(5) => weak;
            }

            $(const _: () = {
                const OP: &Op = &Ops::<$value>::update(stringify!($method), |old, operand, _| {
                    let mut word = atomic::$atomic::new(Word::from_bits(old));
                    word.$method(Word::from_bits(operand), Ordering::Relaxed);
                    Some((*word.get_mut()).to_bits())
                }, 1);

                unsafe extern "C" fn fetch(at: *mut $value, value: $value, order: i32, address: usize) -> $value {
                    if foreign::is_explored() {
                        return update(at, OP, value, order, address);
                    }
                    note(at, Step::Update, order, Some(address));
                    // SAFETY: as promised by the caller.
                    unsafe { atomic::$atomic::from_ptr(at) }.$method(value, SeqCst)
                }

                hand_over! { $fetch(3) => fetch; }
            };)*
        };
    )*};
}

atomics! {
    u8 AtomicU8, __tsan_atomic8_load __tsan_atomic8_store __tsan_atomic8_exchange
        __tsan_atomic8_compare_exchange_val __tsan_atomic8_compare_exchange_strong __tsan_atomic8_compare_exchange_weak
        __tsan_atomic8_fetch_add fetch_add __tsan_atomic8_fetch_sub fetch_sub
        __tsan_atomic8_fetch_and fetch_and __tsan_atomic8_fetch_or fetch_or
        __tsan_atomic8_fetch_xor fetch_xor __tsan_atomic8_fetch_nand fetch_nand;
    u16 AtomicU16, __tsan_atomic16_load __tsan_atomic16_store __tsan_atomic16_exchange
        __tsan_atomic16_compare_exchange_val __tsan_atomic16_compare_exchange_strong __tsan_atomic16_compare_exchange_weak
        __tsan_atomic16_fetch_add fetch_add __tsan_atomic16_fetch_sub fetch_sub
        __tsan_atomic16_fetch_and fetch_and __tsan_atomic16_fetch_or fetch_or
        __tsan_atomic16_fetch_xor fetch_xor __tsan_atomic16_fetch_nand fetch_nand;
    u32 AtomicU32, __tsan_atomic32_load __tsan_atomic32_store __tsan_atomic32_exchange
        __tsan_atomic32_compare_exchange_val __tsan_atomic32_compare_exchange_strong __tsan_atomic32_compare_exchange_weak
        __tsan_atomic32_fetch_add fetch_add __tsan_atomic32_fetch_sub fetch_sub
        __tsan_atomic32_fetch_and fetch_and __tsan_atomic32_fetch_or fetch_or
        __tsan_atomic32_fetch_xor fetch_xor __tsan_atomic32_fetch_nand fetch_nand;
    u64 AtomicU64, __tsan_atomic64_load __tsan_atomic64_store __tsan_atomic64_exchange
        __tsan_atomic64_compare_exchange_val __tsan_atomic64_compare_exchange_strong __tsan_atomic64_compare_exchange_weak
        __tsan_atomic64_fetch_add fetch_add __tsan_atomic64_fetch_sub fetch_sub
        __tsan_atomic64_fetch_and fetch_and __tsan_atomic64_fetch_or fetch_or
        __tsan_atomic64_fetch_xor fetch_xor __tsan_atomic64_fetch_nand fetch_nand;
}

extern "C" fn fence(order: i32, address: usize) {
    let order = ordering(order);
    if foreign::is_explored() {
        let at = foreign::site(address);
        let order = audit::ordering(at, "fence", Part::Only, order);
        if order != Ordering::Relaxed {
            foreign::fence(Request::new(&FENCE, at, order));
        }
        return;
    }
    atomic::fence(SeqCst);
    sight::fence(order);
}

/// A fence for the compiler alone: it orders nothing between threads.
extern "C" fn signal_fence(_: i32, _: usize) {}

hand_over! {
    __tsan_atomic_thread_fence(1) => fence;
    __tsan_atomic_signal_fence(1) => signal_fence;
}
