//! Holds what the reader predicts against a listing.

use super::listing::{Target, essence, lines};
use super::reasons::reason;
use std::fmt::Write as _;

/// An operation, and where its listing is.
pub struct Question {
    /// The reader's function.
    pub function: &'static str,
    /// What stands in the program.
    pub operation: &'static str,
    /// The name of the listing.
    pub listing: &'static str,
}

/// Fails unless both lists are those of the listings, and says of each that differs why.
pub fn judge(question: &Question, x86_64: &[&str], aarch64: &[&str]) {
    let mut out = String::new();
    for (target, predicted) in [(Target::X86_64, x86_64), (Target::Aarch64, aarch64)] {
        out += &compare(question, target, predicted).err().unwrap_or_default();
    }
    assert!(out.is_empty(), "{}: {}{out}", question.function, question.operation);
}

fn compare(question: &Question, target: Target, predicted: &[&str]) -> Result<(), String> {
    let lines = lines(question.listing, target);
    let made: Vec<String> = lines.iter().filter_map(|line| essence(line, target)).collect();
    let predicted: Vec<String> = predicted.iter().map(|text| tidy(text)).collect();
    if predicted == made || also_right(question, target, &predicted) {
        return Ok(());
    }
    let mut out =
        format!("\n  On {} you expect {}. The compiler makes", target.name(), tell(&predicted));
    for line in &lines {
        let mark = if essence(line, target).is_some() { "→" } else { " " };
        let _ = write!(out, "\n    {mark} {line}");
    }
    // A sentence a line: whoever shows it knows how wide a line may be.
    let why = reason(question.function, target, &predicted, &made).replace(". ", ".\n  ");
    Err(format!("{out}\n  {why}"))
}

/// What another compiler, or an older one, makes, and what does the same.
fn also_right(question: &Question, target: Target, predicted: &[String]) -> bool {
    target == Target::X86_64 && question.function == "seq_cst_fence" && predicted == ["mfence"]
}

/// `LOCK; Xadd` is `lock xadd`.
fn tidy(text: &str) -> String {
    text.to_lowercase().replace(';', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tell(predicted: &[String]) -> String {
    match predicted {
        [] => "nothing".into(),
        _ => predicted.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", "),
    }
}
