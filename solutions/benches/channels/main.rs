//! The channels of chapter 5 beside those of std and of other crates. `ci/channels` makes the book's tables of it.
//!
//! Each row is measured in several passes, and in each pass all its channels one after the other, so that a machine that grows
//! warm or busy does so to all of them.

mod one_message;
mod stream;

use criterion::{Bencher, Criterion, SamplingMode};
use std::time::Duration;

/// How often each channel of a row has its turn.
const PASSES: usize = 3;

/// One channel of a row: its name, and what is measured.
type Peer = (&'static str, fn(&mut Bencher<'_>));

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .nresamples(2000)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    row(&mut criterion, "alone", one_message::ALONE);
    row(&mut criterion, "waiting", one_message::WAITING);
    row(&mut criterion, "rendezvous", stream::RENDEZVOUS);
    row(&mut criterion, "buffered", stream::BUFFERED);
    criterion.final_summary();
}

fn row(criterion: &mut Criterion, name: &str, peers: &[Peer]) {
    let mut group = criterion.benchmark_group(format!("channels_{name}"));
    group.sampling_mode(SamplingMode::Flat);
    for pass in 0..PASSES {
        for turn in 0..peers.len() {
            let (name, measure) = peers[(pass + turn) % peers.len()];
            group.bench_function(format!("{name}-{pass}"), measure);
        }
    }
    group.finish();
}
