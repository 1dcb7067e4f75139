//! `cargo grade`.

fn main() -> std::process::ExitCode {
    judge::main()
}
