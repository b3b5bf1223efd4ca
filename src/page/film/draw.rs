//! Draws the shots: each workload with its lanes, and each pod in one place for its whole life.
//!
//!
//! The layout covers the whole film, so that nothing jumps: a lane's place is reserved before it exists.

use super::cut::{Cut, Span, Style, runs};
use super::shots::{Group, Lane, Shot, Tile};
use super::{NoFilm, PLACES_MAX, Range, SHOTS_MAX, style};
use crate::page::cluster::letter;
use crate::page::pods::PodState;
use crate::page::words;
use kubestep::api::meta::Uid;
use kubestep::texts::Language;
use std::fmt::Write as _;

/// Width and margin of the picture.
const WIDTH: usize = 960;
const EDGE: usize = 24;
/// Padding of a lane.
const PAD: usize = 16;
/// Height of the heads of groups and lanes.
const GROUP_HEAD: usize = 44;
const LANE_HEAD: usize = 34;
/// Number of lines in a caption, their height, and characters per line, where wide ones count twice.
const LINES_MAX: usize = 3;
const LINE: usize = 21;
const LINE_WIDTH: usize = 108;

/// Size of the tiles.
#[derive(Debug, Clone, Copy)]
struct Tier {
    width: usize,
    height: usize,
    gap: usize,
    /// Whether there is room for text.
    is_card: bool,
}

const CARD: Tier = Tier {
    width: 169,
    height: 54,
    gap: 8,
    is_card: true,
};
const CHIP: Tier = Tier {
    width: 38,
    height: 28,
    gap: 6,
    is_card: false,
};
/// With more places than this, pods are drawn as chips.
const CARDS_MAX: usize = 40;

impl Tier {
    fn columns(self) -> usize {
        (WIDTH - 2 * (EDGE + PAD) + self.gap) / (self.width + self.gap)
    }

    fn rows(self, places: usize) -> usize {
        places.div_ceil(self.columns())
    }

    /// Row and column of a place in its lane.
    fn at(self, place: usize) -> (usize, usize) {
        let (column, row) = (place % self.columns(), place / self.columns());
        (
            column * (self.width + self.gap),
            row * (self.height + self.gap),
        )
    }
}

/// Layout of a group.
struct Block {
    uid: Option<Uid>,
    lanes: Vec<Row>,
}

/// Layout of a lane.
struct Row {
    uid: Option<Uid>,
    letter: Option<usize>,
    is_named: bool,
    places: usize,
}

/// The groups and lanes of all shots, without lanes that are never in use.
fn layout(shots: &[Shot]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for group in shots.iter().flat_map(|shot| &shot.groups) {
        let known = blocks.iter().position(|block| block.uid == group.uid);
        let at = known.unwrap_or(blocks.len());
        if known.is_none() {
            blocks.push(Block {
                uid: group.uid.clone(),
                lanes: Vec::new(),
            });
        }
        let rows = &mut blocks[at].lanes;
        for lane in group.lanes.iter().filter(|lane| lane.in_use) {
            let places = lane
                .tiles
                .iter()
                .map(|tile| tile.place + 1)
                .max()
                .unwrap_or(0);
            match rows.iter_mut().find(|row| row.uid == lane.uid) {
                Some(row) => row.places = row.places.max(places),
                None => rows.push(Row {
                    uid: lane.uid.clone(),
                    letter: lane.letter,
                    is_named: lane.name.is_some(),
                    places,
                }),
            }
        }
    }
    for block in &mut blocks {
        // The newest revision first, as on the page.
        block.lanes.sort_by_key(|row| std::cmp::Reverse(row.letter));
    }
    blocks
}

/// The film as SVG.
pub fn svg(shots: &[Shot], range: Range, language: Language) -> Result<String, NoFilm> {
    let blocks = layout(shots);
    let places: usize = blocks
        .iter()
        .flat_map(|block| &block.lanes)
        .map(|row| row.places)
        .sum();
    if blocks.is_empty() {
        return Err(NoFilm::Empty);
    }
    if places > PLACES_MAX {
        return Err(NoFilm::Places(places));
    }
    if shots.len() > SHOTS_MAX {
        return Err(NoFilm::Shots(shots.len()));
    }
    let mut drawing = Drawing {
        shots,
        cut: Cut::new(shots.len()),
        tier: if places > CARDS_MAX { CHIP } else { CARD },
        body: String::new(),
        y: 8,
    };
    for block in &blocks {
        drawing.block(block);
    }
    drawing.captions(language);
    Ok(drawing.end(&title(shots, range, language)))
}

