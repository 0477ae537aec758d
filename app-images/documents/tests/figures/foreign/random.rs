//! Chance that repeats itself: splitmix64.

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64, salt: &str) -> Self {
        let salt = salt.bytes().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        Self(seed.wrapping_mul(0x9e37_79b9).wrapping_add(salt))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` up to but without `high`.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u64::try_from(high - low).unwrap();
        low + i32::try_from(self.next() % span).unwrap()
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.between(0, i32::try_from(from.len()).unwrap());
        &from[usize::try_from(index).unwrap()]
    }

    pub(super) fn one_in(&mut self, count: i32) -> bool {
        self.between(0, count) == 0
    }
}
