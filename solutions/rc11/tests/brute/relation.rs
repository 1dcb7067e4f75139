//! Relations on at most 32 events, as bit matrices.

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Relation(pub Vec<u32>);

impl Relation {
    pub fn new(n: usize, holds: impl Fn(usize, usize) -> bool) -> Self {
        let row = |a| (0..n).filter(|&b| holds(a, b)).fold(0, |row, b| row | 1 << b);
        Self((0..n).map(row).collect())
    }

    pub fn has(&self, a: usize, b: usize) -> bool {
        self.0[a] >> b & 1 == 1
    }

    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }

    pub fn intersect(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub fn minus(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & !b).collect())
    }

    /// `self ; other`
    pub fn then(&self, other: &Self) -> Self {
        let row = |bits: &u32| {
            let next = other.0.iter().enumerate().filter(|(b, _)| bits >> b & 1 == 1);
            next.fold(0, |row, (_, next)| row | next)
        };
        Self(self.0.iter().map(row).collect())
    }

    pub fn inverse(&self) -> Self {
        Self::new(self.0.len(), |a, b| self.has(b, a))
    }

    /// `self?`
    pub fn or_same(&self) -> Self {
        Self(self.0.iter().enumerate().map(|(a, row)| row | 1 << a).collect())
    }

    /// `self⁺`
    pub fn plus(&self) -> Self {
        let mut all = self.clone();
        for k in 0..all.0.len() {
            let through = all.0[k];
            for row in &mut all.0 {
                if *row >> k & 1 == 1 {
                    *row |= through;
                }
            }
        }
        all
    }

    pub fn is_irreflexive(&self) -> bool {
        (0..self.0.len()).all(|a| !self.has(a, a))
    }

    pub fn is_acyclic(&self) -> bool {
        self.plus().is_irreflexive()
    }
}

/// `[set]`
pub fn identity(n: usize, set: impl Fn(usize) -> bool) -> Relation {
    Relation::new(n, |a, b| a == b && set(a))
}
