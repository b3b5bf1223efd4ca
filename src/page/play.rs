//! Playing: its speed, and when steps are due.
//!
//! The engine's clock moves only in steps. While playing by the clock, the page shows a continuous time of its own
//! between steps ([`Player::shown`]), for which no steps are invented.

/// The speed of playing and its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// Seconds of virtual time per second.
    Clock(u8),
    /// Steps per second, as a power of two.
    Steps(i8),
}

impl Speed {
    /// All of them, in the order of the menu: by the clock, then by steps, each from slow to fast.
    pub const ALL: [Self; 12] = [
        Self::Clock(1),
        Self::Clock(5),
        Self::Clock(20),
        Self::Clock(100),
        Self::Steps(-1),
        Self::Steps(0),
        Self::Steps(1),
        Self::Steps(2),
        Self::Steps(3),
        Self::Steps(4),
        Self::Steps(5),
        Self::Steps(6),
    ];

    /// Whether playing follows the virtual clock.
    pub fn is_by_clock(self) -> bool {
        matches!(self, Self::Clock(_))
    }

    /// The speed `by` settings faster or slower, of the same unit.
    pub fn faster(self, by: i32) -> Self {
        let alike = |speed: &Self| speed.is_by_clock() == self.is_by_clock();
        let same: Vec<Self> = Self::ALL.into_iter().filter(alike).collect();
        let place = same.iter().position(|speed| *speed == self).unwrap_or(0);
        let by = isize::try_from(by).unwrap_or_default();
        let place = place.saturating_add_signed(by).min(same.len() - 1);
        same[place]
    }

    /// The number displayed: `20` or `0.5`.
    pub fn number(self) -> String {
        match self {
            Self::Clock(rate) => rate.to_string(),
            Self::Steps(power) => match u32::try_from(power) {
                Ok(power) => (1_u32 << power).to_string(),
                Err(_) => "0.5".to_owned(),
            },
        }
    }

    /// Steps, or milliseconds of virtual time, per millisecond.
    fn rate(self) -> f64 {
        match self {
            Self::Clock(rate) => rate.into(),
            Self::Steps(power) => 2_f64.powi(power.into()) / 1000.0,
        }
    }
}

impl Default for Speed {
    /// At this speed a rolling update takes about as long as in a real cluster.
    fn default() -> Self {
        Self::Clock(1)
    }
}

/// Maximum milliseconds over which the steps of one instant are spread.
pub const STAGGER_MS: f64 = 400.0;
/// Minimum number of steps that share the rest of [`STAGGER_MS`], since each step may wake others.
const SHARED_BY: usize = 6;
/// A longer gap between frames does not count, because the page was hidden.
const PAUSE_MS: f64 = 500.0;

/// What the cluster will do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// Its clock in milliseconds.
    pub now: i64,
    /// Number of steps before the clock moves, up to a limit.
    pub waiting: usize,
    /// Those among them that share the time: visible ones, and those not known yet.
    pub sharing: usize,
    /// The time to which the clock moves after them, in milliseconds; `None` if unknown.
    pub moves: Option<i64>,
}

/// What to do in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Take the next step.
    Step,
    /// Wait.
    Wait,
    /// Stop, because the cluster makes no more progress by itself.
    Stop,
}

/// The state of playing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Player {
    /// Real time of the last frame.
    seen: f64,
    /// The continuous virtual time in milliseconds.
    clock: f64,
    /// By the clock: the real time by which the steps of this instant must be done; `None` before the first.
    end: Option<f64>,
    /// By the clock: the real time at which the next of them is due.
    next: f64,
    /// By steps: the number of steps due.
    owed: f64,
}

impl Player {
    /// Starts playing at a time of the virtual clock.
    pub fn new(wall: f64, clock: i64) -> Self {
        Self {
            seen: wall,
            clock: clock as f64,
            end: None,
            next: wall,
            // The first step is due immediately.
            owed: 1.0,
        }
    }

    /// Continues from another virtual time, such as that of the last step.
    pub fn go_on_from(&mut self, clock: i64) {
        self.clock = clock as f64;
    }

    /// Advances the real time.
    pub fn pass(&mut self, wall: f64, speed: Speed) {
        let passed = (wall - self.seen).clamp(0.0, PAUSE_MS);
        self.seen = wall;
        match speed {
            Speed::Clock(_) => self.clock += passed * speed.rate(),
            Speed::Steps(_) => self.owed += passed * speed.rate(),
        }
    }

