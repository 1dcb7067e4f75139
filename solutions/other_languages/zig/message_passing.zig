//! A number in plain memory, and a flag that says that it is there.

const std = @import("std");

/// A channel whose bytes are all zero is new.
const Channel = extern struct {
    message: u32 = 0,
    /// Is the message there?
    ready: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),

    /// To be called once.
    pub fn publish(self: *Channel, message: u32) void {
        self.message = message;
        // Release: pairs with the acquire in `receive`; the message is written before who sees the flag reads it.
        self.ready.store(true, .release);
    }

    pub fn receive(self: *Channel) !u32 {
        // Acquire: pairs with the release in `publish`.
        while (!self.ready.load(.acquire)) {
            try std.Thread.yield();
        }
        return self.message;
    }
};

/// For who calls from another language.
export fn publish(channel: *Channel, message: u32) void {
    channel.publish(message);
}

export fn receive(channel: *Channel) u32 {
    return channel.receive() catch unreachable;
}

pub fn main() !void {
    var channel = Channel{};
    const sender = try std.Thread.spawn(.{}, Channel.publish, .{ &channel, 200_000 });
    std.debug.print("{d}\n", .{try channel.receive()});
    sender.join();
}
