//! A failure in words: which edge is missing, and why.

use super::table::place;
use crate::exec::{Event, Exec, Kind, acquires, releases};
use std::fmt::Write as _;

/// Says which pair of operations could have put event `first` before event `second`, and why it did not.
pub fn race(out: &mut String, exec: &Exec, first: usize, second: usize) {
    let (a, b) = (exec.events[first].thread, exec.events[second].thread);
    let _ = writeln!(
        out,
        "\n  #{first} of thread {a} and #{second} of thread {b}: at least one of them writes, so one must happen before the \
         other."
    );
    let mut seen = false;
    for reader in indices(exec, |e| e.thread == b).filter(|&r| r < second) {
        let Some(path) = path_to(exec, reader, a) else { continue };
        seen = true;
        edge(out, exec, first, second, &path);
    }
    if !seen {
        let _ = writeln!(
            out,
            "  Before #{second}, thread {b} reads nothing that thread {a} wrote: no ordering could help, nothing keeps the \
             two apart."
        );
    }
}

fn indices(exec: &Exec, keep: impl Fn(&Event) -> bool) -> impl Iterator<Item = usize> {
    exec.events.iter().enumerate().filter(move |(_, e)| keep(e)).map(|(index, _)| index)
}

/// From a read back to a write of thread `writer`: the read, read-modify-writes of others between, the write.
fn path_to(exec: &Exec, reader: usize, writer: usize) -> Option<Vec<usize>> {
    let mut path = vec![reader];
    let mut at = reader;
    loop {
        let Kind::Atomic { object, read: Some(read), .. } = exec.events[at].kind else {
            return None;
        };
        at = exec.objects[object].writes[read].event?;
        path.push(at);
        if exec.events[at].thread == writer {
            return Some(path);
        }
    }
}

/// Why the reads-from at the ends of `path` puts nothing in order.
fn edge(out: &mut String, exec: &Exec, first: usize, second: usize, path: &[usize]) {
    let [read, between @ .., write] = path else { return };
    let (read, write) = (*read, *write);
    let (source, target) = (&exec.events[write], &exec.events[read]);
    let through = match between {
        [] => String::new(),
        [one] => format!(
            " (through the read-modify-write #{one}, which goes on with its release sequence)"
        ),
        many => format!(
            " (through {} read-modify-writes, which go on with its release sequence)",
            many.len()
        ),
    };
    let _ = write!(
        out,
        "  #{read} at {} reads what #{write} at {} wrote{through}",
        place(target.at),
        place(source.at)
    );
    if write < first {
        let _ = writeln!(
            out,
            ", but #{write} comes before #{first} in its thread: it cannot publish it."
        );
        return;
    }
    let publishes = releases(order(source)) || fence_between(exec, first, write, releases);
    let learns = acquires(order(target)) || fence_between(exec, read, second, acquires);
    let _ = writeln!(out, ". That would put #{first} before #{second}, but");
    if !publishes {
        let _ = writeln!(
            out,
            "    #{write} is {:?} and publishes nothing: it would have to be at least Release.",
            order(source)
        );
    }
    if !learns {
        let _ = writeln!(
            out,
            "    #{read} is {:?}: it takes the value and learns nothing of what was published with it. It would have to \
             be at least Acquire.",
            order(target)
        );
    }
    if publishes && learns {
        let _ = writeln!(
            out,
            "    it is read too early or too late: look at what stands between them."
        );
    }
}

fn order(event: &Event) -> crate::atomic::Ordering {
    match event.kind {
        Kind::Atomic { order, .. } => order,
        _ => crate::atomic::Ordering::Relaxed,
    }
}

/// Is there a fence of the right kind in the same thread, after `from` and before `to`?
fn fence_between(
    exec: &Exec,
    from: usize,
    to: usize,
    kind: fn(crate::atomic::Ordering) -> bool,
) -> bool {
    let thread = exec.events[from].thread;
    exec.events[from..to].iter().any(|event| {
        event.thread == thread && matches!(event.kind, Kind::Fence(order) if kind(order))
    })
}

/// What each thread that has not ended waits for.
pub fn stuck(out: &mut String, exec: &Exec) {
    out.push('\n');
    for thread in (0..exec.started).filter(|&thread| !exec.ended[thread]) {
        let Some(last) = indices(exec, |e| e.thread == thread).last() else { continue };
        let event = &exec.events[last];
        let at = place(event.at);
        let _ = match &event.kind {
            Kind::Atomic { object, read: Some(read), .. } if !event.text.starts_with("wait(") => {
                let value = event.result.as_deref().unwrap_or("the same");
                let source = match origin(exec, *object, *read) {
                    Some(write) if exec.events[write].thread == thread => {
                        format!("its own #{write} wrote")
                    }
                    Some(write) => {
                        format!("#{write} of thread {} wrote", exec.events[write].thread)
                    }
                    None => "was there from the start".into(),
                };
                writeln!(out, "  Thread {thread} turns at {at}: it reads {value}, which {source}.")
            }
            _ => writeln!(out, "  Thread {thread} is at {at}, after #{last}: {}.", event.text),
        };
    }
}

/// Who first wrote what write `index` has: read-modify-writes that write what they read only pass it on.
fn origin(exec: &Exec, object: usize, mut index: usize) -> Option<usize> {
    let writes = &exec.objects[object].writes;
    loop {
        let event = writes[index].event?;
        match exec.events[event].kind {
            Kind::Atomic { read: Some(read), .. } if writes[read].value == writes[index].value => {
                index = read
            }
            _ => return Some(event),
        }
    }
}
