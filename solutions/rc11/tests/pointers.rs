//! Programs whose atomics hold addresses.

use rc11::atomic::AtomicPtr;
use rc11::atomic::Ordering::*;
use rc11::cell::Probe;
use rc11::{Builder, FailureKind, hint, thread};
use std::ptr;

#[global_allocator]
static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;

struct Node {
    value: Probe,
    next: *mut Node,
}

/// A stack that is emptied as a whole.
#[derive(Default)]
struct Stack(AtomicPtr<Node>);

impl Stack {
    fn push(&self, value: u32) {
        let node = Box::into_raw(Box::new(Node { value: Probe::new(0), next: ptr::null_mut() }));
        // SAFETY: nobody else knows the node until it is linked.
        unsafe { (*node).value.set(value) };
        let mut head = self.0.load(Relaxed);
        loop {
            // SAFETY: as above.
            unsafe { (*node).next = head };
            match self.0.compare_exchange_weak(head, node, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => {
                    head = now;
                    hint::spin_loop();
                }
            }
        }
    }

    /// Removes all values, and returns their sum.
    fn take_all(&self, order: rc11::atomic::Ordering) -> u32 {
        let mut node = self.0.swap(ptr::null_mut(), order);
        let mut sum = 0;
        while !node.is_null() {
            // SAFETY: the nodes were taken out by this thread alone.
            let owned = unsafe { Box::from_raw(node) };
            sum += owned.value.get();
            node = owned.next;
        }
        sum
    }
}

fn explore(order: rc11::atomic::Ordering) -> Result<rc11::Report, Box<rc11::Failure>> {
    Builder::new().spurious_failures(1).check(move || {
        let stack = Stack::default();
        let sum = std::sync::atomic::AtomicU32::new(0);
        let take = || {
            sum.fetch_add(stack.take_all(order), std::sync::atomic::Ordering::Relaxed);
        };
        thread::scope(|s| {
            s.spawn(|| {
                stack.push(1);
                take();
                stack.push(2);
            });
            s.spawn(|| {
                stack.push(4);
                take();
            });
            take();
            stack.push(8);
        });
        take();
        assert_eq!(sum.load(std::sync::atomic::Ordering::Relaxed), 15);
    })
}

#[test]
fn nodes_that_are_freed_and_allocated_anew_do_not_confuse_the_search() {
    let report = explore(Acquire).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{report}, {:.1?}", report.elapsed);
}

#[test]
fn a_node_that_is_taken_without_acquire_is_a_race() {
    let failure =
        explore(Relaxed).expect_err("the value is read without happening after its write");
    assert_eq!(failure.kind, FailureKind::Race, "{failure}");
}
