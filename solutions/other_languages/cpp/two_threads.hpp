/// What the counting programs have in common: two threads, each of which increments a counter 100,000 times.

#pragma once

#include <cstdint>
#include <iostream>
#include <thread>

/// Defined by each program. A counter whose bytes are all zero is new.
struct Counter;
extern "C" void increment(Counter &counter);
extern "C" std::uint32_t count(Counter &counter);

/// Prints the count: 200000, unless increments were lost.
inline void two_threads(Counter &counter) {
    auto increment_often = [&counter] {
        for (int i = 0; i < 100'000; i++) {
            increment(counter);
        }
    };
    std::thread a(increment_often);
    std::thread b(increment_often);
    a.join();
    b.join();
    std::cout << count(counter) << '\n';
}
