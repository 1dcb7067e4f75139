/// A counter whose increment is one indivisible step.

#include "two_threads.hpp"

#include <atomic>

struct Counter {
    std::atomic<std::uint32_t> value = 0;
};

void increment(Counter &counter) {
    // Relaxed: no two increments read the same number, whatever the ordering. Nothing else is published with it.
    counter.value.fetch_add(1, std::memory_order_relaxed);
}

std::uint32_t count(Counter &counter) {
    // Relaxed: whoever wants the last count has joined the threads, which orders all of their increments before this.
    return counter.value.load(std::memory_order_relaxed);
}

int main() {
    Counter counter;
    two_threads(counter);
}
