/// Wrong: the store that unlocks is relaxed, so it publishes nothing.

#include "two_threads.hpp"

#include <atomic>
#include <mutex>

/// Has what `std::lock_guard` asks for.
class SpinLock {
public:
    void lock() {
        // Acquire: there is no release that it could pair with.
        while (flag.exchange(true, std::memory_order_acquire)) {
            std::this_thread::yield();
        }
    }

    void unlock() {
        // Relaxed: the next holder need not see what this one did.
        flag.store(false, std::memory_order_relaxed);
    }

private:
    /// Does somebody hold the lock?
    std::atomic<bool> flag = false;
};

struct Counter {
    SpinLock lock;
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
