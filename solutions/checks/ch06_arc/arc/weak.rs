//! What `Weak` must do, in both stages that have it.

use super::super::subject::{Arc, Inner, Weak};
use super::super::sync::{self, alloc, thread};
use super::contract::{self, Counted, Data, NEARLY, Sent, model, refuses_too_many};
use grader::impls;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::MutexGuard;

pub fn weak_is_send_and_sync_where_both() {
    assert!(
        impls!(Weak<u8>: Send & Sync),
        "a `Weak<u8>` is not both `Send` and `Sync`, but its `Arc` is: it cannot do more"
    );
    assert!(
        !impls!(Weak<Cell<u8>>: Send) && !impls!(Weak<Cell<u8>>: Sync),
        "a `Weak<Cell<u8>>` is `Send` or `Sync`, and a `Cell` is not `Sync`: another thread makes an `Arc` of it, by `upgrade`"
    );
    assert!(
        !impls!(Weak<MutexGuard<'static, u8>>: Send)
            && !impls!(Weak<MutexGuard<'static, u8>>: Sync),
        "a `Weak` of a `MutexGuard`, which is `Sync` but not `Send`, is `Send` or `Sync`: another thread makes an `Arc` of it, \
         by `upgrade`, and if that is the last one it drops the guard"
    );
}

pub fn upgrade_while_there_is_an_arc() {
    model(|| {
        let drops = Cell::new(0);
        let arc = Arc::new(Counted(&drops));
        let weak = Arc::downgrade(&arc);
        let clone = weak.clone();
        let upgraded = weak.upgrade();
        assert!(upgraded.is_some(), "`upgrade` gives `None` while there is an `Arc`");
        let upgraded = upgraded.unwrap();
        assert!(Arc::ptr_eq(&arc, &upgraded), "`upgrade` gives an `Arc` of other data");
        drop(arc);
        drop(weak);
        assert_eq!(
            drops.get(),
            0,
            "drops of the data while there is an `Arc` that `upgrade` has made"
        );
        assert!(clone.upgrade().is_some(), "`upgrade` gives `None` while there is an `Arc`");
        drop(upgraded);
        assert_eq!(
            drops.get(),
            1,
            "drops of the data when the last `Arc` has been dropped, and a `Weak` is left"
        );
        assert!(
            clone.upgrade().is_none(),
            "`upgrade` gives an `Arc` although the data was dropped"
        );
        assert!(
            clone.clone().upgrade().is_none(),
            "`upgrade` gives an `Arc` although the data was dropped"
        );
        drop(clone);
        assert_eq!(drops.get(), 1, "drops of the data when the last `Weak` has been dropped");
    });
}

pub fn frees_with_the_last_handle() {
    model(|| {
        let arc = Arc::new(Data::new(1));
        let place = &raw const *arc;
        let weak = Arc::downgrade(&arc);
        let clone = weak.clone();
        drop(weak);
        drop(arc);
        assert!(!alloc::is_freed(place), "the memory was freed while there is a `Weak`");
        assert!(
            clone.upgrade().is_none(),
            "`upgrade` gives an `Arc` although the data was dropped"
        );
        drop(clone);
        assert!(
            alloc::is_freed(place),
            "the last `Weak` has been dropped, but the memory was not freed"
        );

        let arc = Arc::new(Data::new(1));
        let place = &raw const *arc;
        drop(Arc::downgrade(&arc).upgrade());
        drop(arc);
        assert!(
            alloc::is_freed(place),
            "the last `Arc` has been dropped after all `Weak`s, but the memory was not freed"
        );
    });
}

pub fn takes_unsized_data() {
    model(|| {
        let numbers: Box<Inner<[Data]>> = Box::new(Inner::new([Data::new(1), Data::new(2)]));
        let numbers: Arc<[Data]> = Arc::from(numbers);
        let weak: Weak<[Data]> = Arc::downgrade(&numbers);
        assert_eq!(weak.upgrade().map(|arc| arc[1].get()), Some(2), "`upgrade` gives other data");
        drop(numbers);
        assert!(weak.upgrade().is_none(), "`upgrade` gives an `Arc` although the data was dropped");
    });
}

/// The data lives, or `upgrade` says that it does not.
pub fn upgrade_beside_the_last_drop() {
    model(|| {
        let arc = Arc::new(Data::new(7));
        let weak = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || {
            if let Some(arc) = weak.take().upgrade() {
                assert_eq!(arc.get(), 7, "`upgrade` gives data that was dropped");
            }
        });
        assert_eq!(arc.get(), 7, "the data has changed while there is a handle");
        drop(arc);
        other.join().unwrap();
    });
}

/// Two threads upgrade while a third drops.
pub fn two_upgrades_beside_the_last_drop() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let arc = Arc::new(Data::new(7));
        let weak = Arc::downgrade(&arc);
        let others = [Sent::new(weak.clone()), Sent::new(weak)].map(|weak| {
            thread::spawn(move || {
                if let Some(arc) = weak.take().upgrade() {
                    assert_eq!(arc.get(), 7, "`upgrade` gives data that was dropped");
                }
            })
        });
        drop(arc);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// The last `Arc` and the last `Weak` are dropped by two threads: one of them frees, after both.
pub fn weak_beside_arc() {
    model(|| {
        let arc = Arc::new(Data::new(7));
        let weak = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || drop(weak.take()));
        drop(arc);
        other.join().unwrap();
    });
}

