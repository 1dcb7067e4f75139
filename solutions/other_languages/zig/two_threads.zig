//! What the counting programs have in common: two threads, each of which increments a counter 100,000 times.

const std = @import("std");

fn incrementOften(counter: anytype) !void {
    for (0..100_000) |_| {
        try counter.increment();
    }
}

/// Prints the count: 200000, unless increments were lost.
pub fn run(comptime Counter: type) !void {
    var counter = Counter{};
    const a = try std.Thread.spawn(.{}, incrementOften, .{&counter});
    const b = try std.Thread.spawn(.{}, incrementOften, .{&counter});
    a.join();
    b.join();
    std.debug.print("{d}\n", .{counter.count()});
}