    /// What is due now. Must be called again after each [`Due::Step`], which counts as taken.
    pub fn due(&mut self, speed: Speed, ahead: Ahead) -> Due {
        match (speed, ahead) {
            (
                _,
                Ahead {
                    waiting: 0,
                    moves: None,
                    ..
                },
            ) => Due::Stop,
            (Speed::Steps(_), _) if self.owed >= 1.0 => {
                self.owed -= 1.0;
                Due::Step
            }
            (Speed::Steps(_), _) => Due::Wait,
            (
                Speed::Clock(_),
                Ahead {
                    waiting: 0,
                    moves: Some(to),
                    ..
                },
            ) => self.moves(to),
            (Speed::Clock(_), ahead) => self.instant(speed, ahead),
        }
    }

    /// The last step was invisible, so it takes no time and the next one takes its turn.
    pub fn passes_over(&mut self) {
        self.next = self.seen;
        self.owed += 1.0;
    }

    /// The steps of one instant: the first one immediately, the last before the clock has run on to the next
    /// instant.
    fn instant(&mut self, speed: Speed, ahead: Ahead) -> Due {
        // An instant that starts late does not end later.
        let late = (self.clock - ahead.now as f64) / speed.rate();
        let mut end = *self.end.get_or_insert(self.seen + STAGGER_MS - late);
        if let Some(to) = ahead.moves {
            end = end.min(self.seen + (to as f64 - self.clock) / speed.rate());
        }
        if self.seen < self.next && self.seen < end {
            return Due::Wait;
        }
        let left = (end - self.seen).max(0.0);
        self.next = self.seen + left / ahead.sharing.max(SHARED_BY) as f64;
        Due::Step
    }

    /// The virtual clock moves once the continuous time has reached its target.
    fn moves(&mut self, to: i64) -> Due {
        if self.clock < to as f64 {
            return Due::Wait;
        }
        self.end = None;
        self.next = self.seen;
        Due::Step
    }

    /// Drops the backlog when the page cannot take more steps: playing slows down but stays even.
    pub fn falls_behind(&mut self, ahead: Ahead) {
        self.owed = self.owed.min(1.0);
        if let Some(to) = ahead.moves {
            self.clock = self.clock.min(to as f64);
        }
    }

    /// Milliseconds until the next step.
    pub fn stays(&self, speed: Speed, ahead: Ahead) -> f64 {
        let next = match (speed, ahead) {
            (Speed::Steps(_), _) => return 1.0 / speed.rate(),
            (
                _,
                Ahead {
                    waiting: 0,
                    moves: Some(to),
                    ..
                },
            ) => self.seen + (to as f64 - self.clock) / speed.rate(),
            (_, Ahead { waiting: 0, .. }) => f64::INFINITY,
            _ => self.next,
        };
        (next - self.seen).max(0.0)
    }