/// The title of the film.
fn title(shots: &[Shot], range: Range, language: Language) -> String {
    let named = shots
        .iter()
        .flat_map(|shot| &shot.groups)
        .find(|group| !group.name.is_empty());
    let name = named.map_or_else(String::new, |group| {
        format!("{} {}", group.kind, group.name)
    });
    let Range { first, last } = range;
    if first == last {
        words::FILM_STILL.with(language, &[("name", &name), ("number", &first)])
    } else {
        words::FILM_TITLE.with(
            language,
            &[("name", &name), ("first", &first), ("last", &last)],
        )
    }
}

struct Drawing<'a> {
    shots: &'a [Shot],
    cut: Cut,
    tier: Tier,
    body: String,
    /// Vertical position of drawing.
    y: usize,
}

impl<'a> Drawing<'a> {
    /// Appends SVG.
    fn add(&mut self, piece: std::fmt::Arguments<'_>) {
        self.body.write_fmt(piece).unwrap_or_default();
    }

    /// A text during some shots.
    fn text(&mut self, span: &Span, class: &str, (x, y): (usize, usize), text: &str) {
        if !text.is_empty() {
            let seen = self.cut.class(Style::Word, span);
            let class = format!("{class} {seen}");
            self.add(format_args!(
                r#"<text class="{}" x="{x}" y="{y}">{}</text>"#,
                class.trim(),
                escaped(text)
            ));
        }
    }

    fn block(&mut self, block: &Block) {
        let shots = self.shots;
        let of = |shot: &'a Shot| shot.groups.iter().find(|group| group.uid == block.uid);
        let baseline = self.y + 30;
        for (span, (kind, name)) in runs(
            shots
                .iter()
                .map(|shot| of(shot).map(|group| (group.kind, &group.name))),
        ) {
            self.text(
                &span,
                "h b",
                (EDGE, baseline),
                format!("{kind} {name}").trim(),
            );
        }
        for (span, facts) in runs(shots.iter().map(|shot| of(shot).map(|group| &group.facts))) {
            self.text(&span, "b e", (WIDTH - EDGE, baseline), facts);
        }
        self.y += GROUP_HEAD;
        for row in &block.lanes {
            let lane = |group: &'a Group| group.lanes.iter().find(|lane| lane.uid == row.uid);
            let lanes: Vec<Option<&Lane>> =
                shots.iter().map(|shot| of(shot).and_then(lane)).collect();
            self.lane(row, &lanes);
        }
    }

    fn lane(&mut self, row: &Row, lanes: &[Option<&Lane>]) {
        let tier = self.tier;
        let head = if row.is_named { LANE_HEAD } else { PAD / 2 };
        let rows = tier.rows(row.places);
        let height = head + rows * (tier.height + tier.gap) + if rows > 0 { PAD / 2 } else { 0 };
        let (x, y) = (EDGE, self.y);
        let stripe = row.letter.map(|letter| letter % 6);
        for (span, ()) in runs(lanes.iter().map(|lane| lane.map(|_| ()))) {
            let seen = self.cut.class(Style::Fade, &span);
            self.add(format_args!(
                r#"<g class="{seen}"><rect class="lane" x="{x}" y="{y}" width="{}" height="{height}" rx="4"/>"#,
                WIDTH - 2 * EDGE
            ));
            if let (Some(stripe), Some(place)) = (stripe, row.letter) {
                self.add(format_args!(
                    r#"<rect class="l{stripe}" x="{x}" y="{y}" width="4" height="{height}" rx="2"/><rect class="l{stripe}" x="{}" y="{}" width="18" height="18" rx="3"/><text class="b on" x="{}" y="{}" text-anchor="middle">{}</text>"#,
                    x + PAD, y + 8, x + PAD + 9, y + 22, letter(place)
                ));
            }
            self.add(format_args!("</g>"));
        }
        let baseline = y + 22;
        let of = |text: fn(&Lane) -> String| runs(lanes.iter().map(|lane| lane.map(text)));
        for (span, name) in of(|lane| lane.name.clone().unwrap_or_default()) {
            self.text(&span, "m", (x + PAD + 28, baseline), &shortened(&name, 60));
        }
        for (span, facts) in of(|lane| lane.facts.clone()) {
            self.text(&span, "q e", (WIDTH - EDGE - PAD, baseline), &facts);
        }
        for (span, place) in runs(lanes.iter().map(|lane| (*lane)?.partition)) {
            self.partition(&span, (x + PAD, y + head), place.min(row.places));
        }
        let mut pods: Vec<(&Uid, usize)> = Vec::new();
        for tile in lanes.iter().flatten().flat_map(|lane| &lane.tiles) {
            if !pods.contains(&(&tile.uid, tile.place)) {
                pods.push((&tile.uid, tile.place));
            }
        }
        for (uid, place) in pods {
            let tiles: Vec<Option<&Tile>> = lanes
                .iter()
                .map(|lane| {
                    (*lane)?
                        .tiles
                        .iter()
                        .find(|tile| tile.uid == *uid && tile.place == place)
                })
                .collect();
            let (dx, dy) = tier.at(place);
            self.pod((x + PAD + dx, y + head + dy), (dx, dy + head / 2), &tiles);
        }
        self.y += height + 10;
    }

