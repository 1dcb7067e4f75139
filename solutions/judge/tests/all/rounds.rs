//! A check that goes on and on keeps nobody waiting for what another one has found.

use crate::scratch::Scratch;
use serde_json::Value;

/// Adds 13 times, in 13! / (5! 4! 4!) orders; and 10 times, in 10! / (4! 3! 3!).
const CHECKS: &str = "use super::{subject, sync};
use grader::Check;
use sync::atomic::{AtomicU32, Ordering::Relaxed};
pub const CHECKS: &[Check] = &[
    Check::counted(\"adds\", || adds([5, 4, 4])),
    Check::counted(\"adds_less\", || adds([4, 3, 3])),
    Check::fact(\"says_yes\", says_yes),
];
fn adds(times: [u32; 3]) {
    sync::model(move || {
        let sum = AtomicU32::new(0);
        sync::thread::scope(|s| {
            for times in times {
                let sum = &sum;
                s.spawn(move || (0..times).for_each(|_| subject::add(sum)));
            }
        });
        assert_eq!(sum.load(Relaxed), times.iter().sum());
    });
}
fn says_yes() {
    assert!(subject::YES, \"it says no\");
}
";

const ALL: u64 = 90_090;
const LESS: u64 = 4_200;

fn exercise(scratch: &Scratch) {
    let catalog = "[[chapter]]\nstem = \"ch00_rounds\"\ntitle = \"0. Rounds\"\n[[exercise]]\nid = \"large\"\ntitle = \"Large\"\n\
        chapter = \"ch00_rounds\"\nfile = \"large\"\nbuilds = \"\"\nhints = [\"Say yes.\"]\nchecked = []\nunseen = []\n";
    scratch.put("exercises/catalog.toml", catalog);
    scratch.put("solutions/checks/ch00_rounds/large.rs", CHECKS);
}

fn file(says: bool) -> String {
    format!(
        "//! Large.\nuse sync::atomic::{{AtomicU32, Ordering::Relaxed}};\npub const YES: bool = {says};\n\
         pub fn add(sum: &AtomicU32) {{ sum.fetch_add(1, Relaxed); }}\n"
    )
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["exercises"][0]["checks"].as_array().expect("a list");
    checks.iter().find(|check| check["name"] == name).expect("a check")
}

#[test]
fn large_model_waits_until_nothing_else_fails_and_is_then_explored_to_its_end() {
    let scratch = Scratch::new();
    exercise(&scratch);
    let put = |says| scratch.put("exercises/src/ch00_rounds/large.rs", &file(says));
    put(false);
    let (said, report) = scratch.report(&["--again"]);
    assert_eq!(report["exercises"][0]["state"], "failing", "{said:?}");
    // The smaller one may have ended by then, or not: of both the same is told.
    for name in ["adds", "adds_less"] {
        let large = check(&report, name);
        assert_eq!((&large["outcome"], &large["executions"]), (&"not decided".into(), &0.into()));
        assert!(large["report"].as_str().expect("words").contains("can wait"), "{large}");
        assert!(said.text().contains(&format!("  ? {name}: not decided")), "{said:?}");
    }
    assert!(said.text().contains("\nsays_yes\n\nit says no"), "{said:?}");
    // It is a matter of numbers, and remembered.
    assert_eq!(scratch.report(&[]).1["exercises"][0]["as_before"], true);

    put(true);
    let (said, report) = scratch.report(&["--again"]);
    assert_eq!(report["exercises"][0]["state"], "passing", "{said:?}");
    assert_eq!(check(&report, "adds")["executions"], ALL, "{said:?}");
    assert_eq!(check(&report, "adds_less")["executions"], LESS, "{said:?}");
}
