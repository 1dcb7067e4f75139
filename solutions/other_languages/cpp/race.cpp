/// A counter that loses counts: two threads may read the same number, and both write the next one. In C++ that is a data race, which
/// is undefined behaviour.

#include "two_threads.hpp"

struct Counter {
    std::uint32_t value = 0;
};

void increment(Counter &counter) {
    counter.value += 1;
}

std::uint32_t count(Counter &counter) {
    return counter.value;
}

int main() {
    Counter counter;
    two_threads(counter);
}
