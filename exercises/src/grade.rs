//! The grader's entry: nothing to fill in here.

include!(concat!(env!("OUT_DIR"), "/subjects.rs"));

pub fn main() -> std::process::ExitCode {
    grader::grade(subjects())
}
