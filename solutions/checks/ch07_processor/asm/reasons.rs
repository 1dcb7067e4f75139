//! Why an answer that is often given is not the right one.

use super::listing::Target::{self, Aarch64, X86_64};

/// What was believed, as far as it can be told from the answer, and what is so.
pub fn reason(
    function: &str,
    target: Target,
    predicted: &[String],
    made: &[String],
) -> &'static str {
    let has = |text: &str| predicted.iter().any(|line| line == text);
    let any = |start: &str| predicted.iter().any(|line| line.starts_with(start));
    let is = |what: &[&str]| predicted == what;
    let is_name = |line: &String| {
        !line.contains(' ') || ["lock ", "dmb ", "dsb "].iter().any(|first| line.starts_with(first))
    };
    match (target, function) {
        _ if has("lock") => {
            "`lock` is part of the name of the instruction that follows it: `lock add` is one entry, not two."
        }
        _ if has("dmb") || has("dsb") => {
            "The operand of a barrier is part of its name, and says what it orders: `dmb ish`, `dmb ishld`, `dmb ishst`."
        }
        _ if !predicted.iter().all(is_name) => {
            "Names alone, each in an entry of its own: operands are left out, except that of a barrier."
        }
        (X86_64, "relaxed_store" | "release_store")
            if any("xchg") || any("lock") || has("mfence") =>
        {
            "A store needs a locked instruction or a fence only if it must not wait in the store buffer while later loads are done. Only SeqCst asks for that."
        }
        (X86_64, "release_store" | "release_fence") if has("sfence") => {
            "`sfence` is for stores that go round the caches. Ordinary stores reach memory in order without it, and no store passes an earlier \
             load."
        }
        (X86_64, "acquire_load" | "acquire_fence") if has("lfence") => {
            "`lfence` is not needed: on x86-64 no later load or store is seen to come before an earlier load."
        }
        (X86_64, "seq_cst_store") if is(&["mov"]) => {
            "A `mov` may wait in the store buffer while a later load is done: that is store buffering, which SeqCst forbids."
        }
        (X86_64, "seq_cst_store") if is(&["mov", "mfence"]) => {
            "It would be right: the fence waits until the store has left the buffer. `xchg` does both in one instruction, and is cheaper."
        }
        (X86_64, "seq_cst_load" | "acquire_load")
            if any("lock") || has("mfence") || any("xchg") =>
        {
            "The stores have paid: each SeqCst store empties the buffer. So a load needs nothing, and loads are more frequent than stores."
        }
        (X86_64, "acquire_fence" | "release_fence") if !predicted.is_empty() => {
            "All that these fences ask of the processor, an x86-64 does anyway. They hold the compiler back, and leave no instruction."
        }
        (X86_64, "seq_cst_fence") if predicted.is_empty() => {
            "Without an instruction, an earlier store may wait in the buffer while a later load is done. A locked instruction empties it, even \
             one that changes nothing on the stack, and is cheaper than `mfence`."
        }
        (X86_64, "seq_cst_fence") => {
            "Any locked instruction is a full fence. This one changes nothing, on the stack, and is cheaper than `mfence`, which would be right \
             as well."
        }
        (X86_64, "fetch_add" | "fetch_add_unused")
            if is(&["add"]) || is(&["xadd"]) || is(&["inc"]) =>
        {
            "One instruction is not one step. Without `lock` it is a load and then a store, and another core may store in between."
        }
        (X86_64, "fetch_add") if is(&["lock add"]) || is(&["lock inc"]) => {
            "`lock add` does not say what was there before, and the result is used. `xadd` leaves it in a register."
        }
        (X86_64, "fetch_add_unused") if is(&["lock xadd"]) => {
            "`xadd` leaves in a register what was there before. Nobody uses that, so `lock add` is enough."
        }
        (X86_64, "acquire_swap") if is(&["lock xchg"]) => {
            "`xchg` with an operand in memory is locked by itself. The prefix would change nothing, and is left out."
        }
        (X86_64, "fetch_or") if is(&["lock or"]) => {
            "`lock or` does not say what was there before, and the result is used. There is no instruction for it as `xadd` is for sums, so a \
             loop loads, computes, and tries `cmpxchg`."
        }
        (X86_64, "fetch_or") if is(&["lock cmpxchg"]) => {
            "A compare-exchange needs a value to expect: a plain load comes before the loop."
        }
        (X86_64, "acq_rel_compare_exchange" | "fetch_add" | "acquire_swap")
            if predicted.len() == 2 && has("mov") && predicted.ends_with(made) =>
        {
            "A `mov` between registers touches no memory. The instruction itself loads what was there before."
        }
        (X86_64, "acq_rel_compare_exchange") if is(&["cmpxchg"]) => {
            "One instruction is not one step. Without `lock`, another core may store between its load and its store."
        }
        (Aarch64, "release_store" | "seq_cst_store") if has("dmb ish") => {
            "That was the way on 32-bit Arm. Armv8 has stores that are a release by themselves, and a load with `ldar` waits for them: `stlr` is \
             enough for SeqCst too."
        }
        (Aarch64, "release_store" | "seq_cst_store") if is(&["str"]) => {
            "A `str` may be seen before what comes before it in the program."
        }
        (Aarch64, "acquire_load" | "seq_cst_load") if is(&["ldr"]) => {
            "What comes after an `ldr` may be done before it. x86-64 promises that it is not; AArch64 does not."
        }
        (Aarch64, "acquire_load" | "seq_cst_load") if any("dmb") => {
            "That was the way on 32-bit Arm. Armv8 has `ldar`, a load that is an acquire by itself."
        }
        (Aarch64, "acquire_load") if is(&["ldapr"]) => {
            "`ldapr` came with Armv8.3. It is an acquire that does not wait for an `stlr` before it, so it is weaker than `ldar`, and all that \
             Acquire asks for; but Armv8.0 does not have it."
        }
        (Aarch64, "seq_cst_load") if is(&["ldapr"]) => {
            "`ldapr` does not wait for an `stlr` before it, so two threads that store and then load can miss each other. SeqCst takes `ldar`."
        }
        (Aarch64, "fetch_add" | "fetch_add_unused" | "fetch_or")
            if any("ldadd") || any("stadd") || any("ldset") || any("stset") =>
        {
            "That instruction came with Armv8.1. Armv8.0 has a pair: an exclusive load, and an exclusive store that fails if somebody has stored \
             since."
        }
        (Aarch64, "fetch_add" | "fetch_add_unused" | "fetch_or")
            if has("ldaxr") || has("stlxr") =>
        {
            "The operation is Relaxed. The `a` of `ldaxr` is an acquire, the `l` of `stlxr` a release, and neither is asked for."
        }
        (Aarch64, "fetch_add" | "fetch_add_unused" | "fetch_or") if has("ldr") || has("str") => {
            "Between a plain load and a plain store another core may store. The exclusive ones notice it."
        }
        (Aarch64, "acquire_swap") if any("swp") => {
            "`swpa` came with Armv8.1. Armv8.0 has a pair: an exclusive load, and an exclusive store that fails if somebody has stored since."
        }
        (Aarch64, "acquire_swap") if has("stlxr") => {
            "The operation is an acquire and no release: the load has the `a`, and the store no `l`."
        }
        (Aarch64, "acquire_swap") if has("ldxr") => {
            "The operation is an acquire, so the load is one: `ldaxr`."
        }
        (Aarch64, "acq_rel_compare_exchange") if any("cas") => {
            "`casal` came with Armv8.1. Armv8.0 has a pair, the load an acquire and the store a release."
        }
        (Aarch64, "acq_rel_compare_exchange") if has("ldxr") || has("stxr") => {
            "The operation is an acquire and a release: the load needs its `a`, and the store its `l`."
        }
        (Aarch64, "acquire_fence" | "release_fence" | "seq_cst_fence") if predicted.is_empty() => {
            "On AArch64 loads and stores pass each other freely. A fence that orders anything is an instruction."
        }
        (Aarch64, "acquire_fence") if has("dmb ish") => {
            "It would be right, but is more than is asked: `dmb ishld` orders earlier loads with all that is later, which is what an acquire fence \
             promises."
        }
        (Aarch64, "release_fence") if has("dmb ishst") => {
            "`dmb ishst` orders stores with stores only. A release fence also keeps earlier loads in front of later stores, and for that there is \
             only the full barrier."
        }
        (Aarch64, "seq_cst_fence") if has("dmb ishld") || has("dmb ishst") => {
            "A SeqCst fence orders earlier stores with later loads too. Only the full barrier does."
        }
        (Aarch64, _) if has("dmb sy") || any("dsb") || has("isb") => {
            "`ish` is the part of the machine that runs threads of one program. More than that, or waiting for the end of accesses, nobody asked \
             for."
        }
        _ if made.iter().all(|line| has(line)) && predicted.len() == made.len() => {
            "These are the instructions. The list has them in the order in which they stand in the code."
        }
        _ if predicted.len() > made.len() => {
            "Fewer instructions do it. Which of yours touches memory, or orders it?"
        }
        _ if predicted.len() < made.len() => {
            "It takes more instructions. Which of them are marked, and what for?"
        }
        _ => {
            "Look the instructions up in the glossary of the chapter: what does yours do that was not asked for, or not do?"
        }
    }
}