    /// The time displayed in milliseconds: the cluster's while it has something to do, since that may set a timer;
    /// then the continuous time, up to the next timer.
    pub fn shown(&self, ahead: Ahead) -> i64 {
        match ahead.moves {
            Some(to) if ahead.waiting == 0 => (self.clock as i64).min(to).max(ahead.now),
            _ => ahead.now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Length of a frame in milliseconds.
    const FRAME: f64 = 16.0;

    fn timer(now: i64, at: i64) -> Ahead {
        Ahead {
            now,
            waiting: 0,
            sharing: 0,
            moves: Some(at),
        }
    }

    /// Plays steps at given instants of the virtual clock. Returns the real time of each step.
    fn play(speed: Speed, instants: &[(i64, usize)], frame: f64) -> Vec<(i64, f64)> {
        let mut player = Player::new(0.0, 0);
        let mut took = Vec::new();
        let (mut now, mut waiting) = (0, 0);
        let mut rest = instants.iter().copied().peekable();
        let mut wall = 0.0;
        loop {
            player.pass(wall, speed);
            loop {
                let moves = rest.peek().map(|(at, _)| *at);
                let ahead = Ahead {
                    now,
                    waiting,
                    sharing: waiting,
                    moves,
                };
                match player.due(speed, ahead) {
                    Due::Stop => return took,
                    Due::Wait => break,
                    Due::Step if waiting > 0 => waiting -= 1,
                    Due::Step => (now, waiting) = rest.next().expect("the clock moves"),
                }
                took.push((now, wall));
            }
            wall += frame;
            assert!(wall < 1e6, "{took:?}");
        }
    }

    #[test]
    fn playing_follows_the_clock_at_every_speed() {
        let instants = [(1_000, 3), (2_500, 40), (2_600, 8), (14_000, 5)];
        for rate in [1, 5, 20, 100] {
            let took = play(Speed::Clock(rate), &instants, FRAME);
            assert_eq!(took.len(), 4 + 3 + 40 + 8 + 5);
            let last = 14_000.0 / f64::from(rate);
            for (at, wall) in &took {
                let early = *at as f64 / f64::from(rate);
                // No step is taken before its instant, or later than the stagger and a frame after it.
                assert!(*wall >= early, "{rate}: {at} at {wall}");
                assert!(
                    *wall <= early + STAGGER_MS + FRAME,
                    "{rate}: {at} at {wall}"
                );
            }
            let end = took.last().map_or(0.0, |(_, wall)| *wall);
            assert!(
                end >= last && end <= last + STAGGER_MS + FRAME,
                "{rate}: {end}"
            );
        }
    }

    #[test]
    fn steps_of_one_instant_are_spread() {
        let took = play(Speed::Clock(1), &[(100, 5), (3_000, 1)], FRAME);
        let walls: Vec<f64> = took.iter().map(|(_, wall)| *wall).take(6).collect();
        for pair in walls[1..].windows(2) {
            assert!(pair[1] - pair[0] >= FRAME, "{walls:?}");
        }
        // The clock's own step and the first one after it are taken together.
        assert_eq!(walls[0], walls[1]);
    }

    #[test]
    fn an_instant_ends_before_the_next_one_begins() {
        let took = play(
            Speed::Clock(1),
            &[(100, 30), (150, 1), (200, 30), (10_000, 0)],
            FRAME,
        );
        let wall_of = |at: i64| {
            took.iter()
                .filter(move |(now, _)| *now == at)
                .map(|(_, wall)| *wall)
        };
        assert!(wall_of(100).next_back() <= wall_of(150).next());
        assert!(
            wall_of(150)
                .next()
                .is_some_and(|wall| wall < 150.0 + 2.0 * FRAME)
        );
    }

    #[test]
    fn late_frames_do_not_change_the_speed() {
        for (power, frame) in [(2, FRAME), (4, 60.0), (6, FRAME), (6, 90.0)] {
            let speed = Speed::Steps(power);
            let took = play(speed, &[(1_000, 199)], frame);
            let last = took.last().map_or(0.0, |(_, wall)| *wall);
            let due = 199.0 / 2_f64.powi(power.into()) * 1000.0;
            assert!(
                last >= due && last <= due + frame,
                "{power} {frame}: {last} for {due}"
            );
        }
    }

    #[test]
    fn displayed_time_runs_up_to_the_next_timer() {
        let mut player = Player::new(0.0, 1_000);
        assert_eq!(player.shown(timer(1_000, 2_000)), 1_000);
        player.pass(100.0, Speed::Clock(5));
        assert_eq!(player.shown(timer(1_000, 2_000)), 1_500);
        player.pass(400.0, Speed::Clock(5));
        assert_eq!(player.shown(timer(1_000, 2_000)), 2_000);
        let busy = Ahead {
            now: 1_000,
            waiting: 1,
            sharing: 1,
            moves: None,
        };
        assert_eq!(player.shown(busy), 1_000);
    }

    #[test]
    fn time_while_hidden_does_not_count() {
        let mut player = Player::new(0.0, 0);
        player.pass(3_600_000.0, Speed::Clock(1));
        assert_eq!(player.shown(timer(0, 10_000)), PAUSE_MS as i64);
    }

    #[test]
    fn a_slow_page_drops_its_backlog() {
        let mut player = Player::new(0.0, 0);
        player.pass(400.0, Speed::Clock(100));
        let ahead = Ahead {
            now: 0,
            waiting: 500,
            sharing: 500,
            moves: Some(1_000),
        };
        player.falls_behind(ahead);
        assert_eq!(player.shown(timer(0, 10_000)), 1_000);
        player.pass(420.0, Speed::Steps(6));
        player.pass(800.0, Speed::Steps(6));
        player.falls_behind(ahead);
        assert_eq!(player.due(Speed::Steps(6), ahead), Due::Step);
        assert_eq!(player.due(Speed::Steps(6), ahead), Due::Wait);
    }

    #[test]
    fn invisible_steps_take_no_time() {
        let ahead = |waiting| Ahead {
            now: 0,
            waiting,
            sharing: 1,
            moves: Some(1_000),
        };
        for speed in [Speed::Steps(-1), Speed::Clock(1)] {
            let mut player = Player::new(0.0, 0);
            player.pass(10.0, speed);
            for waiting in (1..=7).rev() {
                assert_eq!(
                    player.due(speed, ahead(waiting)),
                    Due::Step,
                    "{speed:?} {waiting}"
                );
                if waiting > 1 {
                    player.passes_over();
                }
            }
            assert_eq!(
                player.due(speed, ahead(1)),
                Due::Wait,
                "{speed:?}: the last step was visible"
            );
        }
    }

    #[test]
    fn keys_change_the_speed_within_its_unit() {
        let faster = |speed: Speed, by| speed.faster(by).number();
        assert_eq!(faster(Speed::Clock(1), 1), "5");
        assert_eq!(faster(Speed::Clock(1), -1), "1");
        assert_eq!(faster(Speed::Clock(5), 100), "100");
        assert_eq!(faster(Speed::Steps(2), -100), "0.5");
        assert_eq!(faster(Speed::Steps(-1), 100), "64");
    }
}
