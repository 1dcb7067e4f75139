/// A number in plain memory, and a flag that says that it is there.

#include <atomic>
#include <cstdint>
#include <iostream>
#include <thread>

/// A channel whose bytes are all zero is new.
struct Channel {
    std::uint32_t message = 0;
    /// Is the message there?
    std::atomic<bool> ready = false;
};

/// To be called once.
extern "C" void publish(Channel &channel, std::uint32_t message) {
    channel.message = message;
    // Release: pairs with the acquire in `receive`; the message is written before who sees the flag reads it.
    channel.ready.store(true, std::memory_order_release);
}

extern "C" std::uint32_t receive(Channel &channel) {
    // Acquire: pairs with the release in `publish`.
    while (!channel.ready.load(std::memory_order_acquire)) {
        std::this_thread::yield();
    }
    return channel.message;
}

int main() {
    Channel channel;
    std::thread sender([&channel] { publish(channel, 200'000); });
    std::cout << receive(channel) << '\n';
    sender.join();
}
