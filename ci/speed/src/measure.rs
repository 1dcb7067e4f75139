//! How a benchmark measures, and what it says meanwhile.

use crate::Machine;
use crate::results::{self, Results, Row};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant};

/// One peer of a row: a name, and what measures it, with a meter.
pub type Peer<'a> = (&'a str, &'a dyn Fn(&mut Meter));

/// Measures one peer in one pass.
pub struct Meter {
    time: Option<Duration>,
    /// How often something is done in the time, as far as is known.
    often: u64,
    nanoseconds: f64,
}

impl Meter {
    /// `run` does something so often, and returns the time that it took.
    pub fn custom(&mut self, mut run: impl FnMut(u64) -> Duration) {
        let Some(time) = self.time else {
            run(1);
            return;
        };
        loop {
            let took = run(self.often);
            self.nanoseconds = took.as_secs_f64() * 1e9 / self.often as f64;
            if took >= time / 2 {
                // What now takes far longer than it took before is done less often in the next pass.
                if took > time * 2 {
                    let less = self.often as f64 * time.as_secs_f64() / took.as_secs_f64();
                    self.often = (less as u64).max(1);
                }
                return;
            }
            let more = time.as_secs_f64() / took.as_secs_f64().max(1e-9);
            // Not all at once: what was done a few times may have met with an interruption, or have been too short for a clock.
            self.often = (self.often as f64 * more.clamp(2.0, 16.0)) as u64;
        }
    }

    /// When a run should end even if not all is done. Threads that wait in a queue, one of which does not run, may need a thousand
    /// times as long as a moment before.
    pub fn limit(&self) -> Duration {
        self.time.map_or(Duration::MAX, |time| time * 4)
    }

    /// `once` is done again and again by this thread.
    pub fn each<R>(&mut self, mut once: impl FnMut() -> R) {
        /// So many in a turn, so that the loop around them counts for little.
        const TURN: u64 = 16;
        self.custom(|often| {
            let turns = often.div_ceil(TURN);
            let start = Instant::now();
            for _ in 0..turns {
                for _ in 0..TURN {
                    std::hint::black_box(once());
                }
            }
            start.elapsed().mul_f64(often as f64 / (turns * TURN) as f64)
        });
    }
}

/// One benchmark program, as it was called.
pub struct Bench {
    name: &'static str,
    passes: usize,
    /// For how long a peer is measured in a pass. `None`: everything is done once, and nothing is measured.
    time: Option<Duration>,
    filter: Option<String>,
    /// Where the results are kept, and this machine before anything was measured.
    json: Option<(PathBuf, Machine)>,
    /// What the book has of other machines.
    book: Vec<Results>,
    measured: Vec<Row>,
}

