//! The exercises of chapter 10 beside crates that do the same, or what a program would use in their place.
//!
//! `ci/speed/run --ideas` keeps the results and makes the page of them. A row is named after the exercise, the number of threads, and
//! what they do.

#[path = "../locks/peers.rs"]
mod peers;
mod queues;
mod readers;
#[path = "../locks/sections.rs"]
mod sections;
#[path = "../locks/team.rs"]
mod team;
mod waiting;

use speed::measure::Bench;

fn main() {
    let mut bench = Bench::new("ideas");
    waiting::rows(&mut bench);
    readers::rows(&mut bench);
    queues::rows(&mut bench);
    bench.finish();
}
