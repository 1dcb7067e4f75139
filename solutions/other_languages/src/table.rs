//! The eight programs in all languages, as a table of the book.

use crate::compile::Language;
use rc11::FailureKind;

/// The programs, and with how many threads each is checked.
pub const PROGRAMS: [(&str, &[usize]); 8] = [
    ("race", &[2]),
    ("atomic_counter", &[2, 3]),
    ("spin_lock", &[2, 3]),
    ("spin_lock_relaxed_unlock", &[2]),
    ("spin_lock_crossed", &[2]),
    ("ticket_lock", &[2, 3]),
    ("message_passing", &[2]),
    ("mutex_three_state", &[2]),
];

/// What the checker says of one of the programs.
pub fn verdict(language: Language, program: &str, threads: usize) -> String {
    // SAFETY: the programs are ours.
    match unsafe { crate::check(&language.program(program), threads) } {
        Err(error) => format!("not checked: {error}"),
        Ok(Err(failure)) if failure.kind == FailureKind::Race => "data race".to_owned(),
        Ok(Err(failure)) => format!("rejected: {}", failure.message),
        Ok(Ok(report)) if report.complete => format!("{} executions", report.executions),
        Ok(Ok(report)) => format!("{} executions, within bounds", report.executions),
    }
}

/// The table. A language without a compiler has a dash everywhere.
pub fn table() -> String {
    let mut table = String::from("| Program | Threads |");
    Language::ALL.iter().for_each(|language| table += &format!(" {language} |"));
    table += "\n|---|--:|";
    Language::ALL.iter().for_each(|_| table += "--:|");
    for (program, threads) in PROGRAMS {
        for threads in threads {
            table += &format!("\n| `{program}` | {threads} |");
            for language in Language::ALL {
                let verdict = match language.is_installed() {
                    true => verdict(language, program, *threads),
                    false => "–".to_owned(),
                };
                table += &format!(" {verdict} |");
            }
        }
    }
    table + "\n"
}
