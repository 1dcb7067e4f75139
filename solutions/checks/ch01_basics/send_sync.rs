//! What `ch01_basics/send_sync` must do.

use super::subject::{Counted, Exclusive, Owned, Slot, Token, View, ViewMut};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("owned_is_what_its_value_is", owned),
    Check::fact("view_goes_where_its_value_may_be_shared", view),
    Check::fact("mutable_view_is_what_its_value_is", view_mut),
    Check::fact("counted_stays_on_its_thread", counted),
    Check::fact("slot_is_sent_where_its_value_is_and_never_shared", slot),
    Check::fact("exclusive_is_shared_whatever_is_in_it", exclusive),
    Check::fact("token_goes_everywhere", token),
    Check::model("owned_value_is_dropped_once_with_its_owner", owned_is_dropped),
    Check::model("counted_value_is_dropped_once_with_its_last_owner", counted_is_dropped),
    Check::model("slot_gives_back_what_was_in_it", slot_replaces),
    Check::model("values_reach_other_threads_whole", other_threads),
];

/// May be sent and shared.
type Both = u8;
/// May be sent, and must not be shared.
type SendOnly = Cell<u8>;
/// May be shared, and must not be sent: some systems want a mutex unlocked by the thread that has locked it.
type SyncOnly = MutexGuard<'static, u8>;
/// Neither.
type Neither = *const u8;

fn owned() {
    assert!(
        impls!(Owned<Both>: Send) && impls!(Owned<SendOnly>: Send),
        "an `Owned<T>` is not `Send` where `T` is. It is the only one to have its pointer, so it takes the value along. The \
         compiler sees a raw pointer and says no: you know more than it does"
    );
    assert!(
        !impls!(Owned<Neither>: Send) && !impls!(Owned<SyncOnly>: Send),
        "an `Owned<T>` is `Send` where `T` is not: a `MutexGuard` could travel in it, and be unlocked by a thread that never \
         locked it"
    );
    assert!(
        impls!(Owned<Both>: Sync) && impls!(Owned<SyncOnly>: Sync),
        "an `Owned<T>` is not `Sync` where `T` is: all that a `&Owned<T>` gives is a `&T`"
    );
    assert!(
        !impls!(Owned<Neither>: Sync) && !impls!(Owned<SendOnly>: Sync),
        "an `Owned<T>` is `Sync` where `T` is not: two threads with a `&Owned<Cell<u8>>` have a `&Cell<u8>` each, and set it \
         at once"
    );
}

fn view() {
    assert!(
        !impls!(View<'static, SendOnly>: Send) && !impls!(View<'static, Neither>: Send),
        "a `View<T>` is `Send` where `T` is not `Sync`: one thread keeps the `Cell<u8>`, another gets a view of it, and both \
         set it at once. Sending a `&T` shares the `T`"
    );
    assert!(
        impls!(View<'static, Both>: Send) && impls!(View<'static, SyncOnly>: Send),
        "a `View<T>` is not `Send` where `T` is `Sync`. The value stays where it is, only a `&T` goes to another thread; for \
         that, `T` need not be `Send`"
    );
    assert!(
        impls!(View<'static, Both>: Sync) && impls!(View<'static, SyncOnly>: Sync),
        "a `View<T>` is not `Sync` where `T` is: all that it gives is a `&T`"
    );
    assert!(
        !impls!(View<'static, SendOnly>: Sync) && !impls!(View<'static, Neither>: Sync),
        "a `View<T>` is `Sync` where `T` is not: two threads get a `&Cell<u8>` from it, and set the cell at once"
    );
}

fn view_mut() {
    assert!(
        impls!(ViewMut<'static, Both>: Send) && impls!(ViewMut<'static, SendOnly>: Send),
        "a `ViewMut<T>` is not `Send` where `T` is. Nobody else can reach the value while the view lives, so sending the view \
         shares nothing: it need not be `Sync`"
    );
    assert!(
        !impls!(ViewMut<'static, SyncOnly>: Send) && !impls!(ViewMut<'static, Neither>: Send),
        "a `ViewMut<T>` is `Send` where `T` is not: `mem::replace` through it takes the value out, on another thread. Having \
         a `&mut T` is as good as having the `T`"
    );
    assert!(
        impls!(ViewMut<'static, Both>: Sync) && impls!(ViewMut<'static, SyncOnly>: Sync),
        "a `ViewMut<T>` is not `Sync` where `T` is: all that a shared one gives is a `&T`"
    );
    assert!(
        !impls!(ViewMut<'static, SendOnly>: Sync) && !impls!(ViewMut<'static, Neither>: Sync),
        "a `ViewMut<T>` is `Sync` where `T` is not: two threads that share it get a `&Cell<u8>` each, and set the cell at once"
    );
}

