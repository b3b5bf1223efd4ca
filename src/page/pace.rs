//! How often the page is redrawn while settling.

/// Ratio of the time spent settling to the time spent drawing.
const SHARE: f64 = 3.0;
/// Milliseconds before the first redraw; a shorter run is shown as a single change.
const FIRST: f64 = 150.0;

/// Decides when to draw intermediate states, since drawing may take longer than settling.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last drawn slice ended.
    shown: Option<f64>,
    /// Earliest end of the next drawn slice.
    next: f64,
}

impl Pace {
    /// Settling starts.
    pub fn new(now: f64) -> Self {
        Self {
            shown: None,
            next: now + FIRST,
        }
    }

    /// A slice starts: the time since the last drawn one was spent on drawing.
    pub fn begin(&mut self, now: f64) {
        if let Some(shown) = self.shown.take() {
            self.next = now + SHARE * (now - shown);
        }
    }

    /// A slice ends. Returns whether to draw.
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
    fn drawing_gets_a_quarter_of_the_time() {
        let mut pace = Pace::new(0.0);
        pace.begin(0.0);
        assert!(!pace.end(8.0), "it may end immediately");
        pace.begin(142.0);
        assert!(pace.end(150.0));
        // Drawing took 100 ms.
        pace.begin(250.0);
        assert!(!pace.end(258.0));
        pace.begin(258.0);
        assert!(!pace.end(542.0));
        pace.begin(542.0);
        assert!(pace.end(550.0));
    }
}