/// Both threads make weak handles and drop them.
pub fn weaks_in_two_threads() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let arc = Arc::new(Data::new(7));
        let weak = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || {
            let weak = weak.take();
            let clone = weak.clone();
            drop(weak);
            drop(clone);
        });
        let weak = Arc::downgrade(&arc);
        drop(arc);
        drop(weak);
        other.join().unwrap();
    });
}

pub fn get_mut_counts_weaks() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let weak = Arc::downgrade(&arc);
        assert!(
            Arc::get_mut(&mut arc).is_none(),
            "`get_mut` gives a `&mut` while there is a `Weak`: one `upgrade`, and there are two references to what one of them \
             may change"
        );
        assert!(weak.upgrade().is_some(), "after a `get_mut` that gave `None`, `upgrade` fails");
        drop(weak);
        assert!(
            Arc::get_mut(&mut arc).is_some(),
            "`get_mut` gives `None` although the `Weak` has been dropped"
        );
        let weak = Arc::downgrade(&arc);
        assert!(
            weak.upgrade().is_some(),
            "after a `get_mut`, `downgrade` makes a `Weak` that cannot be upgraded"
        );
        drop(arc);
        assert!(weak.upgrade().is_none(), "`upgrade` gives an `Arc` although the data was dropped");
    });
}

/// The other thread makes a `Weak` of its `Arc`, gives the `Arc` up, and comes back through the `Weak`.
pub fn get_mut_beside_downgrade() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            let weak = Arc::downgrade(&arc);
            drop(arc);
            if let Some(arc) = weak.upgrade() {
                // Before `get_mut` or after, but not in the middle.
                assert!(arc.get() > 0, "`upgrade` gives data that was dropped");
            }
        });
        if let Some(data) = Arc::get_mut(&mut arc) {
            data.set(2);
        }
        other.join().unwrap();
    });
}

/// The other thread makes an `Arc` of its `Weak`, and drops the `Weak`.
pub fn get_mut_beside_upgrade() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || {
            let weak = theirs.take();
            let arc = weak.upgrade().expect("`upgrade` gives `None` while there is an `Arc`");
            drop(weak);
            assert_eq!(arc.get(), 1, "the data has changed while there is another `Arc`");
        });
        if let Some(data) = Arc::get_mut(&mut arc) {
            data.set(2);
        }
        other.join().unwrap();
    });
}

/// Only the handles that are left decide: the other thread has had a `Weak`, and read the data by it.
pub fn get_mut_after_weaks() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || {
            let weak = theirs.take();
            let _ = weak.upgrade().map(|arc| arc.get());
            drop(weak);
        });
        if let Some(data) = Arc::get_mut(&mut arc) {
            data.set(2);
        }
        other.join().unwrap();
        assert!(
            Arc::get_mut(&mut arc).is_some(),
            "`get_mut` gives `None` although all others have been dropped"
        );
    });
}

/// Data that knows where it is.
struct Node {
    me: Weak<Node>,
    data: Data,
}

