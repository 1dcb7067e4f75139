//! From subjects to verdicts: the one door.

use crate::bench::Bench;
use crate::compiled::compile;
use crate::judged::Judged;
use crate::progress::{Progress, Step};
use crate::subject::Subject;

/// Judges one subject, or tells what was said before.
pub fn judge(bench: &Bench, subject: &Subject, progress: &Progress) -> Judged {
    judge_all(bench, &[subject], progress, |_, _| {}).pop().expect("one for one")
}

/// Judges subjects that are compiled together. `each` is told of each as soon as it is known.
pub fn judge_all(
    bench: &Bench,
    subjects: &[&Subject],
    progress: &Progress,
    mut each: impl FnMut(&Subject, &Judged),
) -> Vec<Judged> {
    let keys: Vec<Option<String>> =
        subjects.iter().map(|subject| bench.key(subject).ok()).collect();
    let mut judged: Vec<Option<Judged>> =
        keys.iter().map(|key| remembered(bench, key.as_ref()?).filter(|_| !bench.again)).collect();
    let left: Vec<usize> = (0..subjects.len()).filter(|&index| judged[index].is_none()).collect();
    if !left.is_empty() {
        let files: Vec<&str> =
            left.iter().map(|&index| subjects[index].exercise.file.as_str()).collect();
        progress.step(&Step::Compiling { files });
        let wanted: Vec<&Subject> = left.iter().map(|&index| subjects[index]).collect();
        for (index, compiled) in left.into_iter().zip(compile(bench, &wanted)) {
            let of_this = match compiled {
                Ok(compiled) => {
                    let of_this = compiled.judge(bench, progress);
                    if let Some(key) = keys[index].as_ref().filter(|_| of_this.is_settled()) {
                        bench.store.keep(key, &compiled.read(), &of_this);
                    }
                    of_this
                }
                Err(errors) => Judged::broken(errors),
            };
            each(subjects[index], &of_this);
            judged[index] = Some(of_this);
        }
    }
    judged.into_iter().map(|judged| judged.expect("all are judged")).collect()
}

/// What was said of this key.
pub fn remembered(bench: &Bench, key: &str) -> Option<Judged> {
    bench.store.find(key).map(|judged: Judged| Judged { as_before: true, ..judged })
}
