//! `cargo check-foreign FILE [THREADS]`: puts a lock of yours, in C, C++, Zig or Rust, under the checker.

use other_languages::listings::Data;
use other_languages::{model, table};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
cargo check-foreign FILE [THREADS]

FILE is a .c, .cpp, .zig or .rs file that exports functions with C's calling
convention. Which, decides what is checked:

  void lock(void *block);               THREADS threads add to a number under the
  void unlock(void *block);             lock, the first of them twice
  void increment(void *block);          THREADS threads increment,
  uint32_t count(void *block);          and the count is THREADS
  void publish(void *block, uint32_t);  a message goes from one thread to another
  uint32_t receive(void *block);
  void thread_1(void *block);           each of thread_1, thread_2, … runs on a
  int finally(void *block);             thread of its own; then this one, if it is
                                        there, says whether all is well: 0 is no

The block is 4096 bytes of zeros, and what the pointer points to is your choice.
`void init(void *block)`, if it is there, is called first. THREADS is 2, unless
you say otherwise.

cargo check-foreign --table checks the eight programs in all languages, and
prints the table of the book. cargo check-foreign --listings asks each compiler
that is here for its instructions, and writes them into the book.";

fn main() -> ExitCode {
    // SAFETY: no other thread has been started. A panic of Rust code that is checked has a timeline, which says more than a backtrace.
    unsafe { std::env::set_var("RUST_BACKTRACE", "0") };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (file, threads) = match &arguments[..] {
        [option] if option == "--table" => {
            print!("{}", table::table());
            return ExitCode::SUCCESS;
        }
        [option] if option == "--listings" => return listings(),
        [option] if option == "--help" || option == "-h" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        [file] if !file.starts_with('-') => (file, Ok(2)),
        [file, threads] => (file, threads.parse()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let Ok(threads @ 1..=6) = threads else {
        eprintln!("THREADS is a number from 1 to 6");
        return ExitCode::from(2);
    };
    match check(Path::new(file), threads) {
        Ok(passed) => {
            println!("{passed}");
            ExitCode::SUCCESS
        }
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::FAILURE
        }
    }
}

fn listings() -> ExitCode {
    let mut data = Data::read().unwrap_or_default();
    let done =
        data.compile(|_, _, _| true).and_then(|()| data.write().map_err(|error| error.to_string()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn check(file: &Path, threads: usize) -> Result<String, String> {
    // SAFETY: who starts this wants the file's code to run, and the usage says which types its functions have.
    let explored = unsafe { other_languages::check(file, threads) }?;
    explored.map(|report| report.to_string()).map_err(|failure| model::report(&failure))
}
