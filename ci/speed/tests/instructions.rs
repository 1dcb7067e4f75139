//! A free lock of the book costs fewer instructions than std's. `.ci/run` holds the page to what the compiler makes.

#[test]
fn each_free_lock_takes_fewer_instructions_than_that_of_std() {
    let page = include_str!("../../../src/ch09_locks/speed/instructions.md");
    // `| mutex: lock, add, unlock | 18 (2) | 33 (2) | …`
    let rows = page.lines().filter(|line| line.contains("(2)"));
    let mut compared = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let count = |column: usize| -> u32 {
            let number = cells[column].split(' ').next().unwrap_or_default();
            number.parse().unwrap_or_else(|_| panic!("no number in column {column}: {row}"))
        };
        assert!(count(2) < count(3), "{row}");
        compared += 1;
    }
    assert_eq!(compared, 3, "the page has another shape");
}