    /// The partition's handle between ordinals that stay and those that are updated.
    fn partition(&mut self, span: &Span, (x, y): (usize, usize), place: usize) {
        let tier = self.tier;
        // After the last place of a row rather than before the first one of the next.
        let (left, top) = match place.checked_sub(1).map(|before| tier.at(before)) {
            Some((left, top)) => (left + tier.width + tier.gap / 2, top),
            None => (0, 0),
        };
        let seen = self.cut.class(Style::Fade, span);
        self.add(format_args!(
            r#"<path class="cut {seen}" d="M{} {}v{}"/>"#,
            x + left,
            y + top,
            tier.height
        ));
    }

    /// A pod in its place; it comes from its lane's letter at the offset `from`.
    fn pod(&mut self, (x, y): (usize, usize), from: (usize, usize), tiles: &[Option<&Tile>]) {
        let Tier {
            width,
            height,
            is_card,
            ..
        } = self.tier;
        for (life, ()) in runs(tiles.iter().map(|tile| tile.map(|_| ()))) {
            let lives = self.cut.class(Style::Pod, &life);
            let within = |shot: usize| tiles[shot].filter(|_| life.contains(&shot));
            self.add(format_args!(
                r#"<g transform="translate({x} {y})"><g class="pod {lives}" style="--x:-{}px;--y:-{}px"><rect class="base" width="{width}" height="{height}" rx="4"/>"#,
                from.0, from.1
            ));
            let shots = 0..tiles.len();
            for (span, state) in runs(
                shots
                    .clone()
                    .map(|shot| within(shot).map(|tile| tile.state)),
            ) {
                let seen = self.fade(&span, &life);
                self.add(format_args!(r##"<use href="#s-{}"{seen}/>"##, state.slug()));
            }
            let Some(tile) = within(life.start) else {
                continue;
            };
            let letters = tile.letter.map(letter).unwrap_or_default();
            if let Some(letter) = tile.letter {
                self.add(format_args!(
                    r#"<rect class="l{}" width="4" height="{height}" rx="2"/>"#,
                    letter % 6
                ));
            }
            if is_card {
                let class = tile
                    .letter
                    .map_or_else(String::new, |letter| format!(" l{}", letter % 6));
                self.add(format_args!(
                    r#"<text class="m b" x="34" y="20">{}</text><text class="t b e{class}" x="{}" y="19">{letters}</text>"#,
                    escaped(&shortened(&tile.name, 14)),
                    width - 8
                ));
                self.words(&life, tiles);
            } else {
                self.add(format_args!(
                    r#"<text class="t b" x="25" y="18">{letters}</text>"#
                ));
            }
            // Changes since the previous shot.
            for shot in life.clone().skip(1) {
                if within(shot) != within(shot - 1) {
                    let seen = self.fade(&(shot..shot + 1), &life);
                    self.add(format_args!(r##"<use href="#out"{seen}/>"##));
                }
            }
            self.add(format_args!("</g></g>"));
        }
    }

    /// The status and node on a pod's card.
    fn words(&mut self, life: &Span, tiles: &[Option<&Tile>]) {
        let within = |shot: usize| tiles[shot].filter(|_| life.contains(&shot));
        let statuses =
            runs((0..tiles.len()).map(|shot| within(shot).map(|tile| (tile.state, &tile.status))));
        for (span, (state, status)) in statuses {
            let seen = self.within(&span, life);
            self.add(format_args!(
                r#"<text class="t b s s-{} {seen}" x="34" y="34">{}</text>"#,
                state.slug(),
                escaped(&shortened(status, 20))
            ));
        }
        for (span, node) in runs((0..tiles.len()).map(|shot| within(shot).map(|tile| &tile.node))) {
            if !node.is_empty() {
                let seen = self.within(&span, life);
                self.add(format_args!(
                    r#"<text class="t q {seen}" x="34" y="47">{}</text>"#,
                    escaped(&shortened(node, 20))
                ));
            }
        }
    }

    /// The class for a part of a pod's life: whatever lasts to its end disappears with the pod.
    fn within(&mut self, span: &Span, life: &Span) -> String {
        let start = if span.start == life.start {
            0
        } else {
            span.start
        };
        let end = if span.end == life.end {
            self.shots.len()
        } else {
            span.end
        };
        self.cut.class(Style::Fade, &(start..end))
    }

    /// The same class as an attribute.
    fn fade(&mut self, span: &Span, life: &Span) -> String {
        match self.within(span, life) {
            class if class.is_empty() => class,
            class => format!(r#" class="{class}""#),
        }
    }

    /// The clock, the step number, the actor and the headline.
    fn captions(&mut self, language: Language) {
        let shots = self.shots;
        let top = self.y + 4;
        let captions: Vec<Vec<String>> = shots.iter().map(|shot| lines(&shot.caption)).collect();
        let most = captions.iter().map(Vec::len).max().unwrap_or(0);
        let height = 36 + most * LINE + 14;
        self.add(format_args!(
            r#"<rect class="ground" y="{top}" width="{WIDTH}" height="{height}"/>"#
        ));
        let meta = top + 26;
        for (span, clock) in runs(shots.iter().map(|shot| Some(shot.clock))) {
            self.text(&span, "m b", (EDGE, meta), &words::clock(clock));
        }
        for (shot, lines) in captions.iter().enumerate() {
            let span = shot..shot + 1;
            let number = words::STEP_NUMBER.with(language, &[("number", &shots[shot].number)]);
            self.text(&span, "q e", (WIDTH - EDGE, meta), &number);
            self.text(&span, "m q", (EDGE + 90, meta), &shots[shot].actor);
            for (line, text) in lines.iter().enumerate() {
                self.text(&span, "c", (EDGE, meta + 24 + line * LINE), text);
            }
        }
        self.y = top + height;
        if shots.len() > 1 {
            let y = self.y - 3;
            self.add(format_args!(
                r#"<rect class="bar" y="{y}" width="{WIDTH}" height="3"/>"#
            ));
        }
    }

    fn end(self, title: &str) -> String {
        let Tier {
            width,
            height,
            is_card,
            ..
        } = self.tier;
        let mut defs = String::from(
            r#"<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v8" stroke="currentColor" stroke-width="5" stroke-opacity=".16"/></pattern>"#,
        );
        let glyph = if is_card {
            "translate(11 9)"
        } else {
            "translate(7 6)"
        };
        for state in PodState::ALL {
            write!(
                defs,
                r#"<g id="s-{slug}" class="s-{slug}"><rect class="face" x=".5" y=".5" width="{}" height="{}" rx="4"/><g transform="{glyph}"><rect class="box" x="-1" y="-1" width="18" height="18" rx="3"/><g class="g">{}</g></g></g>"#,
                width - 1,
                height - 1,
                state.shape(),
                slug = state.slug(),
            )
            .unwrap_or_default();
        }
        write!(
            defs,
            r#"<rect id="out" class="out" width="{width}" height="{height}" rx="4"/>"#
        )
        .unwrap_or_default();
        let title = escaped(title);
        let (css, cuts) = (style::css(), self.cut.css());
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {}" role="img" aria-labelledby="title"><title id="title">{title}</title><style>{css}{cuts}</style><defs>{defs}</defs>{}</svg>"#,
            self.y, self.body
        )
    }
}

/// A caption split into lines; the excess is cut off.
fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let (mut room, mut word) = (LINE_WIDTH, String::new());
    let wide = |text: &str| {
        text.chars()
            .map(|letter| if letter.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let mut put = |word: &mut String| {
        let needed = wide(word);
        if needed > room {
            lines.push(String::new());
            room = LINE_WIDTH;
            *word = word.trim_start().to_owned();
        }
        room = room.saturating_sub(needed);
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
        word.clear();
    };
    for letter in text.chars() {
        // Lines break before spaces, around wide characters, and within words longer than half a line.
        if letter.is_whitespace() || !letter.is_ascii() || wide(&word) >= LINE_WIDTH / 2 {
            put(&mut word);
        }
        word.push(if letter.is_whitespace() { ' ' } else { letter });
    }
    put(&mut word);
    lines.retain(|line| !line.is_empty());
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        lines[LINES_MAX - 1].push('…');
    }
    lines
}

/// Shortens a name to a number of characters, keeping its distinctive end.
fn shortened(name: &str, most: usize) -> String {
    let letters = name.chars().count();
    if letters <= most {
        return name.to_owned();
    }
    let end: String = name.chars().skip(letters - most + 1).collect();
    format!("…{end}")
}

/// Escapes a text for XML, dropping characters that XML cannot represent.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push(' ')
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