pub fn cyclic_data_finds_itself() {
    model(|| {
        let arc = Arc::new_cyclic(|weak| {
            assert!(
                weak.upgrade().is_none(),
                "`upgrade` gives an `Arc` of data that is not made yet"
            );
            Node { me: weak.clone(), data: Data::new(5) }
        });
        let again =
            arc.me.upgrade().expect("`upgrade` gives `None` after `new_cyclic` has returned");
        assert!(
            Arc::ptr_eq(&arc, &again),
            "the `Weak` that `new_cyclic` gave points to something else"
        );
        assert_eq!(again.data.get(), 5, "the data is not what the closure has returned");
        let place = &raw const *arc;
        drop(arc);
        drop(again);
        assert!(
            alloc::is_freed(place),
            "data that has a `Weak` of itself keeps its memory for ever"
        );
    });
}

pub fn cyclic_closure_that_panics_frees() {
    model(|| {
        let place = Cell::new(std::ptr::null());
        sync::expect_panic(|| {
            Arc::<Data>::new_cyclic(|weak| {
                let kept = weak.clone();
                // Where the handle is does not matter, what it points to does.
                place.set(first_word(&kept));
                panic!("on purpose, before there is any data");
            })
        });
        assert!(
            place.get().is_null() || alloc::is_freed(place.get()),
            "the closure of `new_cyclic` has panicked, but the memory was not freed"
        );
    });
    // A handle that outlives the panic keeps the memory, and can be asked.
    model(|| {
        let kept = Cell::new(None);
        sync::expect_panic(|| {
            Arc::<Data>::new_cyclic(|weak| {
                kept.set(Some(weak.clone()));
                panic!("on purpose, before there is any data");
            })
        });
        let kept = kept.take().expect("the closure was not called");
        assert!(kept.upgrade().is_none(), "`upgrade` gives an `Arc` of data that was never made");
    });
}

/// What the first word of a handle points to; null if a handle is more than a pointer.
fn first_word(weak: &Weak<Data>) -> *const u8 {
    if size_of::<Weak<Data>>() != size_of::<*const u8>() {
        return std::ptr::null();
    }
    // SAFETY: a handle of one word is a pointer, or as good as one for a comparison of addresses.
    unsafe { std::ptr::from_ref(weak).cast::<*const u8>().read() }
}

/// Another thread is given the `Weak` before there is data. If it gets an `Arc`, the data is there.
pub fn cyclic_data_is_there_for_who_upgrades() {
    model(|| {
        let other = Cell::new(None);
        let arc = Arc::new_cyclic(|weak: &Weak<Data>| {
            let theirs = Sent::new(weak.clone());
            other.set(Some(thread::spawn(move || {
                if let Some(arc) = theirs.take().upgrade() {
                    assert_eq!(arc.get(), 3, "`upgrade` gives data that is not made yet");
                }
            })));
            let mut data = Data::new(1);
            data.set(3);
            data
        });
        let other = other.take().expect("the closure was not called");
        other.join().unwrap();
        assert_eq!(arc.get(), 3, "the data is not what the closure has returned");
    });
}

/// As above; the only `Arc` may be gone again before the other thread has one. That one is of data, or there is none.
pub fn cyclic_data_is_gone_for_who_upgrades_late() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let other = Cell::new(None);
        drop(Arc::new_cyclic(|weak: &Weak<Data>| {
            let theirs = Sent::new(weak.clone());
            other.set(Some(thread::spawn(move || {
                if let Some(arc) = theirs.take().upgrade() {
                    assert_eq!(arc.get(), 3, "`upgrade` gives data that is not there");
                }
            })));
            let mut data = Data::new(1);
            data.set(3);
            data
        }));
        other.take().expect("the closure was not called").join().unwrap();
    });
}

