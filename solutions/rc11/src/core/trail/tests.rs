use super::{Choice, Trail};

fn choice(thread: usize, behind: usize, pick: u64) -> Choice {
    Choice { thread, behind, pick, repeated: (0, 0) }
}

#[test]
fn a_trail_is_read_as_it_was_written() {
    let plain = |thread| choice(thread, 0, 0);
    for (choices, text) in [
        (vec![plain(0)], "a1"),
        (vec![plain(0), plain(0), plain(1), plain(0)], "a2b1a1"),
        (vec![plain(1), choice(1, 2, 0), plain(1)], "b2.2b1"),
        (vec![choice(7, 0, 3), choice(7, 1, 1)], "h1:3h1.1:1"),
        (vec![plain(0), Choice { repeated: (12, 3), ..choice(0, 1, 0) }], "a2.1+12@3"),
    ] {
        let trail = Trail { choices };
        assert_eq!(trail.to_string(), text);
        assert_eq!(text.parse(), Ok(trail));
    }
}

#[test]
fn what_is_no_trail_is_refused() {
    for text in [
        "",
        "a",
        "a0",
        "i1",
        "1a",
        "a1.",
        "a1b",
        "a1:x",
        "a99999999",
        "ä1",
        "a1 b1",
        "a1+3",
        "a1+@2",
        "a1+9@99999",
    ] {
        assert!(text.parse::<Trail>().is_err(), "{text}");
    }
}
