// The `main` of each chapter's test: the variants of the chapter are held to the checks of their exercises. The build script
// writes those of a chapter to a file of its name, which is the name of the test.

include!(concat!(env!("OUT_DIR"), "/", env!("CARGO_CRATE_NAME"), ".rs"));

fn main() -> std::process::ExitCode {
    grader::judge(subjects())
}
