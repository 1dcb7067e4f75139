//! What the compilers make of the programs, as the book has it.

use other_languages::listings::{Compiler, Data, Target};
use other_languages::table;

#[test]
fn the_book_shows_what_the_compilers_make() {
    let data = Data::read().expect("the listings of the book");
    assert_eq!(data.out_of_date(), Vec::<&str>::new(), "`ci/languages --listings` writes them");
    let mut again = data.clone();
    // Another version of a compiler is no fault of the book's, and the library for AArch64 takes minutes to build.
    let is_wanted = |data: &Data, target: Target, compiler: Compiler| {
        let is_cheap = (target, compiler) != (Target::Arm, Compiler::Rustc);
        is_cheap && data.is_known(target, compiler)
    };
    again.compile(is_wanted).unwrap_or_else(|error| panic!("{error}"));
    for (function, listings) in &again.listings {
        assert_eq!(listings, &data.listings[function], "{function}");
    }
}

#[test]
fn the_mistake_of_a_relaxed_unlock_is_not_there_on_x86_and_is_on_arm() {
    let data = Data::read().expect("the listings of the book");
    for compiler in Compiler::ALL {
        let of = |target, program| data.trace(target, compiler, program).expect("a listing");
        assert_eq!(
            of(Target::X86, "spin_lock"),
            of(Target::X86, "spin_lock_relaxed_unlock"),
            "{compiler:?}"
        );
        let has =
            |program, name: &str| of(Target::Arm, program).all.iter().any(|known| known == name);
        assert!(has("spin_lock", "stlrb") && !has("spin_lock", "strb"), "{compiler:?}");
        let is_plain = has("spin_lock_relaxed_unlock", "strb");
        assert!(is_plain && !has("spin_lock_relaxed_unlock", "stlrb"), "{compiler:?}");
    }
}

#[test]
fn every_compiler_orders_with_the_same_instructions() {
    let data = Data::read().expect("the listings of the book");
    for target in Target::ALL {
        for (program, _) in table::PROGRAMS {
            let ordered = |compiler| {
                let trace = data.trace(target, compiler, program);
                let mut ordered = trace.expect("a listing by each compiler").ordered;
                // Adding one is the same step by either name.
                ordered
                    .iter_mut()
                    .filter(|name| *name == "lock inc")
                    .for_each(|name| "lock add".clone_into(name));
                ordered.sort();
                ordered
            };
            let first = ordered(Compiler::Gcc);
            for compiler in Compiler::ALL {
                assert_eq!(ordered(compiler), first, "{program} by {compiler:?} for {target:?}");
            }
        }
    }
}
