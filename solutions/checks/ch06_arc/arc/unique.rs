//! What `get_mut` must do, in each stage that has it.

use super::super::subject::Arc;
use super::super::sync::thread;
use super::contract::{Data, Sent, model};

pub fn get_mut_when_alone() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let data = Arc::get_mut(&mut arc).expect("`get_mut` of the only handle gives `None`");
        data.set(2);
        assert_eq!(arc.get(), 2, "the change through `get_mut` is lost");
        let clone = arc.clone();
        assert!(
            Arc::get_mut(&mut arc).is_none(),
            "`get_mut` gives a `&mut` while there is another handle: two references to what one of them may change"
        );
        drop(clone);
        assert!(
            Arc::get_mut(&mut arc).is_some(),
            "`get_mut` gives `None` although the other handle has been dropped"
        );
        assert_eq!(arc.get(), 2, "a `get_mut` has changed the data by itself");
    });
    model(|| {
        let mut arc = Arc::new(());
        let clone = arc.clone();
        assert!(
            Arc::get_mut(&mut arc).is_none(),
            "`get_mut` gives a `&mut` to data without a size while there is another handle"
        );
        drop(clone);
        assert!(Arc::get_mut(&mut arc).is_some(), "`get_mut` of the only handle gives `None`");
    });
}

/// The other thread reads and drops its handle; whoever is alone then may write.
pub fn get_mut_beside_drop() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            assert_eq!(arc.get(), 1, "the data has changed while there is another handle");
        });
        if let Some(data) = Arc::get_mut(&mut arc) {
            data.set(2);
        }
        other.join().unwrap();
        assert!(
            Arc::get_mut(&mut arc).is_some(),
            "`get_mut` gives `None` although the other handle has been dropped"
        );
    });
}

/// The other thread makes one more handle, drops the one it had, and reads.
pub fn get_mut_beside_clone() {
    model(|| {
        let mut arc = Arc::new(Data::new(1));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            let clone = arc.clone();
            drop(arc);
            assert_eq!(clone.get(), 1, "the data has changed while there is another handle");
        });
        if let Some(data) = Arc::get_mut(&mut arc) {
            data.set(2);
        }
        other.join().unwrap();
    });
}
