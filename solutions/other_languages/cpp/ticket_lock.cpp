/// A counter under a ticket lock, which is taken in the order of arrival.

#include "two_threads.hpp"

#include <atomic>
#include <mutex>

/// Has what `std::lock_guard` asks for.
class TicketLock {
public:
    void lock() {
        // Relaxed: a ticket is a number, and no two threads draw the same one.
        auto mine = next.fetch_add(1, std::memory_order_relaxed);
        // Acquire: pairs with the release in `unlock`, so that this holder sees all that the last one did.
        while (serving.load(std::memory_order_acquire) != mine) {
            std::this_thread::yield();
        }
    }

    void unlock() {
        // Relaxed: only the holder writes `serving`, and it has seen the write of the one before.
        auto mine = serving.load(std::memory_order_relaxed);
        // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
        serving.store(mine + 1, std::memory_order_release);
    }

private:
    /// The ticket of who comes next.
    std::atomic<std::uint32_t> next = 0;
    /// The ticket whose turn it is.
    std::atomic<std::uint32_t> serving = 0;
};

struct Counter {
    TicketLock lock;
    /// Only for the holder of the lock.
    std::uint32_t value = 0;
};

void increment(Counter &counter) {
    std::lock_guard guard(counter.lock);
    counter.value += 1;
}

std::uint32_t count(Counter &counter) {
    return counter.value;
}

int main() {
    Counter counter;
    two_threads(counter);
}