/// `clone_from` takes the place of a handle: it lets go of the old memory, and counts for the new.
pub fn clone_from_of_weak_counts() {
    model(|| {
        let (mut old, new) = (Arc::new(Data::new(1)), Arc::new(Data::new(2)));
        let place = &raw const *new;
        let mut weak = Arc::downgrade(&old);
        weak.clone_from(&Arc::downgrade(&new));
        assert!(
            Arc::get_mut(&mut old).is_some(),
            "`get_mut` gives `None` although `clone_from` has taken the only `Weak`'s place"
        );
        let found = weak.upgrade().map(|arc| arc.get());
        assert_eq!(found, Some(2), "`upgrade` of a `Weak` that `clone_from` has made");
        drop(new);
        assert!(
            !alloc::is_freed(place),
            "the memory was freed while there is a `Weak` that `clone_from` has made"
        );
        assert!(weak.upgrade().is_none(), "`upgrade` gives an `Arc` although the data was dropped");
    });
    // It was the last handle of the old memory.
    model(|| {
        let (old, new) = (Arc::new(Data::new(1)), Arc::new(Data::new(2)));
        let place = &raw const *old;
        let mut weak = Arc::downgrade(&old);
        drop(old);
        weak.clone_from(&Arc::downgrade(&new));
        assert!(
            alloc::is_freed(place),
            "`clone_from` has taken the place of the last `Weak`, but the memory was not freed"
        );
    });
}

/// What a call that refuses has counted before it panics: nothing.
fn counts_nothing<H>(one_more: impl Fn(&Arc<Rc<()>>) -> H, otherwise: &str) {
    grader::expect_abort(
        || {
            let told = Rc::new(());
            let arc = Arc::with_forgotten(told.clone(), 0, NEARLY);
            let attempt = || catch_unwind(AssertUnwindSafe(|| one_more(&arc)));
            let held: Vec<_> = (0..64).map(|_| attempt()).collect();
            drop(held);
            drop(arc);
            assert_eq!(Rc::strong_count(&told), 1, "the data was not dropped with the last handle");
            // All is well: the end that is expected, for those who refuse by a panic or need not refuse.
            std::process::abort()
        },
        otherwise,
    )
}

pub fn refused_clones_are_not_counted() {
    counts_nothing(
        Clone::clone,
        "`clone` with very many weak handles has panicked, and must have counted nothing before: now the data is not dropped with \
         the last handle",
    );
}

pub fn refused_upgrades_are_not_counted() {
    counts_nothing(
        |arc| Arc::downgrade(arc).upgrade(),
        "`upgrade` with very many weak handles has panicked, and must have counted nothing before: now the data is not dropped \
         with the last handle",
    );
}

pub fn weak_counts_abort() {
    let nearly = Arc::with_forgotten(5, 0, NEARLY);
    refuses_too_many(
        || Arc::downgrade(&nearly),
        "`downgrade` with more than `isize::MAX` weak handles must end the process (a panic will do only if nothing was \
         counted)",
    );
}

pub fn weak_clones_abort() {
    let nearly = Arc::with_forgotten(5, 0, NEARLY);
    let weak = Arc::downgrade(&nearly);
    refuses_too_many(
        || weak.clone(),
        "`Weak::clone` with more than `isize::MAX` weak handles must end the process (a panic will do only if nothing was \
         counted)",
    );
}

pub fn upgrade_aborts() {
    let nearly = Arc::with_forgotten(5, NEARLY, 0);
    let weak = Arc::downgrade(&nearly);
    refuses_too_many(
        || weak.upgrade().expect("`upgrade` gives no `Arc` although there are very many"),
        "`upgrade` with more than `isize::MAX` handles must end the process (a panic will do only if nothing was counted)",
    );
}

pub fn nearly_too_many_is_not() {
    contract::say_that_one_more_is_possible();
    let nearly = Arc::with_forgotten(5, NEARLY, 0);
    drop(nearly.clone());
    let weak = Arc::downgrade(&nearly);
    assert_eq!(weak.upgrade().map(|arc| *arc), Some(5), "`upgrade` with very many handles");
    let nearly = Arc::with_forgotten(5, 0, NEARLY);
    let weak = Arc::downgrade(&nearly).clone();
    assert_eq!(weak.upgrade().map(|arc| *arc), Some(5), "`upgrade` with very many weak handles");
}

/// The number of `Arc`s changes again and again, and is never 0.
pub fn upgrade_beside_clones() {
    sync::Model::new().faults(0).watch_frees().check(|| {
        let arc = Arc::new(Data::new(7));
        let weak = Sent::new(Arc::downgrade(&arc));
        let other = thread::spawn(move || {
            let found = weak.take().upgrade();
            assert!(found.is_some(), "`upgrade` gives `None` while there is an `Arc`");
        });
        let clones = [(); 4].map(|()| arc.clone());
        other.join().unwrap();
        drop(clones);
    });
}
