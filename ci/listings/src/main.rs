use listings::{data::Data, machine};
fn main() {
    let root = listings::root();
    let mut data = Data::read(&root).unwrap_or_default();
    machine::compile_all(&root, &machine::plan(std::env::args().len() > 1).unwrap(), &mut data).unwrap();
    std::fs::write(root.join(listings::data::FILE), data.to_json()).unwrap();
}
