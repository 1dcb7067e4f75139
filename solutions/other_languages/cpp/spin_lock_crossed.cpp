/// Wrong: the two orderings are exchanged. `lock` releases and `unlock` acquires.

#include "two_threads.hpp"

#include <atomic>
#include <mutex>

/// Has what `std::lock_guard` asks for.
class SpinLock {
public:
    void lock() {
        // Release: publishes what was done before the lock was taken, which nobody needs.
        while (flag.exchange(true, std::memory_order_release)) {
            std::this_thread::yield();
        }
    }

    void unlock() {
        // Acquire: learns what is too late to learn. An exchange, since a store cannot acquire.
        flag.exchange(false, std::memory_order_acquire);
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
