//! Long work in slices of a few milliseconds, between which the browser draws and takes input.

/// Repeats parts of some work until it has ended, or for so many milliseconds.
pub fn slice<T>(
    clock: impl Fn() -> f64,
    millis: f64,
    mut part: impl FnMut() -> Option<T>,
) -> Option<T> {
    let end = clock() + millis;
    loop {
        let ended = part();
        if ended.is_some() || clock() >= end {
            return ended;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_slice_ends_with_the_work_or_the_time() {
        let wall = Cell::new(0.0);
        let clock = || wall.replace(wall.get() + 1.0);
        let mut parts = 0;
        let mut part = || {
            parts += 1;
            (parts == 10).then_some("done")
        };
        assert_eq!(slice(clock, 4.0, &mut part), None);
        assert_eq!(slice(clock, 0.0, &mut part), None, "at least one part");
        assert_eq!(slice(clock, 100.0, &mut part), Some("done"));
        assert_eq!(parts, 10);
    }
}
