//! What one message costs in memory with each of the channels of chapter 5: blocks, bytes and the sizes of the ends.
//!
//! Not among the other benchmarks, because this one counts every allocation.

use solutions::ch05_channels::{
    mutex_channel, one_shot_blocking, one_shot_borrowed, one_shot_checked, one_shot_typed,
};
use speed::measure::Bench;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::{size_of, size_of_val};
use std::sync::mpsc;
use std::thread;

struct Counting;

thread_local! {
    static BLOCKS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.set(BLOCKS.get() + 1);
        BYTES.set(BYTES.get() + layout.size());
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(block, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `f` allocates, and the sizes of the ends that it returns.
fn count(bench: &mut Bench, name: &str, f: impl FnOnce() -> (usize, usize)) {
    let before = (BLOCKS.get(), BYTES.get());
    let (sender, receiver) = f();
    let (blocks, bytes) = (BLOCKS.get() - before.0, BYTES.get() - before.1);
    let rows = [("blocks", blocks), ("bytes", bytes), ("sender", sender), ("receiver", receiver)];
    bench.keep(rows.map(|(what, value)| (what.to_owned(), name.to_owned(), value as f64)));
}

fn main() {
    let mut bench = Bench::new("memory");
    // The first call makes the handle of the thread.
    let _ = thread::current();
    count(&mut bench, "mutex_channel", || {
        let (sender, receiver) = mutex_channel::channel();
        let _ = sender.send(1_u64);
        let _ = receiver.receive();
        (size_of_val(&sender), size_of_val(&receiver))
    });
    count(&mut bench, "one_shot_checked", || {
        let channel = one_shot_checked::Channel::new();
        channel.send(1_u64);
        let _ = channel.receive();
        // Its ends are references.
        (size_of::<&one_shot_checked::Channel<u64>>(), size_of::<&one_shot_checked::Channel<u64>>())
    });
    count(&mut bench, "one_shot_typed", || {
        let (sender, receiver) = one_shot_typed::channel();
        let sizes = (size_of_val(&sender), size_of_val(&receiver));
        let _ = sender.send(1_u64);
        let _ = receiver.receive();
        sizes
    });
    count(&mut bench, "one_shot_borrowed", || {
        let mut channel = one_shot_borrowed::Channel::new();
        let (sender, mut receiver) = channel.split();
        let sizes = (size_of_val(&sender), size_of_val(&receiver));
        sender.send(1_u64);
        let _ = receiver.try_receive();
        sizes
    });
    count(&mut bench, "one_shot_blocking", || {
        let mut channel = one_shot_blocking::Channel::new();
        let (sender, receiver) = channel.split();
        let sizes = (size_of_val(&sender), size_of_val(&receiver));
        sender.send(1_u64);
        let _ = receiver.receive();
        sizes
    });
    count(&mut bench, "oneshot", || {
        let (sender, receiver) = oneshot::channel();
        let sizes = (size_of_val(&sender), size_of_val(&receiver));
        let _ = sender.send(1_u64);
        let _ = receiver.recv();
        sizes
    });
    count(&mut bench, "tokio_oneshot", || {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let sizes = (size_of_val(&sender), size_of_val(&receiver));
        let _ = sender.send(1_u64);
        let _ = receiver.blocking_recv();
        sizes
    });
    count(&mut bench, "std_mpsc", || {
        let (sender, receiver) = mpsc::channel();
        let _ = sender.send(1_u64);
        let _ = receiver.recv();
        (size_of::<mpsc::Sender<u64>>(), size_of::<mpsc::Receiver<u64>>())
    });
    count(&mut bench, "crossbeam", || {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        let _ = sender.send(1_u64);
        let _ = receiver.recv();
        (size_of_val(&sender), size_of_val(&receiver))
    });
    count(&mut bench, "flume", || {
        let (sender, receiver) = flume::bounded(1);
        let _ = sender.send(1_u64);
        let _ = receiver.recv();
        (size_of_val(&sender), size_of_val(&receiver))
    });
    bench.finish();
}
