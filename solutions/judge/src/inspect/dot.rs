//! An execution as a graph that Graphviz draws: a column for each thread, and the relations between.

use serde_json::Value;
use std::fmt::Write as _;

/// The graph, in the language DOT.
pub fn render(execution: &Value) -> String {
    let steps = execution["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let threads = execution["threads"].as_u64().unwrap_or(1);
    let mut out = String::from("digraph execution {\n  node [shape=box, fontname=monospace];\n");
    for thread in 0..threads {
        let mine: Vec<usize> =
            (0..steps.len()).filter(|&step| steps[step]["thread"] == thread).collect();
        let _ = writeln!(out, "  subgraph cluster_{thread} {{\n    label=\"thread {thread}\";");
        for &step in &mine {
            let text = |name: &str| steps[step][name].as_str().unwrap_or_default();
            let label = quoted(&format!("#{step} {}\n{}", text("place"), text("text")));
            let _ = writeln!(out, "    s{step} [label={label}];");
        }
        for pair in mine.windows(2) {
            let _ = writeln!(out, "    s{} -> s{} [weight=10];", pair[0], pair[1]);
        }
        out += "  }\n";
    }
    for (step, from) in steps.iter().enumerate() {
        if let Some(from) = from["reads_from"].as_u64() {
            let _ = writeln!(out, "  s{from} -> s{step} [label=rf, color=green4];");
        }
    }
    for pair in pairs(&execution["happens_before"]) {
        let _ = writeln!(out, "  s{} -> s{} [label=hb, color=blue];", pair.0, pair.1);
    }
    for variable in execution["modification_order"].as_array().into_iter().flatten() {
        let writes = variable["writes"].as_array().map_or(&[][..], Vec::as_slice);
        for pair in writes.windows(2) {
            let _ = writeln!(
                out,
                "  s{} -> s{} [label=mo, color=orange, constraint=false];",
                pair[0], pair[1]
            );
        }
    }
    if let (Some(first), Some(second)) =
        (execution["race"][0].as_u64(), execution["race"][1].as_u64())
    {
        let _ = writeln!(
            out,
            "  s{first} -> s{second} [label=race, color=red, style=dashed, dir=none, constraint=false];"
        );
    }
    out + "}\n"
}

fn pairs(list: &Value) -> impl Iterator<Item = (u64, u64)> {
    let pair = |pair: &Value| Some((pair[0].as_u64()?, pair[1].as_u64()?));
    list.as_array().into_iter().flatten().filter_map(pair)
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\l");
    format!("\"{text}\\l\"")
}

#[cfg(test)]
mod tests {
    use super::render;
    use serde_json::json;

    #[test]
    fn each_relation_is_an_edge() {
        let step = |thread: usize, text: &str, from: Option<usize>| json!({ "thread": thread, "place": "x.rs:1", "text": text, "reads_from": from });
        let execution = json!({
            "threads": 2,
            "steps": [step(0, "store(\"a\")", None), step(0, "store", None), step(1, "load", Some(1))],
            "happens_before": [[1, 2]],
            "modification_order": [{ "object": 0, "writes": [0, 1] }],
            "race": [0, 2],
        });
        let dot = render(&execution);
        for line in [
            "s0 [label=\"#0 x.rs:1\\lstore(\\\"a\\\")\\l\"];",
            "s0 -> s1 [weight=10];",
            "s1 -> s2 [label=rf,",
            "s1 -> s2 [label=hb,",
            "s0 -> s1 [label=mo,",
            "s0 -> s2 [label=race,",
        ] {
            assert!(dot.contains(line), "{line}\n{dot}");
        }
        assert_eq!(dot.matches("->").count(), 5, "{dot}");
    }
}
