//! How often settling is shown.

/// How many times longer settling goes on than showing what it did took.
const SHARE: f64 = 3.0;
/// Milliseconds before anything is shown: what is over until then is one movement, from before to after.
const FIRST: f64 = 150.0;

/// When to show what settling has done so far: showing may take longer than settling.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last slice that is shown was over.
    shown: Option<f64>,
    /// Not before this is the next one shown.
    next: f64,
}

impl Pace {
    /// Settling begins.
    pub fn new(now: f64) -> Self {
        Self {
            shown: None,
            next: now + FIRST,
        }
    }

    /// A slice begins: what has passed since the last one was shown, showing took.
    pub fn begin(&mut self, now: f64) {
        if let Some(shown) = self.shown.take() {
            self.next = now + SHARE * (now - shown);
        }
    }

    /// A slice is over. Returns whether to show it.
    pub fn end(&mut self, now: f64) -> bool {
        let show = now >= self.next;
        if show {
            self.shown = Some(now);
        }
        show
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn showing_gets_a_quarter_of_the_time() {
        let mut pace = Pace::new(0.0);
        pace.begin(0.0);
        assert!(!pace.end(8.0), "it may be over at once");
        pace.begin(142.0);
        assert!(pace.end(150.0));
        // Showing took 100.
        pace.begin(250.0);
        assert!(!pace.end(258.0));
        pace.begin(258.0);
        assert!(!pace.end(542.0));
        pace.begin(542.0);
        assert!(pace.end(550.0));
    }
}
