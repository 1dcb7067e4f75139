//! The channels of chapter 5 beside those of std and of other crates. `ci/speed/run` keeps the results and makes the book's tables of
//! them.

mod one_message;
mod stream;

use speed::measure::{self, Bench, Meter};

/// One channel of a row: its name, and what is measured.
type Peer = (&'static str, fn(&mut Meter));

fn main() {
    let mut bench = Bench::new("channels");
    row(&mut bench, "alone", one_message::ALONE);
    row(&mut bench, "waiting", one_message::WAITING);
    row(&mut bench, "rendezvous", stream::RENDEZVOUS);
    row(&mut bench, "buffered", stream::BUFFERED);
    bench.finish();
}

fn row(bench: &mut Bench, name: &str, peers: &'static [Peer]) {
    let peers: Vec<measure::Peer<'_>> =
        peers.iter().map(|(name, peer)| (*name, peer as _)).collect();
    bench.row(name, &peers);
}
