//! A counter under a ticket lock, which is taken in the order of arrival.

const std = @import("std");

const TicketLock = extern struct {
    /// The ticket of who comes next.
    next: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// The ticket whose turn it is.
    serving: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    pub fn lock(self: *TicketLock) !void {
        // Monotonic: a ticket is a number, and no two threads draw the same one.
        const mine = self.next.fetchAdd(1, .monotonic);
        // Acquire: pairs with the release in `unlock`, so that this holder sees all that the last one did.
        while (self.serving.load(.acquire) != mine) {
            try std.Thread.yield();
        }
    }

    pub fn unlock(self: *TicketLock) void {
        // Monotonic: only the holder writes `serving`, and it has seen the write of the one before.
        const mine = self.serving.load(.monotonic);
        // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does. The number wraps,
        // as that of `next` does.
        self.serving.store(mine +% 1, .release);
    }
};

/// A counter whose bytes are all zero is new.
const Counter = extern struct {
    lock: TicketLock = .{},
    /// Only for the holder of the lock.
    value: u32 = 0,

    pub fn increment(self: *Counter) !void {
        try self.lock.lock();
        defer self.lock.unlock();
        self.value += 1;
    }

    pub fn count(self: *Counter) u32 {
        return self.value;
    }
};

/// For who calls from another language.
export fn increment(counter: *Counter) void {
    counter.increment() catch unreachable;
}

export fn count(counter: *Counter) u32 {
    return counter.count();
}

pub fn main() !void {
    try @import("two_threads.zig").run(Counter);
}
