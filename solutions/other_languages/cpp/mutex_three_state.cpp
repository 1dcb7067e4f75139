/// A counter under a mutex that sleeps, on the futex of Linux. The source of its three states is Ulrich Drepper, "Futexes Are Tricky".
///
/// `std::atomic::wait` does the same on every system, and looks for a while before it sleeps.

#include "two_threads.hpp"

#include <atomic>
#include <linux/futex.h>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>

/// Has what `std::lock_guard` asks for.
class Mutex {
public:
    void lock() {
        auto unlocked = UNLOCKED;
        // Acquire: pairs with the release in `unlock`. Relaxed on failure: nothing is used then.
        if (state.compare_exchange_strong(
                unlocked, LOCKED, std::memory_order_acquire, std::memory_order_relaxed)) {
            return;
        }
        // Acquire: as above. Who has waited cannot know whether others sleep, and says that they may.
        while (state.exchange(CONTENDED, std::memory_order_acquire) != UNLOCKED) {
            syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE, CONTENDED, nullptr, nullptr, 0);
        }
    }

    void unlock() {
        // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
        if (state.exchange(UNLOCKED, std::memory_order_release) == CONTENDED) {
            syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
        }
    }

private:
    enum State : std::uint32_t {
        /// Nobody holds the mutex.
        UNLOCKED = 0,
        /// Somebody holds it, and nobody sleeps.
        LOCKED = 1,
        /// Somebody holds it, and threads may sleep.
        CONTENDED = 2,
    };

    std::atomic<State> state = UNLOCKED;
};

struct Counter {
    Mutex mutex;
    /// Only for the holder of the mutex.
    std::uint32_t value = 0;
};

void increment(Counter &counter) {
    std::lock_guard guard(counter.mutex);
    counter.value += 1;
}

std::uint32_t count(Counter &counter) {
    return counter.value;
}

int main() {
    Counter counter;
    two_threads(counter);
}
