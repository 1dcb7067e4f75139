//! Where loom and rc11 differ: what the book says of it, held to both. A difference that goes away with a newer loom fails
//! here, and then the book has to change.

use std::sync::Arc;

/// The body of a model, once for each engine.
macro_rules! for_both {
    ($name:ident, $($body:tt)*) => {
        mod $name {
            pub mod rc11 {
                #[allow(unused_imports, reason = "a body uses some of them")]
                pub use ::rc11::{atomic, hint, thread};
                $($body)*
            }
            pub mod loom {
                #[allow(unused_imports, reason = "as above")]
                pub use ::loom::{hint, thread};
                pub use ::loom::sync::atomic;
                $($body)*
            }
        }
    };
}

fn rc11_accepts(body: fn()) -> bool {
    rc11::Builder::new().check(body).is_ok()
}

fn loom_accepts(body: fn()) -> bool {
    std::panic::catch_unwind(|| loom::model(body)).is_ok()
}

for_both! { textbook_lock,
    use atomic::{AtomicBool, Ordering::{Acquire, Release}};
    use super::super::Arc;

    fn turn(locked: &AtomicBool) {
        while locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        locked.store(false, Release);
    }

    pub fn body() {
        let lock = Arc::new(AtomicBool::new(false));
        let theirs = lock.clone();
        let other = thread::spawn(move || turn(&theirs));
        turn(&lock);
        other.join().expect("never an error");
    }
}

for_both! { store_buffering,
    use atomic::{AtomicBool, Ordering::SeqCst};
    use super::super::Arc;

    pub fn body() {
        let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let theirs = flags.clone();
        let other = thread::spawn(move || {
            theirs[1].store(true, SeqCst);
            theirs[0].load(SeqCst)
        });
        flags[0].store(true, SeqCst);
        let first = flags[1].load(SeqCst);
        assert!(other.join().expect("never an error") || first, "both went ahead");
    }
}

for_both! { weak_exchange_without_a_loop,
    use atomic::{AtomicU32, Ordering::Relaxed};

    pub fn body() {
        let word = AtomicU32::new(0);
        assert!(word.compare_exchange_weak(0, 1, Relaxed, Relaxed).is_ok(), "failed for no reason");
    }
}

#[test]
fn textbook_lock_is_right_and_loom_rejects_it() {
    assert!(rc11_accepts(textbook_lock::rc11::body));
    assert!(!loom_accepts(textbook_lock::loom::body));
}

#[test]
fn store_buffering_with_seq_cst_is_right_and_loom_rejects_it() {
    assert!(rc11_accepts(store_buffering::rc11::body));
    assert!(!loom_accepts(store_buffering::loom::body));
}

#[test]
fn weak_exchange_without_a_loop_is_wrong_and_loom_accepts_it() {
    let may_fail = rc11::Builder::new().spurious_failures(1);
    assert!(may_fail.check(weak_exchange_without_a_loop::rc11::body).is_err());
    assert!(loom_accepts(weak_exchange_without_a_loop::loom::body));
}
