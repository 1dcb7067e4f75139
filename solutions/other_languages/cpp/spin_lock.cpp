/// A counter under a spin lock: the ZigLock.

#include "two_threads.hpp"

#include <atomic>
#include <mutex>

/// Has what `std::lock_guard` asks for.
class SpinLock {
public:
    void lock() {
        // Acquire: pairs with the release in `unlock`, so that this holder sees all that the last one did.
        while (flag.exchange(true, std::memory_order_acquire)) {
            std::this_thread::yield();
        }
    }

    void unlock() {
        // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
        flag.store(false, std::memory_order_release);
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
