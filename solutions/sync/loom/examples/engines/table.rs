//! Measures each row under each engine, in a process of its own, since loom ends a rejected one by a panic; prints a table.

use crate::{Cost, LIMIT, ROWS};
use std::process::Command;
use std::time::Duration;

/// What a child says to its parent.
pub fn tell(cost: &Cost) {
    println!("{} {} {} {}", cost.executions, cost.given_up, cost.time.as_nanos(), cost.complete);
}

/// The table.
pub fn print() {
    println!("{:30} {:>31}   {:>23}", "", "rc11", "loom 0.7");
    let titles = ("executions", "given up", "time", "executions", "time");
    println!(
        "{:30} {:>10} {:>9} {:>10}   {:>13} {:>9}",
        "", titles.0, titles.1, titles.2, titles.3, titles.4
    );
    for (number, (name, _)) in ROWS.iter().enumerate() {
        print!("{name:30}");
        match ask("rc11", number) {
            Ok(cost) => print!(
                " {:>10} {:>9} {:>10}",
                digits(cost.executions),
                digits(cost.given_up),
                duration(cost.time)
            ),
            Err(why) => print!(" {why:>31}"),
        }
        match ask("loom", number) {
            Ok(cost) => {
                let more = if cost.complete { "" } else { "> " };
                let executions = format!("{more}{}", digits(cost.executions));
                println!("   {executions:>13} {:>9}", duration(cost.time));
            }
            Err(why) => println!("   {why:>13}"),
        }
    }
    println!("\nloom is stopped after {} s.", LIMIT.as_secs());
}

/// What a child measures; in words, if its engine rejects the lock.
fn ask(engine: &str, row: usize) -> Result<Cost, String> {
    let this = std::env::current_exe().expect("a path of this example");
    let output = Command::new(this).args([engine, &row.to_string()]).output().expect("a child");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = said.split_whitespace().collect();
    let [executions, given_up, time, complete] = words[..] else {
        return Err("rejected".into());
    };
    let number = |word: &str| word.parse::<u64>().expect("a number");
    Ok(Cost {
        executions: number(executions),
        given_up: number(given_up),
        time: Duration::from_nanos(number(time)),
        complete: complete == "true",
    })
}

/// `1,234,567`
fn digits(number: u64) -> String {
    let text = number.to_string();
    let groups: Vec<&str> =
        text.as_bytes().rchunks(3).rev().map(|g| str::from_utf8(g).expect("digits")).collect();
    groups.join(",")
}

fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        long @ 1.0.. => format!("{long:.1} s"),
        short => format!("{:.2} ms", short * 1e3),
    }
}