fn counted() {
    assert!(
        !impls!(Counted<Both>: Send)
            && !impls!(Counted<SendOnly>: Send)
            && !impls!(Counted<SyncOnly>: Send)
            && !impls!(Counted<Neither>: Send),
        "a `Counted` is `Send`: one owner stays, another goes to a second thread, both are dropped at once. Both read the \
         count 2 and write 1, and the value is never freed; or one frees it while the other is in use"
    );
    assert!(
        !impls!(Counted<Both>: Sync)
            && !impls!(Counted<SendOnly>: Sync)
            && !impls!(Counted<SyncOnly>: Sync)
            && !impls!(Counted<Neither>: Sync),
        "a `Counted` is `Sync`: two threads clone it at once through a `&Counted`, both read the count 1 and write 2. There \
         are three owners then, and the value is freed when the second one goes"
    );
}

fn slot() {
    assert!(
        impls!(Slot<Both>: Send) && impls!(Slot<SendOnly>: Send),
        "a `Slot<T>` is not `Send` where `T` is: whoever has the slot has the value"
    );
    assert!(
        !impls!(Slot<SyncOnly>: Send) && !impls!(Slot<Neither>: Send),
        "a `Slot<T>` is `Send` where `T` is not: the value would go to another thread in it"
    );
    assert!(
        !impls!(Slot<Both>: Sync)
            && !impls!(Slot<SendOnly>: Sync)
            && !impls!(Slot<SyncOnly>: Sync)
            && !impls!(Slot<Neither>: Sync),
        "a `Slot` is `Sync`: two threads call `replace` at once through a `&Slot`, and both get the same value out. That is a \
         data race with a `u8`, and a double free with a `Box`"
    );
}

fn exclusive() {
    assert!(
        impls!(Exclusive<Both>: Send) && impls!(Exclusive<SendOnly>: Send),
        "an `Exclusive<T>` is not `Send` where `T` is: it goes where the value goes"
    );
    assert!(
        !impls!(Exclusive<SyncOnly>: Send) && !impls!(Exclusive<Neither>: Send),
        "an `Exclusive<T>` is `Send` where `T` is not: the value would go to another thread in it"
    );
    assert!(
        impls!(Exclusive<Both>: Sync)
            && impls!(Exclusive<SendOnly>: Sync)
            && impls!(Exclusive<SyncOnly>: Sync)
            && impls!(Exclusive<Neither>: Sync),
        "an `Exclusive<T>` is not `Sync` for every `T`. What can a thread do with a `&Exclusive<Cell<u8>>`? There is no method \
         that takes one, so it may as well have it"
    );
}

fn token() {
    assert!(
        impls!(Token<Both>: Send)
            && impls!(Token<SendOnly>: Send)
            && impls!(Token<SyncOnly>: Send)
            && impls!(Token<Neither>: Send),
        "a `Token<T>` is not `Send` for every `T`: it is an address that nobody follows, so no `T` is sent with it"
    );
    assert!(
        impls!(Token<Both>: Sync)
            && impls!(Token<SendOnly>: Sync)
            && impls!(Token<SyncOnly>: Sync)
            && impls!(Token<Neither>: Sync),
        "a `Token<T>` is not `Sync` for every `T`: it is an address that nobody follows, so no `T` is shared with it"
    );
}

fn owned_is_dropped() {
    sync::model(|| {
        let mut owned = Owned::new(Tracked::new(1));
        **owned.get_mut() += 1;
        assert_eq!(**owned.get(), 2, "`get` and `get_mut` reach different values");
    });
    // What has no size has an end all the same, and what has no destructor has memory.
    sync::model(|| {
        DROPS.set(0);
        drop(Owned::new(CountsDrops));
        assert_eq!(DROPS.get(), 1, "the owner is gone: the value must be dropped, once");
        drop(Owned::new(1));
    });
    memory_is_freed_though_the_drop_panics(Owned::new);
}

