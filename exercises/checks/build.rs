//! Wires the checks to the exercises.

fn main() {
    catalog::wire::checks(catalog::wire::Room::Exercises);
}