impl Bench {
    /// As the arguments say: `--quick`, `--json FILE`, and a part of the names of the rows to measure.
    pub fn new(name: &'static str) -> Self {
        let mut bench = Self {
            name,
            passes: 15,
            time: Some(Duration::from_millis(40)),
            filter: None,
            json: None,
            book: Vec::new(),
            measured: Vec::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => (bench.passes, bench.time) = (3, Some(Duration::from_millis(10))),
                "--json" => {
                    bench.json = arguments.next().map(|file| (file.into(), Machine::this()))
                }
                // The smoke test of `cargo bench -- --test`.
                "--test" => (bench.passes, bench.time) = (0, None),
                word if word.starts_with("--") => {}
                word => bench.filter = Some(word.to_owned()),
            }
        }
        // Cargo says where the package is.
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        if let Some(root) = package.as_deref().and_then(Path::parent) {
            bench.book = results::all(root).unwrap_or_default();
        }
        bench
    }

    /// Is the row not asked for?
    pub fn skips(&self, name: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| !name.contains(filter.as_str()))
    }

    /// For how long a peer is measured in a pass. `None`: everything is done once, and nothing is measured.
    pub fn time(&self) -> Option<Duration> {
        self.time
    }

    /// Measures the peers in turn, and says what came of it.
    pub fn row(&mut self, name: &str, peers: &[Peer<'_>]) {
        if self.skips(name) {
            return;
        }
        let time = self.time;
        // What the passes before have found out.
        let often: Vec<Cell<u64>> = peers.iter().map(|_| Cell::new(1)).collect();
        self.rows(name, peers.len(), |turn| {
            let (peer, measure) = peers[turn];
            let mut meter = Meter { time, often: often[turn].get(), nanoseconds: 0.0 };
            measure(&mut meter);
            often[turn].set(meter.often);
            vec![(name.to_owned(), peer.to_owned(), meter.nanoseconds)]
        });
    }

    /// As [`Self::row`], for what is not a time: `turn` measures one of so many peers, and returns rows, peers and numbers.
    pub fn rows(
        &mut self,
        title: &str,
        peers: usize,
        turn: impl Fn(usize) -> Vec<(String, String, f64)>,
    ) {
        let mut found: BTreeMap<usize, Vec<(String, String, Vec<f64>)>> = BTreeMap::new();
        // The first pass only finds out how often is often enough, and warms everything.
        for pass in 0..=self.passes {
            // Over itself, and only to a person. To others each row is a line, and that is progress enough.
            if io::stderr().is_terminal() {
                eprint!("\r{}: {title}: pass {pass} of {} \r", self.name, self.passes);
            }
            for index in 0..peers {
                let peer = (pass + index) % peers;
                let rows = turn(peer);
                let kept = found.entry(peer).or_insert_with(|| {
                    rows.iter().map(|(row, who, _)| (row.clone(), who.clone(), vec![])).collect()
                });
                if pass > 0 {
                    kept.iter_mut().zip(rows).for_each(|(kept, row)| kept.2.push(digits(row.2)));
                }
            }
        }
        if self.time.is_none() {
            return;
        }
        let rows: Vec<Row> = found
            .into_values()
            .flatten()
            .map(|(name, peer, passes)| Row { bench: self.name.into(), name, peer, passes })
            .collect();
        self.say(&rows);
        self.measured.extend(rows);
    }

    /// Keeps numbers that are the same each time, such as sizes: rows, peers and numbers.
    pub fn keep(&mut self, rows: impl IntoIterator<Item = (String, String, f64)>) {
        if self.time.is_none() {
            return;
        }
        let row = |(name, peer, value): (String, String, f64)| Row {
            bench: self.name.into(),
            name,
            peer,
            passes: vec![value],
        };
        let rows: Vec<Row> =
            rows.into_iter().map(row).filter(|row| !self.skips(&row.name)).collect();
        self.say(&rows);
        self.measured.extend(rows);
    }

    /// A line for each row: this machine's numbers, how they compare, and how they do on the machines of the book.
    fn say(&self, rows: &[Row]) {
        let here = Results { rows: rows.to_vec(), ..Results::here_without_asking() };
        for name in here.names(self.name) {
            let mut line = format!("{name:<26}");
            for row in rows.iter().filter(|row| row.name == name) {
                let spread = row
                    .spread()
                    .map_or(String::new(), |spread| format!(" ±{:.0}%", spread * 100.0));
                line += &format!("  {} {}{spread}", row.peer, short(row.median()));
            }
            if let Some((best, ratio)) = here.ratio(self.name, name) {
                line += &format!("  | {best} ÷ ours: {ratio:.2} here");
                for book in self.book.iter().filter(|book| book.waiting == results::WAITING) {
                    if let Some((_, ratio)) = book.ratio(self.name, name) {
                        line += &format!(", {ratio:.2} on {}", book.machine.model);
                    }
                }
            }
            line_or_end(&line);
        }
    }

    /// Keeps the results where the arguments said.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn finish(self) {
        let Some((path, machine)) = self.json else { return };
        let mut all = Results::read(&path)
            .unwrap_or_else(|_| Results { machine: machine.clone(), ..Results::here() });
        all.replace(self.measured, machine);
        all.write(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// Prints a line. If nobody reads what is printed (`| head`), there is no more to do.
pub fn line_or_end(line: &str) {
    let mut output = io::stdout().lock();
    if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
        process::exit(0);
    }
}

/// Four digits that count: more is noise in a file that people compare.
fn digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let unit = 10_f64.powi(value.abs().log10().floor() as i32 - 3);
    // By division where the unit is less than one: so the number is the nearest to what is written.
    if unit < 1.0 {
        (value / unit).round() / (1.0 / unit).round()
    } else {
        (value / unit).round() * unit
    }
}

/// Three digits that count; all of a large number, with a comma before each three of them.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let decimals = (2 - value.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let digits = format!("{value:.decimals$}");
    if decimals == 0 { commas(&digits) } else { digits }
}

/// `12,400`, of its digits.
pub fn commas(digits: &str) -> String {
    match digits.len() {
        ..=3 => digits.into(),
        all => format!("{},{}", commas(&digits[..all - 3]), &digits[all - 3..]),
    }
}