/// Panics when it is dropped.
struct PanicsWhenDropped(#[expect(dead_code, reason = "it has a size")] u64);

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        sync::panic_quietly(7_u32);
    }
}

/// As `Box` and `Rc` do. Memory that is left over is a failure of the model.
fn memory_is_freed_though_the_drop_panics<O: 'static>(new: fn(PanicsWhenDropped) -> O) {
    sync::model(move || {
        let payload = sync::catch_panic(|| drop(new(PanicsWhenDropped(1))));
        assert!(
            payload.is::<u32>(),
            "the value panics when it is dropped, and its owner another way"
        );
    });
}

thread_local! {
    /// How many [`CountsDrops`] have been dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts its drops.
struct CountsDrops;

impl Drop for CountsDrops {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

/// More owners than two bytes count.
const MANY: usize = 70_000;

fn counted_is_dropped() {
    sync::model(|| {
        DROPS.set(0);
        let one = Counted::new(CountsDrops);
        let two = one.clone();
        assert!(std::ptr::eq(one.get(), two.get()), "two owners of one value have two values");
        drop(one);
        assert_eq!(DROPS.get(), 0, "one of two owners is gone, but the value is dropped");
        let (three, four) = (two.clone(), two.clone());
        drop(two);
        drop(three);
        assert_eq!(DROPS.get(), 0, "two of three owners are gone, but the value is dropped");
        drop(four);
        assert_eq!(DROPS.get(), 1, "the last owner is gone: the value must be dropped, once");
    });
    memory_is_freed_though_the_drop_panics(Counted::new);
    sync::model(|| {
        DROPS.set(0);
        let mut owners = vec![Counted::new(CountsDrops)];
        for _ in 1..MANY {
            owners.push(owners[0].clone());
        }
        let last = owners.pop();
        drop(owners);
        assert_eq!(DROPS.get(), 0, "one of {MANY} owners is left, and the value is dropped");
        drop(last);
        assert_eq!(
            DROPS.get(),
            1,
            "the last of {MANY} owners is gone: the value must be dropped, once"
        );
    });
}

fn slot_replaces() {
    sync::model(|| {
        let slot = Slot::new(Tracked::new(1));
        assert_eq!(*slot.replace(Tracked::new(2)), 1, "a slot with 1 in it");
        assert_eq!(*slot.replace(Tracked::new(3)), 2, "2 was put into the slot");
    });
    sync::model(|| {
        DROPS.set(0);
        let slot = Slot::new(CountsDrops);
        drop(slot.replace(CountsDrops));
        drop(slot);
        assert_eq!(DROPS.get(), 2, "one value came out of the slot, and one was left in it");
    });
}

/// Takes a value to another thread, whatever its type says; the facts judge the types.
struct Sent<T>(T);

// SAFETY: for checks only; the model watches every access to the probes.
unsafe impl<T> Send for Sent<T> {}

impl<T> Sent<T> {
    /// A method, so that closures capture the whole.
    fn get(self) -> T {
        self.0
    }
}

fn other_threads() {
    sync::model(|| {
        let mut value = Probe::new(1);
        let mut owned = Owned::new(Probe::new(1));
        let mut exclusive = Exclusive::new(Probe::new(1));
        let token = Sent(Token::of(&value));
        thread::scope(|scope| {
            let view = Sent(ViewMut::new(&mut value));
            let owned = Sent(&mut owned);
            let exclusive = Sent(&mut exclusive);
            scope.spawn(move || {
                view.get().get_mut().add(1);
                owned.get().get_mut().add(1);
                exclusive.get().get_mut().add(1);
            });
        });
        let view = Sent(View::new(&value));
        let seen = thread::scope(|scope| {
            let other = scope.spawn(move || view.get().get().get());
            other.join().unwrap()
        });
        assert_eq!(
            seen, 2,
            "what another thread wrote through a `ViewMut`, seen by a third through a `View`"
        );
        assert_eq!(owned.get().get(), 2, "what another thread wrote into an `Owned`");
        assert_eq!(exclusive.get_mut().get(), 2, "what another thread wrote into an `Exclusive`");
        let token = token.get();
        assert!(token.is_of(&value), "a value is not what its token says");
        assert!(!token.is_of(owned.get()), "a token is taken for one of another value");
    });
}
